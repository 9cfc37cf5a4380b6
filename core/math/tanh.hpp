// The hyperbolic tangent (e^x - e^-x) / (e^x + e^-x): value, slope, second derivative, inverse (artanh).
//
// With t = e^-2|x|: |tanh x| = (1 - t) / (1 + t), 1 - t from expm1 so that small x keep their digits; slopes are
// those of the logistic at 2x, and powers of two are exact. Special values: -inf -> -1, -0 -> -0, inf -> 1, nan ->
// nan; the slope of both infinities is 0.
#pragma once

#include "piece_coefficients.hpp"
#include "sigmoid.hpp"

namespace {

struct Tanh {
  static constexpr char name[] = "tanh";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // The logistic's, at twice the argument.
  template <class T>
  static constexpr T near = Exp<T>::normal / 2;

  template <class T>
  static Pair<T> begin(T x) {
    return exp_minus_pair(2 * abs_of(x));
  }
  // 1 - t and 1 + t: both keep what they round away, so that the first has all its digits for small x too.
  template <class T>
  struct Parts {
    Pair<T> numerator, denominator, t;
    T reciprocal;
  };
  template <class T>
  static Parts<T> parts(Pair<T> t) {
    const Pair<T> minus = fast_two_sum(T(1), -t.high), plus = fast_two_sum(T(1), t.high);
    return {{minus.high, minus.low - t.low}, {plus.high, plus.low + t.low}, t, T(1) / plus.high};
  }
  // (a + al) / (1 + t) = quotient + correction, the second far smaller.
  template <class T>
  static Pair<T> over_denominator(Pair<T> a, const Parts<T>& p) {
    const T q = a.high * p.reciprocal;
    const T residual = fma_of(-q, p.denominator.high, a.high) + fma_of(-q, p.denominator.low, a.low);
    return {q, residual * p.reciprocal};
  }
  // Below this, tanh x is x.
  template <class T>
  static constexpr T tiny = sizeof(T) == 4 ? T(0x1p-13f) : T(0x1p-28);

  template <class T>
  static T value_of(T x, const Parts<T>& p) {
    const T size = rounded(over_denominator(p.numerator, p));
    return abs_of(x) < tiny<T> ? x : with_sign(size, x);
  }
  template <class T>
  static T value(T x, Pair<T> t) {
    return value_of(x, parts(t));
  }
  static Floats whole_value(Floats x) { return in_pieces<tanh_pieces>(x); }

  // The slope is 4 m (1 - m) with m = t / (1 + t), whose complement is the reciprocal but for a few ULP.
  template <class T>
  static void value_and_derivative(T x, Pair<T> t, T& value, T& slope) {
    const Parts<T> p = parts(t);
    const Pair<T> m = over_denominator(p.t, p);
    const T other = ((T(1) - p.reciprocal) - m.high) - m.low;
    value = value_of(x, p);
    slope = 4 * fma_of(m.high, p.reciprocal, fma_of(m.high, other, m.low * p.reciprocal));
  }
  template <class T>
  static void far_value_and_derivative(T x, T& value, T& slope) {
    value = with_sign(T(1), x);
    slope = far_derivative(x);
  }

  template <class T>
  static T derivative(T x, Pair<T> t) {
    T value, slope;
    value_and_derivative(x, t, value, slope);
    return slope;
  }
  template <class T>
  static T far_derivative(T x) {
    return exp_minus_far(2 * abs_of(x), T(4));
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  static double second_derivative(double x) { return Sigmoid::scaled_second_derivative(2 * x, 8); }
  static double far_second_derivative(double x) { return with_sign(exp_minus_far(2 * abs_of(x), 8.0), -x); }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // artanh p = log((1 + p) / (1 - p)) / 2, with 2^k (1 - p) within a factor of 3/2 of 1 + p, so that their difference
  // is exact. Outside [-1, 1]: nan; -1 -> -inf, 1 -> inf.
  static double inverse(double p) {
    const double size = abs_of(p);
    const Pair<double> sum = fast_two_sum(1.0, size), difference = fast_two_sum(1.0, -size);
    const std::int64_t k = binary_exponent(sum.high, difference.high);
    const double scale = power_of_two(k);
    const double result =
        log_ratio(sum.high, sum.low, scale * difference.high, scale * difference.low, number_of<double>(k)) / 2;
    const double edge = size == 1 ? __builtin_inf() : __builtin_nan("");
    return with_sign(size < 1 ? result : edge, p);
  }
};

}  // namespace
