// The complementary log-log curve 1 - exp(-e^x): value, slope, second derivative, inverse, logarithms.
//
// With u = e^x: value 1 - e^-u, slope u e^-u, second derivative u (1 - u) e^-u. Special values: -inf -> 0,
// 0 -> 1 - 1/e, inf -> 1, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "double_exponential.hpp"

namespace {

struct Cloglog {
  static constexpr char name[] = "cloglog";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // Below -640, u is the value and the slope. Second derivative and logarithms have a far form above 6.4 too.
  template <class T>
  static constexpr T near = double_exponential_near<T>;
  template <class T>
  static T reach(T x) {
    return -x;
  }
  template <class T>
  static T reach_second_derivative(T x) {
    return double_exponential_reach(x);
  }
  template <class T>
  static T reach_log(T x) {
    return double_exponential_reach(x);
  }
  template <class T>
  static T reach_log_complement(T x) {
    return double_exponential_reach(x);
  }

  static double left(double x) { return exp_minus_far(x < 0 ? -x : 0.0); }

  static float value(float x) { return float(brief_double_exponential(held_for_float(x)).one_minus); }
  static double value(double x) { return one_minus_double_exponential(x); }
  static double far_value(double x) { return left(x); }

  static float derivative(float x) {
    const BriefCurves c = brief_double_exponential(held_for_float(x));
    return float(c.u * c.minus);
  }
  static double derivative(double x) { return double_exponential_curves(x).slope; }
  static double far_derivative(double x) { return left(x); }

  static void value_and_derivative(float x, float& value, float& slope) {
    const BriefCurves c = brief_double_exponential(held_for_float(x));
    value = float(c.one_minus);
    slope = float(c.u * c.minus);
  }
  static void value_and_derivative(double x, double& value, double& slope) {
    const Curves c = double_exponential_curves(x);
    value = c.one_minus;
    slope = c.slope;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) { value = slope = left(x); }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // u (1 - u) e^-u; next to x = 0, 1 - u keeps its digits through the low part of u.
  static float second_derivative(float x) {
    const BriefCurves c = brief_double_exponential(held_for_float(x));
    return float(c.u * c.one_minus_u * c.minus);
  }
  static double second_derivative(double x) {
    const DoubleExponential d = double_exponential(x);
    const Pair<double> bend = two_sum(1.0, -d.u.high);
    const Pair<double> rest = fast_two_sum(bend.high, bend.low - d.u.low);
    return rounded_product(product(d.u, rest), d.minus);
  }
  static double far_second_derivative(double x) {
    const Pair<double> u = exp_pair(at_most(double_exponential_vanishes, x > 0 ? x : 0.0));
    const Pair<double> rest = two_sum(1.0, -u.high);
    const double top = far_double_exponential(u, product<double>(u, {rest.high, rest.low - u.low})), bottom = left(x);
    return x > 0 ? top : bottom;
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // log(-log(1 - p)), by the logarithm of c = 1 - p. Outside [0, 1]: nan; 0 -> -inf, 1 -> inf.
  static double inverse(double p) {
    constexpr double tiny = 0x1p-900, lift = 0x1p200;
    const bool lifted = p < tiny;
    const Pair<double> log = log_of_minus_log(fast_two_sum(1.0, -p));
    const Pair<double> small = log_of({p * lift, 0.0});
    const double lowered = (small.high - 200 * Exp<double>::ln2_high) + (small.low - 200 * Exp<double>::ln2_low);
    const double result = select(lifted, lowered, rounded(log));
    const double edge = p == 0 ? -__builtin_inf() : p == 1 ? __builtin_inf() : __builtin_nan("");
    return (p > 0) & (p < 1) ? result : edge;
  }

  // log(-log(c)) for 0 < c < 1, where it is 0 at c = 1/e: from there log c is -1 + log(c e), whose second part keeps
  // its digits.
  static Pair<double> log_of_minus_log(Pair<double> c) {
    constexpr Pair<double> per_e = {0x1.78b56362cef38p-2, -0x1.ca8a4270fadf5p-57};
    constexpr double per_e_rest = -0x1.837912b3fd2aap-111;
    const bool central = (c.high > 0.25) & (c.high < 0.55);
    const std::int64_t k = central ? 0 : binary_exponent(c.high);
    const Pair<double> b = {central ? per_e.high : power_of_two(k), central ? per_e.low : 0.0};
    const Pair<double> part =
        log_ratio_pair(c.high, c.low - (central ? per_e_rest : 0.0), b.high, b.low, number_of<double>(k));
    const Pair<double> whole = two_sum(central ? 1.0 : 0.0, -part.high);
    return log_of(fast_two_sum(whole.high, whole.low - part.low));
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // log(1 - e^-u): from 1 - e^-u, which keeps its digits next to 0, or from e^-u, which keeps them next to 1.
  static float log(float x) {
    const double held = at_most(6.4, x < -640 ? -640.0 : double(x));
    const double result = log(held);
    return x < -640 ? x : float(result);
  }
  static double log(double x) {
    const DoubleExponential d = double_exponential(x);
    const Pair<double> near_one = fast_two_sum(1.0, -d.minus.high);
    const bool high = d.minus.high < 0.5;
    return rounded(log_of(
        {select(high, near_one.high, d.one_minus.high), select(high, near_one.low - d.minus.low, d.one_minus.low)}));
  }
  static double far_log(double x) {
    const Pair<double> u = exp_pair(at_most(double_exponential_vanishes, x > 0 ? x : 0.0));
    const double top = -far_double_exponential(u, {1.0, 0.0});
    return x > 0 ? top : x;
  }

  // -e^x.
  static float log_complement(float x) {
    const Grown u = brief_exp(at_most(110.0, x < -110 ? -110.0 : double(x)));
    return float(-fma_of(u.scale, u.growth, u.scale));
  }
  static double log_complement(double x) {
    const ExpMinus<double> u = exp_minus(-x);
    return -(u.high + u.low);
  }
  static double far_log_complement(double x) {
    const double far = times_exponential(x);
    return -far;
  }

  // e^x for any x.
  static double times_exponential(double x) {
    const double size = abs_of(x), up = at_most(710.0, size);
    const Reduced<double> r = reduce(-up);
    const Pair<double> sum = fast_two_sum(1.0, r.r);
    const double rising = times_power(sum.high + fma_of(r.r * r.r, Exp<double>::tail(r.r), sum.low), r.exponent());
    return select(x > 0, rising, exp_minus_far(size));
  }
};

}  // namespace
