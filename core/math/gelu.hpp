// The Gaussian error linear unit, x Phi(x): value, slope, second derivative.
//
// Phi and its density come as pairs from the normal distribution. Special values: -inf -> 0, 0 -> 0 with slope 1/2,
// inf -> inf with slope 1, nan -> nan.
#pragma once

#include "normal.hpp"
#include "twofold.hpp"

namespace {

struct Gelu {
  static constexpr char name[] = "gelu";
  template <class T>
  static constexpr T near = Normal::near<T>;

  // Phi(x) as a pair.
  static Twofold phi(double x, Twofold bell) {
    const Twofold below = Normal::lower(x, bell), above = fast_two_sum(1.0, -below.high);
    const bool right = x >= 1;
    return {right ? above.high : below.high, right ? above.low - below.low : below.low};
  }
  // e^(-x^2/2) times a factor, beyond the near range.
  static double tail(double size, Twofold factor) {
    const Twofold h = Normal::half_square(size);
    return exp_minus_far<double>(h.high, Twofold{factor.high, fma_of(-factor.high, h.low, factor.low)});
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // x Phi and Phi + x phi, 0 at x = -0.752.
  static void value_and_derivative(double x, double& value, double& slope) {
    const Twofold bell = Normal::bell(x), p = phi(x, bell);
    value = fma_of(x, p.high, x * p.low);
    const double formula = rounded(p + x * (Normal::density * bell));
    slope = abs_of(x - gelu_slope_zero.high) < 0.5 ? beside(gelu_slope_zero, x) : formula;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    const double size = at_most(Normal::vanishes, abs_of(x));
    const Twofold mills = Normal::mills(size);
    const double left = tail(size, -size * mills), left_slope = tail(size, mills + -size * Normal::density);
    value = x < 0 ? left : x;
    slope = x < 0 ? left_slope : 1;
  }

  static double value(double x) {
    const Twofold p = phi(x, Normal::bell(x));
    return fma_of(x, p.high, x * p.low);
  }
  static double far_value(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return value;
  }
  static double derivative(double x) {
    double value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return slope;
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // (2 - x^2) phi, with x^2 exact, so that nothing is lost next to the zeros at +-sqrt(2).
  static Twofold factor(double x) { return Normal::density * (2.0 + -two_product(x, x)); }
  static double second_derivative(double x) { return rounded(factor(x) * Normal::bell(x)); }
  static double far_second_derivative(double x) {
    const double size = at_most(Normal::vanishes, abs_of(x));
    return tail(size, factor(size));
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
