// The hard sigmoid x/6 + 1/2, cut off at 0 and 1: value, slope, second derivative, inverse.
//
// Special values: -inf and -3 -> 0, 3 and inf -> 1, nan -> nan. At the corners -3 and 3 slopes are those of the flat
// side, 0, as in PyTorch.
#pragma once

#include "pair.hpp"

namespace {

struct HardSigmoid {
  static constexpr char name[] = "hard_sigmoid";

  // (a + low) / 6, rounded once, with no division.
  template <class T>
  static T over_six(T a, T low) {
    constexpr Pair<T> sixth = narrowed<T>({0x1.5555555555555p-3, 0x1.5555555555555p-57});
    return fma_of(a, sixth.high, fma_of(a, sixth.low, low * sixth.high));
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static T value(T x) {
    const Pair<T> sum = fast_two_sum(T(3), x);
    const T middle = over_six(sum.high, sum.low);
    const T side = x >= 3 ? T(1) : x <= -3 ? T(0) : x;
    return abs_of(x) < 3 ? middle : side;
  }

  template <class T>
  static T derivative(T x) {
    return abs_of(x) < 3 ? T(1) / 6 : x != x ? x : T(0);
  }

  template <class T>
  static void value_and_derivative(T x, T& value_of_x, T& slope) {
    value_of_x = value(x);
    slope = derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  template <class T>
  static T second_derivative(T x) {
    return x != x ? x : T(0);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // 6 p - 3; 0 and 1 go to the nearest arguments that have these values. Outside [0, 1]: nan.
  template <class T>
  static T inverse(T p) {
    const T result = fma_of(T(6), p, T(-3));
    return (p >= 0) & (p <= 1) ? result : T(__builtin_nan(""));
  }
};

}  // namespace
