// The sigmoid linear unit x / (1 + e^-x), x times the logistic of x: value, slope, second derivative.
//
// With t = e^-|x|, the logistic a and its complement b = 1 - a are 1 / (1 + t) and t / (1 + t), in the order that the
// sign of x says. Special values: -inf -> 0, 0 -> 0 with slope 1/2, inf -> inf with slope 1, nan -> nan.
#pragma once

#include "twofold.hpp"

namespace {

struct Silu {
  static constexpr char name[] = "silu";
  template <class T>
  static constexpr T near = nearby<T>;

  template <class N>
  struct Logistic {
    N value, complement;
  };
  template <class N>
  static Logistic<N> logistic(double x) {
    const N t = exp_of_minus(exactly<N>(abs_of(x))), larger = reciprocal(1.0 + t), smaller = t * larger;
    return {choose(x < 0, smaller, larger), choose(x < 0, larger, smaller)};
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // x a and a (1 + x b). The second factor is 0 at x = -1.278.
  template <class T>
  static void value_and_derivative(T x, T& value, T& slope) {
    const double z = bounded(x);
    const auto a = logistic<Working<T>>(z);
    value = T(rounded((x < 0 ? z : double(x)) * a.value));
    const double formula = rounded(a.value * (1.0 + z * a.complement));
    slope = T(unless_beside<T>(silu_slope_zero, z, formula));
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
  static double far_value(double x) { return x < 0 ? exp_minus_far(-held(x), held(x)) : x; }

  template <class T>
  static T derivative(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) { return x < 0 ? exp_minus_far(-held(x), 1 + held(x)) : 1; }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // a b (2 + x (b - a)), even, and 0 at x = +-2.399.
  template <class T>
  static T second_derivative(T x) {
    const double z = bounded(x);
    const auto a = logistic<Working<T>>(z);
    const double formula = rounded(a.value * a.complement * (2.0 + z * (a.complement - a.value)));
    return T(unless_beside<T>(silu_curvature_zero, abs_of(z), formula));
  }
  static double far_second_derivative(double x) {
    const double z = held(-abs_of(x));
    return exp_minus_far(-z, 2 + z);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
