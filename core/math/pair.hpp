// Sums, products, quotients and roots of numbers held as high + low parts. The low part is known to a few digits
// only: results are good to a small fraction of the last bit of their high part.
#pragma once

#include "real.hpp"

namespace {

template <class T>
inline T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}

// The value y at x of a curve that climbs through the origin: it keeps the sign of a zero.
template <class T>
inline T through_origin(T x, T y) {
  return x == 0 ? x : y;
}

// Not above the limit; a nan passes.
template <class T>
inline T at_most(T limit, T x) {
  return limit < x ? limit : x;
}

// A constant in the element's own type.
template <class T>
constexpr Pair<T> narrowed(Pair<double> a) {
  return {T(a.high), T((a.high - double(T(a.high))) + a.low)};
}

template <class T>
inline T rounded(Pair<T> a) {
  return a.high + a.low;
}

template <class T>
inline Pair<T> two_product(T a, T b) {
  const T p = a * b;
  return {p, fma_of(a, b, -p)};
}

// (a + al) / (b + bl), given 1/b rounded.
template <class T>
inline Pair<T> quotient(T a, T al, T b, T bl, T reciprocal) {
  const T q = a * reciprocal;
  const T residual = fma_of(-q, b, a) + fma_of(-q, bl, al);
  return fast_two_sum(q, residual * reciprocal);
}

// 1 / (b + bl), given 1/b rounded.
template <class T>
inline Pair<T> inverse_of(Pair<T> b, T reciprocal) {
  return {reciprocal, reciprocal * fma_of(-reciprocal, b.low, fma_of(-reciprocal, b.high, T(1)))};
}

template <class T>
inline Pair<T> product(Pair<T> a, Pair<T> b) {
  const T p = a.high * b.high;
  return {p, fma_of(a.high, b.high, -p) + fma_of(a.high, b.low, a.low * b.high)};
}

// The same, rounded once.
template <class T>
inline T rounded_product(Pair<T> a, Pair<T> b) {
  return fma_of(a.high, b.high, fma_of(a.high, b.low, a.low * b.high));
}

// The same for factors up to about 1 whose product may be subnormal: multiplied up in between, so that low parts keep
// their digits.
template <class T>
inline T small_product(Pair<T> a, Pair<T> b) {
  constexpr T up = sizeof(T) == 4 ? T(0x1p64f) : T(0x1p200);
  return rounded_product(a, {up * b.high, up * b.low}) * (1 / up);
}

template <class T>
inline Pair<T> square(Pair<T> a) {
  return product(a, a);
}

// factor e^-a for any a >= 0, rounded once, and once more where it is subnormal.
template <class T>
inline T exp_minus_far(T a, Pair<T> factor) {
  const Unscaled<T> x = exp_unscaled(a);
  return times_power(rounded_product(fast_two_sum(x.e.high, x.e.low), factor), x.k);
}

// e^-a for a >= 0 to a few digits more than T has; beyond Exp<T>::normal what it is there.
template <class T>
inline Pair<T> exp_minus_pair(T a) {
  const ExpMinus<T> e = exp_minus(at_most(Exp<T>::normal, a));
  return fast_two_sum(e.high, e.low + e.missing);
}

// sqrt(a) with its low part, and 1 / sqrt(a.high) rounded, which divisions by the root need.
template <class T>
struct Root {
  Pair<T> root;
  T reciprocal;
};
inline float sqrt_of(float x) { return __builtin_sqrtf(x); }
inline double sqrt_of(double x) { return __builtin_sqrt(x); }
template <class T>
inline Root<T> square_root(Pair<T> a) {
  const T root = sqrt_of(a.high), reciprocal = T(1) / root;
  return {{root, T(0.5) * reciprocal * (fma_of(-root, root, a.high) + a.low)}, reciprocal};
}

// a with the sign of x.
inline float with_sign(float a, float x) { return __builtin_copysignf(a, x); }
inline double with_sign(double a, double x) { return __builtin_copysign(a, x); }

}  // namespace
