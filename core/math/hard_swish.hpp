// Hard swish: x (x + 3) / 6 for -3 < x < 3, 0 to the left of it and x to the right: value and slope.
//
// The slope jumps from 0 to -1/2 at -3 and from 3/2 to 1 at 3; at the kinks it is that of the straight pieces.
// Special values: -inf -> 0, inf -> inf, nan -> nan.
#pragma once

#include "hard_sigmoid.hpp"

namespace {

struct HardSwish {
  static constexpr char name[] = "hard_swish";

  // The pieces: 0, between, and `right`. nan stays nan, for it is between.
  template <class T>
  static T piece(T x, T between, T right) {
    const T inner = x >= 3 ? right : between;
    return x <= -3 ? T(0) : inner;
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static T value(T x) {
    const Pair<T> sum = fast_two_sum(T(3), x), p = two_product(x, sum.high);
    return piece(x, through_origin(x, HardSigmoid::over_six(p.high, fma_of(x, sum.low, p.low))), x);
  }
  // The sum is exact for 2x beyond 3 too: what it has added to 3 is a multiple of the ULP of 2x, and below 8.
  template <class T>
  static T derivative(T x) {
    const Pair<T> sum = fast_two_sum(T(3), 2 * x);
    return piece(x, HardSigmoid::over_six(sum.high, sum.low), T(1));
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
