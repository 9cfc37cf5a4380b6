// Logarithms of numbers held as high + low parts, for the inverses of the exponential activations.
#pragma once

#include "logarithm.hpp"

namespace {

// log(1 + u) for u > -1, relative to the result: near 0 it is u itself.
inline double log1p(Pair<double> u) {
  const Pair<double> rough = two_sum(1.0, u.high), sum = fast_two_sum(rough.high, rough.low + u.low);
  const double result = rounded(log_of(sum));
  return abs_of(u.high) < 0x1p-54 ? u.high : result;
}

// log(a / b) for a + b = 1, both positive. A tiny a is lifted, for its residuals would underflow.
inline double log_odds(Pair<double> a, Pair<double> b) {
  const bool lifted = a.high < 0x1p-900;
  const double lift = lifted ? 0x1p200 : 1.0, high = a.high * lift;
  const std::int64_t k = binary_exponent(high, b.high);
  const double scale = power_of_two(k);
  return log_ratio(high, a.low * lift, scale * b.high, scale * b.low, number_of<double>(k) - (lifted ? 200.0 : 0.0));
}

}  // namespace
