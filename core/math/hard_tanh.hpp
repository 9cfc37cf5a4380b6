// The hard hyperbolic tangent, x cut off at -1 and at 1: value, slope, inverse. Nothing here rounds.
//
// The slope is 1 between the kinks and 0 at them and beyond. Special values: -inf -> -1, inf -> 1, nan -> nan.
#pragma once

#include "real.hpp"

namespace {

struct HardTanh {
  static constexpr char name[] = "hard_tanh";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static T value(T x) {
    const T above = x < -1 ? T(-1) : x;
    return above > 1 ? T(1) : above;
  }
  template <class T>
  static T derivative(T x) {
    const T inside = abs_of(x) < 1 ? T(1) : T(0);
    return x == x ? inside : x;
  }
  template <class T>
  static void value_and_derivative(T x, T& first, T& second) {
    first = value(x);
    second = derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  template <class T>
  static T second_derivative(T x) {
    return x == x ? T(0) : x;
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // At -1 and 1, each taken on a whole half-line, the kink; beyond: nan.
  template <class T>
  static T inverse(T y) {
    return abs_of(y) <= 1 ? y : T(__builtin_nan(""));
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
