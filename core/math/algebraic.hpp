// The algebraic sigmoid x / sqrt(1 + x^2): value, slope, second derivative, inverse.
//
// With r = 1 / sqrt(1 + x^2), the cosine of the angle whose tangent is x: value x r, slope r^3, second derivative
// -3 x r^5. Special values: -inf -> -1, -0 -> -0, inf -> 1, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "pair.hpp"

namespace {

struct Algebraic {
  static constexpr char name[] = "algebraic";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // From here the value is 1 and slopes are 0, and x^2 is still a number.
  template <class T>
  static constexpr T largest = sizeof(T) == 4 ? T(0x1p60f) : T(0x1p400);

  template <class T>
  struct Parts {
    T size;
    Pair<T> root;  // sqrt(1 + x^2)
    T reciprocal;
  };
  template <class T>
  static Parts<T> parts(T x) {
    const T size = at_most(largest<T>, abs_of(x));
    const Pair<T> square = two_product(size, size), sum = two_sum(T(1), square.high);
    const Root<T> r = square_root<T>({sum.high, sum.low + square.low});
    return {size, r.root, r.reciprocal};
  }

  template <class T>
  static T value(T x) {
    const Parts<T> p = parts(x);
    return with_sign(rounded(quotient(p.size, T(0), p.root.high, p.root.low, p.reciprocal)), x);
  }

  template <class T>
  static T derivative(T x) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.root, p.reciprocal);
    return small_product(square(r), r);
  }

  template <class T>
  static void value_and_derivative(T x, T& value, T& slope) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.root, p.reciprocal);
    value = with_sign(rounded(quotient(p.size, T(0), p.root.high, p.root.low, p.reciprocal)), x);
    slope = small_product(square(r), r);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -(3 x r) r^2 r^2: r^4 alone may be subnormal where the result is not.
  template <class T>
  static T second_derivative(T x) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.root, p.reciprocal), square_of_r = square(r);
    const Pair<T> value = quotient(p.size, T(0), p.root.high, p.root.low, p.reciprocal);
    const Pair<T> thrice = product(value, {T(3), T(0)});
    return with_sign(small_product(product(thrice, square_of_r), square_of_r), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // p / sqrt((1 - p)(1 + p)). Outside [-1, 1]: nan; -1 -> -inf, 1 -> inf.
  template <class T>
  static T inverse(T p) {
    const T size = abs_of(p);
    const Root<T> r = square_root(product(fast_two_sum(T(1), -size), fast_two_sum(T(1), size)));
    const T result = rounded(quotient(size, T(0), r.root.high, r.root.low, r.reciprocal));
    const T edge = size == 1 ? T(__builtin_inf()) : T(__builtin_nan(""));
    return with_sign(size < 1 ? result : edge, p);
  }
};

}  // namespace
