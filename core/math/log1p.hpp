// Logarithms of numbers held as high + low parts, for the inverses of the exponential activations.
#pragma once

#include "logarithm.hpp"

namespace {

// The power of two that brings a positive normal number a within a factor of 3/2 of 1, as k and 2^k.
struct Binade {
  double k, scale;
};
inline Binade binade(double a) {
  // The bits of a positive number are its logarithm, to within 0.09.
  const std::int64_t k = (to_bits(a) - to_bits(1.0) + (std::int64_t(1) << 51)) >> 52;
  return {double(k), from_bits<double>((k + 1023) << 52)};
}

// log(1 + u) for u > -1, relative to the result: near 0 it is u itself.
inline double log1p(Pair<double> u) {
  const Pair<double> rough = two_sum(1.0, u.high), sum = fast_two_sum(rough.high, rough.low + u.low);
  const Binade b = binade(sum.high);
  const double result = log_ratio(sum.high, sum.low, b.scale, 0.0, b.k);
  return abs_of(u.high) < 0x1p-54 ? u.high : result;
}

// log(a / b) for a + b = 1, both positive. A tiny a is lifted, for its residuals would underflow.
inline double log_odds(Pair<double> a, Pair<double> b) {
  const bool lifted = a.high < 0x1p-900;
  const double lift = lifted ? 0x1p200 : 1.0, high = a.high * lift;
  const std::int64_t k = (to_bits(high) - to_bits(b.high) + (std::int64_t(1) << 51)) >> 52;
  const double scale = from_bits<double>((k + 1023) << 52);
  return log_ratio(high, a.low * lift, scale * b.high, scale * b.low, double(k) - (lifted ? 200.0 : 0.0));
}

}  // namespace
