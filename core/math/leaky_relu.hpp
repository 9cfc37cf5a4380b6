// The leaky rectified linear unit, x for x > 0 and x / 100 for x <= 0: value, slope, inverse.
//
// The slope jumps from 1/100 to 1 at 0, where it is 1/100. Special values: -inf -> -inf, inf -> inf, nan -> nan.
#pragma once

#include "real.hpp"

namespace {

struct LeakyRelu {
  static constexpr char name[] = "leaky_relu";

  template <class T>
  static constexpr T leak = T(0.01);

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // x / 100, rounded once and without a division, by a product and what it leaves of x, which is exact for subnormal
  // results too.
  template <class T>
  static T value(T x) {
    const T rough = x * leak<T>, left = fma_of(fma_of(rough, T(-100), x), leak<T>, rough);  // nan at -inf
    return (x >= 0) | (left != left) ? x : left;
  }
  template <class T>
  static T derivative(T x) {
    const T left = x <= 0 ? leak<T> : x;
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

  template <class T>
  static T inverse(T y) {
    const T left = 100 * y;
    return y > 0 ? y : left;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
