// The Gudermannian atan(sinh x): value, slope sech x, second derivative, inverse.
//
// With t = e^-|x|: gd |x| = 2 atan((1 - t)/(1 + t)) = pi/2 - 2 atan(t), whichever argument is at most tan(pi/8).
// Special values: -inf -> -pi/2, -0 -> -0, inf -> pi/2, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "angle.hpp"
#include "logarithm.hpp"

namespace {

struct Gudermannian {
  static constexpr char name[] = "gudermannian";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static constexpr T near = Exp<double>::normal;

  struct Parts {
    Pair<double> t, one_minus_t, one_plus_t;
  };
  static Parts parts(double size) {
    const ExpMinus<double> e = exp_minus(size);
    const Pair<double> t = fast_two_sum(e.high, e.low), sum = fast_two_sum(1.0, t.high);
    return {t, one_minus_exp(e, t), {sum.high, sum.low + t.low}};
  }

  // From |x| = 60 the value is pi/2. Tiny x are their own value; halved, they would lose their last bit.
  static double value(double x) {
    const double size = abs_of(x);
    const Parts p = parts(at_most(60.0, size));
    const bool small = p.t.high > Angle<double>::tan_22_5;
    const double numerator = small ? p.one_minus_t.high : -p.t.high;
    const double numerator_low = small ? p.one_minus_t.low : -p.t.low;
    const double denominator = small ? p.one_plus_t.high : 1.0, denominator_low = small ? p.one_plus_t.low : 0.0;
    const Pair<double> z = quotient(numerator, numerator_low, denominator, denominator_low, 1.0 / denominator);
    const double high = small ? 0.0 : Angle<double>::quarter_pi.high;
    const double low = small ? 0.0 : Angle<double>::quarter_pi.low;
    const double angle = 2 * plus_atan<double>({high, low}, z);
    return with_sign(size < 0x1p-500 ? size : angle, x);
  }

  // sech x = 2 t / (1 + t^2).
  struct Sech {
    Pair<double> value, denominator;
    double reciprocal;
  };
  static Sech sech(Pair<double> t) {
    const Pair<double> t_square = square(t), sum = fast_two_sum(1.0, t_square.high);
    const Pair<double> denominator = {sum.high, sum.low + t_square.low};
    const double reciprocal = 1.0 / sum.high;
    return {quotient(2 * t.high, 2 * t.low, denominator.high, denominator.low, reciprocal), denominator, reciprocal};
  }
  static double derivative(double x) { return rounded(sech(parts(abs_of(x)).t).value); }
  static double far_derivative(double x) { return exp_minus_far(abs_of(x), 2.0); }

  static void value_and_derivative(double x, double& value_of_x, double& slope) {
    value_of_x = value(x);
    slope = derivative(x);
  }
  static void far_value_and_derivative(double x, double& value_of_x, double& slope) {
    value_of_x = with_sign(Angle<double>::half_pi.high, x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -sech x tanh x, with tanh |x| = (1 - t)(1 + t) / (1 + t^2).
  static double second_derivative(double x) {
    const Parts p = parts(abs_of(x));
    const Sech s = sech(p.t);
    const Pair<double> numerator = product(p.one_minus_t, p.one_plus_t);
    const Pair<double> tanh =
        quotient(numerator.high, numerator.low, s.denominator.high, s.denominator.low, s.reciprocal);
    return with_sign(rounded_product(s.value, tanh), -x);
  }
  static double far_second_derivative(double x) { return with_sign(far_derivative(x), -x); }

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
    const std::int64_t k = (to_bits(a) - to_bits(b) + (std::int64_t(1) << 51)) >> 52;
    const double scale = from_bits<double>((k + 1023) << 52);
    const double log = log_ratio(a, a_low, scale * b, scale * b_low, double(k));
    const double result = size < 0x1p-500 ? size : log;
    return with_sign(size <= Angle<double>::half_pi.high ? result : __builtin_nan(""), p);
  }
  static float inverse(float p) { return infinite_at_half_pi(p, inverse(double(p))); }
};

}  // namespace
