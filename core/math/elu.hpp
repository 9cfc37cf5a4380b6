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
  static ExpMinus<double> tail(double x) {
    const double size = abs_of(x);
    return exp_minus(size > Exp<double>::normal ? Exp<double>::normal : size);
  }
  // e^-|x| - 1 as a pair: the power of two less 1, and the rest.
  static Pair<double> less_one(const ExpMinus<double>& t) {
    const Pair<double> sum = fast_two_sum(t.scale - 1.0, t.rest.high);
    return {sum.high, sum.low + t.rest.low};
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  static double value(double x) {
    const Pair<double> e = less_one(tail(x));
    return x > 0 ? x : e.high + e.low;
  }
  static double derivative(double x) {
    const ExpMinus<double> t = tail(x);
    return x > 0 ? 1.0 : t.high + t.low;
  }
  static double far_derivative(double x) { return x > 0 ? 1.0 : exp_minus_far(-x); }

  static void value_and_derivative(double x, double& first, double& second) {
    first = value(x);
    second = derivative(x);
  }
  static void far_value_and_derivative(double x, double& first, double& second) {
    first = x > 0 ? x : -1.0;
    second = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // e^x for x < 0; 0 from the kink at 0 on.
  static double second_derivative(double x) {
    const double slope = derivative(x);
    return x >= 0 ? 0.0 : slope;
  }
  static double far_second_derivative(double x) { return x > 0 ? 0.0 : exp_minus_far(-x); }

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
