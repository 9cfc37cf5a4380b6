// The scaled exponential linear unit, s x for x > 0 and s c (e^x - 1) for x <= 0, with the s and c for which layers
// keep mean 0 and variance 1: value, slope, second derivative, inverse.
//
// The slope jumps from s c to s at 0, where it is s c. Special values: -inf -> -s c, 0 -> 0, inf -> inf with slope s,
// nan -> nan.
#pragma once

#include "elu.hpp"

namespace {

struct Selu {
  static constexpr char name[] = "selu";
  template <class T>
  static constexpr T near = Exp<T>::normal;

  // s and s c, and one over each, to 107 bits.
  static constexpr Pair<double> s = {0x1.0cfabd6a91132p+0, 0x1.6fc7d272f2695p-55};
  static constexpr Pair<double> sc = {0x1.c212cc640f031p+0, 0x1.05161b045a1fep-56};
  static constexpr Pair<double> over_s = {0x1.e74b31afded6ep-1, 0x1.2879c403ef9b1p-57};
  static constexpr Pair<double> over_sc = {0x1.23393d22487f6p-1, -0x1.7da547e942bbdp-55};

  // ---- Value and slope --------------------------------------------------------------------------------------------

  static double value(double x) {
    const double left = rounded_product(Elu::less_one(Elu::tail(x)), sc);
    const double right = fma_of(x, s.high, x * s.low);  // nan at inf, if the two parts have opposite signs
    return x >= 0 ? right == right ? right : x : left;
  }
  template <class T>
  static T derivative(T x) {
    const ExpMinus<T> t = Elu::tail(x);
    const T left = rounded_product({t.high, t.low}, narrowed<T>(sc));
    return x > 0 ? T(s.high) : left;
  }
  template <class T>
  static T far_derivative(T x) {
    return select(x > 0, T(s.high), exp_minus_far(-x, narrowed<T>(sc)));
  }

  template <class T>
  static void value_and_derivative(T x, T& first, T& second) {
    first = T(value(x));
    second = derivative(x);
  }
  template <class T>
  static void far_value_and_derivative(T x, T& first, T& second) {
    first = T(value(x));
    second = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // s c e^x for x < 0; 0 from the kink at 0 on.
  template <class T>
  static T second_derivative(T x) {
    const T slope = derivative(x);
    return x >= 0 ? T(0) : slope;
  }
  template <class T>
  static T far_second_derivative(T x) {
    return select(x > 0, T(0), far_derivative(x));
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // At or below -s c: nan.
  static double inverse(double y) {
    const double p = y * over_sc.high;
    const Pair<double> u = fast_two_sum(p, fma_of(y, over_sc.high, -p) + y * over_sc.low);
    const bool above = y >= -sc.high;  // rounded towards 0: -s c itself lies just below
    const double left = log1p({above ? u.high : 0, above ? u.low : 0});
    const double right = fma_of(y, over_s.high, y * over_s.low);
    const double negative = above ? left : __builtin_nan("");
    return y >= 0 ? right : negative;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
