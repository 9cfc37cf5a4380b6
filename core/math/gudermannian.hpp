// The Gudermannian atan(sinh x): value, slope sech x, second derivative, inverse.
//
// With t = e^-|x|: gd |x| = 2 atan((1 - t)/(1 + t)) = pi/2 - 2 atan(t), the first for t > 3/8.
// Special values: -inf -> -pi/2, -0 -> -0, inf -> pi/2, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "angle.hpp"
#include "logarithm.hpp"
#include "tanh.hpp"

namespace {

struct Gudermannian {
  static constexpr char name[] = "gudermannian";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static constexpr T near = Exp<T>::normal;

  template <class T>
  static Pair<T> begin(T x) {
    return exp_minus_pair(abs_of(x));
  }
  // Tiny x are their own value.
  template <class T>
  static T value(T x, Pair<T> t) {
    const T size = abs_of(x);
    const auto p = Tanh::parts(t);
    const bool central = p.t.high > T(0.375);
    const Pair<T> half = Tanh::over_denominator(p.numerator, p);
    const T z = select(central, half.high, -p.t.high), z_low = select(central, half.low, -p.t.low);
    const T angle = 2 * plus_atan(select(central, T(0), Angle<T>::quarter_pi.high), z, fma_of(-z * z, z_low, z_low));
    return with_sign(size < Tanh::tiny<T> ? size : angle, x);
  }

  static Floats whole_value(Floats x) { return in_pieces<gudermannian_pieces>(x); }

  // sech x = 2 t / (1 + t^2), and what a second division by 1 + t^2 needs.
  template <class T>
  struct Sech {
    Pair<T> value, denominator;
    T reciprocal;
  };
  template <class T>
  static Sech<T> sech(Pair<T> t) {
    const Pair<T> t_square = square(t), sum = fast_two_sum(T(1), t_square.high);
    const Pair<T> denominator = {sum.high, sum.low + t_square.low};
    const T reciprocal = T(1) / sum.high;
    return {quotient(2 * t.high, 2 * t.low, denominator.high, denominator.low, reciprocal), denominator, reciprocal};
  }
  template <class T>
  static T derivative(T, Pair<T> t) {
    return rounded(sech(t).value);
  }
  template <class T>
  static T far_derivative(T x) {
    return exp_minus_far(abs_of(x), T(2));
  }

  template <class T>
  static void value_and_derivative(T x, Pair<T> t, T& value_of_x, T& slope) {
    value_of_x = value(x, t);
    slope = derivative(x, t);
  }
  template <class T>
  static void far_value_and_derivative(T x, T& value_of_x, T& slope) {
    value_of_x = with_sign(Angle<T>::half_pi.high, x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -sech x tanh x, with tanh |x| = (1 - t)(1 + t) / (1 + t^2); -x for tiny x.
  template <class T>
  static T second_derivative(T x, Pair<T> t) {
    const auto p = Tanh::parts(t);
    const Sech<T> s = sech(t);
    const Pair<T> numerator = product(p.numerator, p.denominator);
    const Pair<T> tanh = quotient(numerator.high, numerator.low, s.denominator.high, s.denominator.low, s.reciprocal);
    const T size = abs_of(x);
    return with_sign(select(size < Tanh::tiny<T>, size, rounded_product(s.value, tanh)), -x);
  }
  template <class T>
  static T far_second_derivative(T x) {
    return with_sign(far_derivative(x), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // 2 artanh(tan(p/2)) = log((1 + t) / (1 - t)) with t = tan(p/2), or -log(t) with t = tan(pi/4 - p/2), whichever is
  // at most tan(pi/8). Outside [-pi/2, pi/2]: nan. Tiny p are their own inverse.
  static double inverse(double p) {
    const double size = abs_of(p), half = size / 2;
    const bool small = half < Angle<double>::quarter_pi.high / 2;
    const Pair<double> rest = from_half_pi(size);
    const Pair<double> y = {small ? half : rest.high / 2, small ? 0.0 : rest.low / 2};
    const Pair<double> t = tan_of(y), minus = fast_two_sum(1.0, -t.high), plus = fast_two_sum(1.0, t.high);
    const double a = small ? plus.high : 1.0, a_low = small ? plus.low + t.low : 0.0;
    const double b = small ? minus.high : t.high, b_low = small ? minus.low - t.low : t.low;
    const std::int64_t k = binary_exponent(a, b);
    const double scale = power_of_two(k);
    const double log = log_ratio(a, a_low, scale * b, scale * b_low, number_of<double>(k));
    const double result = size < 0x1p-500 ? size : log;
    return with_sign(size <= Angle<double>::half_pi.high ? result : __builtin_nan(""), p);
  }
  static float inverse(float p) { return infinite_at_half_pi(p, inverse(double(p))); }
};

}  // namespace
