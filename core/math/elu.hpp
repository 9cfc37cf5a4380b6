// The exponential linear unit, x for x > 0 and e^x - 1 for x <= 0: value, slope, second derivative, inverse.
//
// Special values: -inf -> -1, 0 -> 0 with slope 1, inf -> inf with slope 1, nan -> nan.
#pragma once

#include "log1p.hpp"

namespace {

struct Elu {
  static constexpr char name[] = "elu";
  template <class T>
  static constexpr T near = Exp<T>::normal;

  // e^-|x|, for the side where the exponential is.
  template <class T>
  static ExpMinus<T> tail(T x) {
    return exp_minus(at_most(Exp<T>::normal, abs_of(x)));
  }
  // e^-|x| - 1 as a pair: the power of two less 1, and the rest.
  static Pair<double> less_one(const ExpMinus<double>& t) {
    const Pair<double> sum = fast_two_sum(t.scale - 1, t.rest.high);
    return {sum.high, sum.low + (t.rest.low + t.missing)};
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // In float64 alone: the exponential of float32 is good to 2^-28, a quarter of an ULP of what is left beside 1 at
  // x = -0.3.
  static double value(double x) {
    const Pair<double> e = less_one(tail(x));
    return x >= 0 ? x : e.high + e.low;
  }
  template <class T>
  static T derivative(T x) {
    const ExpMinus<T> t = tail(x);
    return x > 0 ? T(1) : t.high + t.low;
  }
  template <class T>
  static T far_derivative(T x) {
    return select(x > 0, T(1), exp_minus_far(-x));
  }

  template <class T>
  static void value_and_derivative(T x, T& first, T& second) {
    first = T(value(x));
    second = derivative(x);
  }
  template <class T>
  static void far_value_and_derivative(T x, T& first, T& second) {
    first = x > 0 ? x : T(-1);
    second = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // e^x for x < 0; 0 from the kink at 0 on.
  template <class T>
  static T second_derivative(T x) {
    const T slope = derivative(x);
    return x >= 0 ? T(0) : slope;
  }
  template <class T>
  static T far_second_derivative(T x) {
    return select(x > 0, T(0), exp_minus_far(-x));
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // Below -1: nan; -1 -> -inf.
  static double inverse(double y) {
    const double result = log1p({y > -1 ? y : 0, 0});
    const double edge = y == -1 ? -__builtin_inf() : __builtin_nan("");
    const double left = y > -1 ? result : edge;
    return y > 0 ? y : left;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
