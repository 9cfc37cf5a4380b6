// Logarithms of numbers held as high + low parts, in double precision.
#pragma once

#include "pair.hpp"

namespace {

// 2 atanh(z) = 2 z + z^3 (2/3 + 2/5 z^2 + ...) for |z| <= 1/3. The part behind 2 z is at most 4 % of it, so that its
// roundings hardly show.
inline Pair<double> twice_atanh(Pair<double> z) {
  const double square = z.high * z.high;
  return {2 * z.high, fma_of(square * z.high, estrin<11>(atanh_tail, square), 2 * z.low)};
}

// k ln 2 + log((a + al) / (b + bl)) for a/b in [1/2, 2] with a - b exact; k = 0 or |k ln 2| is the larger term.
inline Pair<double> log_ratio_pair(double a, double al, double b, double bl, double k) {
  const Pair<double> sum = fast_two_sum(a < b ? b : a, a < b ? a : b);
  const Pair<double> difference = fast_two_sum(a - b, al - bl);
  const Pair<double> z = quotient(difference.high, difference.low, sum.high, sum.low + (al + bl), 1.0 / sum.high);
  const Pair<double> log = twice_atanh(z);
  const Pair<double> s = fast_two_sum(k * Exp<double>::ln2_high, log.high);
  return {s.high, s.low + fma_of(k, Exp<double>::ln2_low, log.low)};
}
inline double log_ratio(double a, double al, double b, double bl, double k) {
  return rounded(log_ratio_pair(a, al, b, bl, k));
}

// The k that brings 2^k b within a factor of 3/2 of a, both positive: their bits are their logarithms, to within
// 0.09. Both sides of a select are computed, so a may be anything where the other side counts; its bits, as an
// unsigned number, then wrap around.
inline std::int64_t binary_exponent(double a, double b = 1.0) {
  const auto ratio = std::uint64_t(to_bits(a)) - std::uint64_t(to_bits(b));
  return shifted_down<52>(std::int64_t(ratio + (std::uint64_t(1) << 51)));
}
inline double power_of_two(std::int64_t k) { return from_bits<double>((k + 1023) << 52); }

// log(a) of a normal number.
inline Pair<double> log_of(Pair<double> a) {
  const std::int64_t k = binary_exponent(a.high);
  return log_ratio_pair(a.high, a.low, power_of_two(k), 0.0, number_of<double>(k));
}

}  // namespace
