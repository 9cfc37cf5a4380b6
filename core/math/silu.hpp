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

  template <class T>
  static Pair<T> begin(T x) {
    return Sigmoid::begin(x);
  }
  // The smaller of a and b, m, with its low part, and 1 - m.
  template <class T>
  struct Sides {
    Pair<T> smaller, larger;
  };
  template <class T>
  static Sides<T> sides(Pair<T> t) {
    const auto s = Sigmoid::smaller(t);
    const T low = s.residual * s.reciprocal;
    const Pair<T> rest = fast_two_sum(T(1), -s.quotient);
    return {{s.quotient, low}, {rest.high, rest.low - low}};
  }
  template <class T>
  static Pair<T> either(bool first, Pair<T> a, Pair<T> b) {
    return {first ? a.high : b.high, first ? a.low : b.low};
  }
  template <class T>
  static T times(T x, Pair<T> a) {
    return through_origin(x, fma_of(x, a.high, x * a.low));
  }

  template <class T>
  static T value(T x, Pair<T> t) {
    const Sides<T> s = sides(t);
    return times(x, either(x < 0, s.smaller, s.larger));
  }
  // In one piece where the logistic is.
  template <class T>
    requires(sizeof(T) == sizeof(double) && long_registers)
  static T value(T x) {
    return value(x, begin(x));
  }
  static double far_value(double x) { return select(x < 0, exp_minus_far(-held(x), held(x)), x); }

  // a (1 + x b). The second factor is 0 at x = -1.278; beside that, the slope is taken from its polynomial.
  template <class T>
  static void value_and_derivative(T x, Pair<T> t, T& value, T& slope) {
    static constexpr ZeroOf<T, sizeof(T) == sizeof(float) ? 5 : 10> zero{silu_slope_zero};
    const Sides<T> s = sides(t);
    const Pair<T> a = either(x < 0, s.smaller, s.larger), b = either(x < 0, s.larger, s.smaller);
    value = times(x, a);
    const T p = x * b.high, p_low = fma_of(x, b.high, -p) + x * b.low;
    const Pair<T> sum = two_sum(T(1), p);
    const T low = sum.low + p_low;
    const T formula = fma_of(a.high, sum.high, fma_of(a.high, low, a.low * sum.high));
    const T d = (x - zero.high) - zero.low, polynomial = zero.at(d);
    slope = abs_of(x - zero.high) < T(beside_zero) ? polynomial : formula;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    value = far_value(x);
    slope = far_derivative(x);
  }

  template <class T>
  static T derivative(T x, Pair<T> t) {
    T value, slope;
    value_and_derivative(x, t, value, slope);
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
