// The rectified linear unit, x for x > 0 and 0 for x <= 0: value and slope. Nothing here rounds.
//
// The slope jumps from 0 to 1 at 0, where it is 0. Special values: -inf -> 0, inf -> inf, nan -> nan.
#pragma once

#include "real.hpp"

namespace {

struct Relu {
  static constexpr char name[] = "relu";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static T value(T x) {
    const T left = x <= 0 ? T(0) : x;
    return x > 0 ? x : left;
  }
  template <class T>
  static T derivative(T x) {
    const T left = x <= 0 ? T(0) : x;
    return x > 0 ? T(1) : left;
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

  // None: every x <= 0 has the value 0.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None that a field has asked for.
};

}  // namespace
