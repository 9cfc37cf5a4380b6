// Hard swish: x (x + 3) / 6 for -3 < x < 3, 0 to the left of it and x to the right: value and slope.
//
// The slope jumps from 0 to -1/2 at -3 and from 3/2 to 1 at 3; at the kinks it is that of the straight pieces.
// Special values: -inf -> 0, inf -> inf, nan -> nan.
#pragma once

#include "real.hpp"

namespace {

struct HardSwish {
  static constexpr char name[] = "hard_swish";

  static constexpr Pair<double> sixth = {0x1.5555555555555p-3, 0x1.5555555555555p-57};

  // (a + low) / 6, rounded once.
  static double over_six(double a, double low) {
    return fma_of(a, sixth.high, fma_of(a, sixth.low, low * sixth.high));
  }
  // The pieces: 0, between, and `right`. nan stays nan, for it is between.
  static double piece(double x, double between, double right) {
    const double inner = x >= 3 ? right : between;
    return x <= -3 ? 0.0 : inner;
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  static double value(double x) {
    const Pair<double> sum = two_sum(x, 3.0);
    const double p = x * sum.high;
    return piece(x, over_six(p, fma_of(x, sum.high, -p) + x * sum.low), x);
  }
  static double derivative(double x) {
    const Pair<double> sum = two_sum(2 * x, 3.0);
    return piece(x, over_six(sum.high, sum.low), 1.0);
  }

  // float32 has no need of low parts.
  static float value(float x) {
    const double z = x;
    return float(piece(z, z * (z + 3.0) * sixth.high, z));
  }
  static float derivative(float x) {
    const double z = x;
    return float(piece(z, (2.0 * z + 3.0) * sixth.high, 1.0));
  }

  template <class T>
  static void value_and_derivative(T x, T& first, T& second) {
    first = value(x);
    second = derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  template <class T>
  static T second_derivative(T x) {
    const T beyond = x == x ? T(0) : x;
    return abs_of(x) < 3 ? T(1.0 / 3.0) : beyond;
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for -3 < x < 0.
};

}  // namespace
