// The logistic function 1 / (1 + e^-x): value, slope, second derivative, inverse (logit), logarithm.
//
// Everything comes from t = e^-|x|, which never overflows, and m = t / (1 + t), the smaller of the value a and 1 - a.
// Both keep full relative accuracy in both tails. Special values: -inf -> 0, -0 and 0 -> 1/2, inf -> 1, nan -> nan;
// the slope of both infinities is 0.
#pragma once

#include "logarithm.hpp"
#include "real.hpp"

namespace {

struct Sigmoid {
  static constexpr char name[] = "sigmoid";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // Where |x| is larger, low parts underflow, and the far forms take over: 1 + t has long been 1 there.
  template <class T>
  static constexpr T near = Exp<T>::normal;

  // t as high + low, where it is a normal number.
  template <class T>
  static Pair<T> begin(T x) {
    const ExpMinus<T> t = exp_minus<true>(abs_of(x));
    return {t.high, t.low};
  }

  // m = quotient + residual * reciprocal. The quotient made from the one division, 1/(1+t), is off by a few ULP; the
  // residual t - m (1 + t) puts that right. t - m is exact (Sterbenz: t/2 <= m <= t), so the residual rounds once,
  // far below the last bit of m.
  template <class T>
  struct Smaller {
    T quotient, residual, reciprocal;
  };
  template <class T>
  static Smaller<T> smaller(Pair<T> t) {
    const T rounded = t.high + t.low;
    const T reciprocal = T(1) / (T(1) + rounded);
    const T quotient = rounded * reciprocal;
    return {quotient, fma_of(t.low, reciprocal, fma_of(-quotient, t.high, t.high - quotient)), reciprocal};
  }

  template <class T>
  static T value(T x, Pair<T> t) {
    const Smaller<T> s = smaller(t);
    const T m = fma_of(s.residual, s.reciprocal, s.quotient);
    return to_bits(x) < 0 ? m : T(1) - m;  // the bits spare a comparison; at -0 both are 1/2
  }
  // In long registers of float64 the division is most of the second half, and overlaps only with the first: better in
  // one piece.
  template <class T>
    requires(sizeof(T) == sizeof(double) && long_registers)
  static T value(T x) {
    return value(x, begin(x));
  }
  template <class T>
  static T far_value(T x) {
    return select(x < 0, exp_minus_far(abs_of(x)), T(1));
  }

  // m (1 - m) = (quotient + correction) (reciprocal + other), rounded once: the low parts of both factors are known,
  // for 1 - m is the reciprocal but for a few ULP, and 1 - reciprocal - quotient is exact.
  template <class T>
  static void value_and_derivative(T x, Pair<T> t, T& value, T& slope) {
    const Smaller<T> s = smaller(t);
    const T m = fma_of(s.residual, s.reciprocal, s.quotient);
    value = to_bits(x) < 0 ? m : T(1) - m;
    const T correction = s.residual * s.reciprocal;
    const T other = ((T(1) - s.reciprocal) - s.quotient) - correction;
    slope = fma_of(s.quotient, s.reciprocal, fma_of(s.quotient, other, correction * s.reciprocal));
  }
  template <class T>
  static void far_value_and_derivative(T x, T& value, T& slope) {
    slope = exp_minus_far(abs_of(x));
    value = x < 0 ? slope : T(1);
  }

  template <class T>
  static T derivative(T x, Pair<T> t) {
    T value, slope;
    value_and_derivative(x, t, value, slope);
    return slope;
  }
  template <class T>
  static T far_derivative(T x) {
    return exp_minus_far(abs_of(x));
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -sign(x) m (1 - m) tanh(|x|/2), the last as (1 - t)/(1 + t) with 1 - t from expm1, so that the zero at x = 0
  // keeps its relative accuracy. Each factor carries its low part. `factor` is a power of two, for tanh.
  static double scaled_second_derivative(double x, double factor) {
    const ExpMinus<double> t = exp_minus(abs_of(x));
    const Pair<double> e = fast_two_sum(t.high, t.low);
    const Pair<double> sum = fast_two_sum(1.0, e.high);
    const Pair<double> numerator = one_minus_exp(t, e);
    const double sum_low = sum.low + e.low;
    const double reciprocal = 1.0 / sum.high;
    const Pair<double> m = quotient(e.high, e.low, sum.high, sum_low, reciprocal);
    const Pair<double> other = quotient(1.0, 0.0, sum.high, sum_low, reciprocal);
    const Pair<double> tanh = quotient(numerator.high, numerator.low, sum.high, sum_low, reciprocal);
    const double size = rounded_product(product(m, other), {factor * tanh.high, factor * tanh.low});
    return x < 0 ? size : -size;
  }
  static double second_derivative(double x) { return scaled_second_derivative(x, 1); }
  static double far_second_derivative(double x) {
    const double t = exp_minus_far(abs_of(x));
    return x < 0 ? t : -t;
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // log(p / (1 - p)) = k ln 2 + 2 atanh((p - 2^k c) / (p + 2^k c)), c = 1 - p, for the k that brings p and 2^k c
  // within a factor of 3/2. The difference is exact (Sterbenz), so nothing is lost at p = 1/2, nor, through the low
  // part of c, at either end. Outside [0, 1]: nan; 0 -> -inf, 1 -> inf.
  static double inverse(double p) {
    constexpr double tiny = 0x1p-900, lift = 0x1p200;  // residuals of smaller p would underflow
    const bool lifted = p < tiny;
    const double q = lifted ? p * lift : p;
    const Pair<double> c = fast_two_sum(1.0, -p);
    const std::int64_t k = binary_exponent(q, c.high);
    const double scale = power_of_two(k);
    const double result =
        log_ratio(q, 0.0, scale * c.high, scale * c.low, number_of<double>(k) - (lifted ? 200.0 : 0.0));
    const double edge = p == 0 ? -__builtin_inf() : p == 1 ? __builtin_inf() : __builtin_nan("");
    return (p > 0) & (p < 1) ? result : edge;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // log a = min(x, 0) - log(1 + t), and log(1 + t) = 2 atanh(t / (2 + t)).
  static double log(double x, Pair<double> t) {
    const Pair<double> e = fast_two_sum(t.high, t.low);
    const Pair<double> sum = fast_two_sum(2.0, e.high);
    const double reciprocal = 1.0 / sum.high;
    const Pair<double> z = quotient(e.high, e.low, sum.high, sum.low + e.low, reciprocal);
    const Pair<double> log1p = twice_atanh(z);
    const Pair<double> s = two_sum(x < 0 ? x : -0.0, -log1p.high);
    return s.high + (s.low - log1p.low);
  }
  static double far_log(double x) { return select(x < 0, x, -exp_minus_far(abs_of(x))); }

  // 1 - a(x) = a(-x).
  static double log_complement(double x, Pair<double> t) { return log(-x, t); }
  static double far_log_complement(double x) { return far_log(-x); }
};

}  // namespace
