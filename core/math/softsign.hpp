// The softsign x / (1 + |x|): value, slope, second derivative, inverse.
//
// Special values: -inf -> -1, -0 -> -0, inf -> 1, nan -> nan; the slope of both infinities is 0. At 0 the slope has a
// corner: the second derivative jumps from 2 to -2, and is returned as their mean, 0.
#pragma once

#include "pair.hpp"

namespace {

struct Softsign {
  static constexpr char name[] = "softsign";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // Beyond, the value is 1 and the slope 0; up to here 1/(1+|x|) is a normal number, and products split in halves
  // fit.
  template <class T>
  static constexpr T largest = sizeof(T) == 4 ? T(0x1p120f) : T(0x1p990);

  template <class T>
  struct Parts {
    T size;
    Pair<T> sum;  // 1 + |x|
    T reciprocal;
  };
  template <class T>
  static Parts<T> parts(T x) {
    const T size = at_most(largest<T>, abs_of(x));
    const Pair<T> sum = two_sum(T(1), size);
    return {size, sum, T(1) / sum.high};
  }

  template <class T>
  static T value(T x) {
    const Parts<T> p = parts(x);
    return with_sign(rounded(quotient(p.size, T(0), p.sum.high, p.sum.low, p.reciprocal)), x);
  }

  template <class T>
  static T derivative(T x) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.sum, p.reciprocal);
    return small_product(r, r);
  }

  template <class T>
  static void value_and_derivative(T x, T& value, T& slope) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.sum, p.reciprocal);
    value = with_sign(rounded(quotient(p.size, T(0), p.sum.high, p.sum.low, p.reciprocal)), x);
    slope = small_product(r, r);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -2 sign(x) / (1 + |x|)^3.
  template <class T>
  static T second_derivative(T x) {
    const Parts<T> p = parts(x);
    const Pair<T> r = inverse_of(p.sum, p.reciprocal);
    const T size = small_product(square(r), {2 * r.high, 2 * r.low});
    return with_sign(select(x == 0, T(0), size), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // p / (1 - |p|). Outside [-1, 1]: nan; -1 -> -inf, 1 -> inf.
  template <class T>
  static T inverse(T p) {
    const T size = abs_of(p);
    const Pair<T> rest = fast_two_sum(T(1), -size);
    const T result = rounded(quotient(size, T(0), rest.high, rest.low, T(1) / rest.high));
    const T edge = size == 1 ? T(__builtin_inf()) : T(__builtin_nan(""));
    return with_sign(size < 1 ? result : edge, p);
  }
};

}  // namespace
