// The sigmoid linear unit x / (1 + e^-x), x times the logistic of x: value, slope, second derivative.
//
// With t = e^-|x|, the logistic a and its complement b = 1 - a are 1 / (1 + t) and t / (1 + t), in the order that the
// sign of x says. Special values: -inf -> 0, 0 -> 0 with slope 1/2, inf -> inf with slope 1, nan -> nan.
#pragma once

#include "sigmoid.hpp"
#include "twofold.hpp"

namespace {

struct Silu {
  static constexpr char name[] = "silu";
  template <class T>
  static constexpr T near = Sigmoid::near<T>;

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // a as a pair, and b.
  template <class T>
  struct Sides {
    Pair<T> value, complement;
  };
  template <class T>
  static Sides<T> sides(T x) {
    const auto s = Sigmoid::smaller(x);
    const Pair<T> m = fast_two_sum(s.quotient, s.residual * s.reciprocal), rest = fast_two_sum(T(1), -m.high);
    const T rest_low = rest.low - m.low;
    const bool left = x < 0;
    return {{left ? m.high : rest.high, left ? m.low : rest_low},
            {left ? rest.high : m.high, left ? rest_low : m.low}};
  }

  // -|x| m for x < 0, x - |x| m for x >= 0, with m the smaller of a and b as a pair: its low part is lost to x in the
  // second case, which costs at most half an ULP.
  template <class T>
  static T value(T x) {
    const auto s = Sigmoid::smaller(x);
    const T minus = -abs_of(x), base = x < 0 ? T(0) : x;
    return fma_of(minus, s.quotient, fma_of(minus, s.residual * s.reciprocal, base));
  }
  static double far_value(double x) { return x < 0 ? exp_minus_far(-held(x), held(x)) : x; }

  // a (1 + x b). The second factor is 0 at x = -1.278; within 1/2 of that, the slope is taken from its polynomial.
  template <class T>
  static void value_and_derivative(T x, T& value, T& slope) {
    static constexpr ZeroOf<T, sizeof(T) == sizeof(float) ? 10 : 17> zero{silu_slope_zero};
    const Sides<T> s = sides(x);
    value = fma_of(x, s.value.high, x * s.value.low);
    const T p = x * s.complement.high, p_low = fma_of(x, s.complement.high, -p) + x * s.complement.low;
    const Pair<T> sum = two_sum(T(1), p);
    const T low = sum.low + p_low;
    const T formula = fma_of(s.value.high, sum.high, fma_of(s.value.high, low, s.value.low * sum.high));
    const T d = (x - zero.high) - zero.low, polynomial = zero.at(d);
    slope = abs_of(x - zero.high) < T(0.5) ? polynomial : formula;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    value = far_value(x);
    slope = far_derivative(x);
  }

  template <class T>
  static T derivative(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) {
    const double tail = exp_minus_far(-held(x), 1 + held(x));
    return x < 0 ? tail : 1;
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // a b (2 + x (b - a)), even, and 0 at x = +-2.399.
  template <class T>
  static T second_derivative(T x) {
    using N = Working<T>;
    const double z = -abs_of(bounded(x));
    const N t = exp_of_minus(exactly<N>(-z)), b = reciprocal(1.0 + t), a = t * b;
    const double formula = rounded(a * b * (2.0 + z * (b - a)));
    return T(unless_beside<T>(silu_curvature_zero, -z, formula));
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
