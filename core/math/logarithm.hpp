// Quotients, products and logarithms of numbers held as high + low parts, in double precision.
#pragma once

#include "real.hpp"

namespace {

// (a + al) / (b + bl), given 1/b rounded.
inline Pair<double> quotient(double a, double al, double b, double bl, double reciprocal) {
  const double q = a * reciprocal;
  const double residual = fma_of(-q, b, a) + fma_of(-q, bl, al);
  return fast_two_sum(q, residual * reciprocal);
}

inline Pair<double> product(Pair<double> a, Pair<double> b) {
  const double p = a.high * b.high;
  return {p, fma_of(a.high, b.high, -p) + fma_of(a.high, b.low, a.low * b.high)};
}

// 2 atanh(z) = 2 z + z^3 (2/3 + 2/5 z^2 + ...) for |z| <= 1/3. The part behind 2 z is at most 4 % of it, so that its
// roundings hardly show.
inline Pair<double> twice_atanh(Pair<double> z) {
  const double square = z.high * z.high;
  return {2 * z.high, fma_of(square * z.high, estrin<11>(atanh_tail, square), 2 * z.low)};
}

// k ln 2 + log((a + al) / (b + bl)) for a/b in [1/2, 2] with a - b exact; k = 0 or |k ln 2| is the larger term.
inline double log_ratio(double a, double al, double b, double bl, double k) {
  const Pair<double> sum = fast_two_sum(a < b ? b : a, a < b ? a : b);
  const Pair<double> difference = fast_two_sum(a - b, al - bl);
  const Pair<double> z = quotient(difference.high, difference.low, sum.high, sum.low + (al + bl), 1.0 / sum.high);
  const Pair<double> log = twice_atanh(z);
  const Pair<double> s = fast_two_sum(k * Exp<double>::ln2_high, log.high);
  return s.high + (s.low + fma_of(k, Exp<double>::ln2_low, log.low));
}

}  // namespace
