// Mish, x tanh(log(1 + e^x)): value, slope, second derivative.
//
// tanh(log(1 + w)) = n / (n + 2) with n = w (w + 2) and w = e^x. For x >= 0 both are divided by w^2, so that only
// t = e^-|x| occurs and every term is positive. Special values: -inf -> 0, 0 -> 0 with slope 3/5, inf -> inf with
// slope 1, nan -> nan.
#pragma once

#include "twofold.hpp"

namespace {

struct Mish {
  static constexpr char name[] = "mish";
  // The second derivative holds e^-2|x|, whose low parts underflow beyond.
  template <class T>
  static constexpr T near = sizeof(T) == sizeof(float) ? nearby<T> : T(300);

  // The hyperbolic tangent is top / bottom; its slope is `steepness` / bottom^2.
  template <class N>
  struct Parts {
    N t, top, inverse, steepness;
  };
  template <class N>
  static Parts<N> parts(double x) {
    const N t = exp_of_minus(exactly<N>(abs_of(x))), square = t * t;
    const N twice = scaled(2, t), above = choose(x < 0, square, exactly<N>(1));
    const N top = above + twice, rest = choose(x < 0, exactly<N>(2), scaled(2, square));
    return {t, top, reciprocal(top + rest), scaled(4, choose(x < 0, t + square, square + square * t))};
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // The slope is tanh + x tanh', 0 at x = -1.192.
  template <class T>
  static void value_and_derivative(T x, T& value, T& slope) {
    const double z = bounded(x);
    const auto p = parts<Working<T>>(z);
    const auto tanh = p.top * p.inverse;
    value = through_origin(x, T(rounded((x < 0 ? z : double(x)) * tanh)));
    const double formula = rounded(p.inverse * (p.top + z * (p.steepness * p.inverse)));
    slope = T(unless_beside<T>(mish_slope_zero, z, formula));
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    const double z = held(x), tail = exp_minus_far(-z, z), tail_slope = exp_minus_far(-z, 1 + z);
    value = x < 0 ? tail : x;
    slope = x < 0 ? tail_slope : 1;
  }

  template <class T>
  static T value(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return value;
  }
  static double far_value(double x) { return select(x < 0, exp_minus_far(-held(x), held(x)), x); }

  template <class T>
  static T derivative(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) { return select(x < 0, exp_minus_far(-held(x), 1 + held(x)), 1.0); }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // 2 tanh' + x tanh'' = 4 w (4 + 8 w + 6 w^2 + 2 w^3 + x (2 + 2 w - 3 w^2 - 2 w^3)) / (n + 2)^3, all over w^6 for
  // x >= 0. It is 0 at x = -2.256 and at x = 1.491.
  template <class N>
  static N cubic(N t, double c0, double c1, double c2, double c3) {
    return c0 + t * (c1 + t * (c2 + scaled(c3, t)));
  }
  template <class T>
  static T second_derivative(T x) {
    using N = Working<T>;
    const double z = bounded(x);
    const Parts<N> p = parts<N>(z);
    const bool left = x < 0;
    const N even = cubic(p.t, left ? 4 : 2, left ? 8 : 6, left ? 6 : 8, left ? 2 : 4);
    const N odd = cubic(p.t, 2, left ? 2 : 3, left ? -3 : -2, -2);
    const N ratio = (even - abs_of(z) * odd) * p.inverse * (p.inverse * p.inverse);
    const double formula = 4 * rounded(choose(left, ratio, ratio * p.t) * p.t);
    const double right_too = unless_beside<T>(mish_curvature_right_zero, z, formula);
    return T(unless_beside<T>(mish_curvature_left_zero, z, right_too));
  }
  static double far_second_derivative(double x) {
    const double left = held(x), right = at_most(400.0, x);
    return select(x < 0, exp_minus_far(-left, 2 + left), exp_minus_far(2 * right, 8 * (1 - right)));
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
