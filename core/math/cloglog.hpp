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

  // The far forms split by sign: below -640, u is the value and the slope; above 6.4 the value is 1.
  template <class T>
  static constexpr T near = T(double_exponential_near);
  template <class T>
  static T reach(T x) {
    return abs_of(x > 0 ? double_exponential_steepness<T> * x : x);
  }

  static double left(double x) { return exp_minus_far(x < 0 ? -x : 0.0); }

  static double value(double x) { return rounded(double_exponential(x).one_minus); }
  static double far_value(double x) { return x > 0 ? 1.0 : left(x); }

  static double derivative(double x) {
    const DoubleExponential d = double_exponential(x);
    return rounded_product(d.u, d.minus);
  }
  static double top_derivative(double x) {
    const Pair<double> u = exp_pair(at_most(double_exponential_vanishes, x));
    return far_double_exponential(u, u);
  }
  static double far_derivative(double x) {
    const double top = top_derivative(x > 0 ? x : 0.0), bottom = left(x);
    return x > 0 ? top : bottom;
  }

  static void value_and_derivative(double x, double& value, double& slope) {
    const DoubleExponential d = double_exponential(x);
    value = rounded(d.one_minus);
    slope = rounded_product(d.u, d.minus);
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    value = far_value(x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // u (1 - u) e^-u; next to x = 0, 1 - u keeps its digits through the low part of u.
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
    const Pair<double> part = log_ratio_pair(c.high, c.low - (central ? per_e_rest : 0.0), b.high, b.low, double(k));
    const Pair<double> whole = two_sum(central ? 1.0 : 0.0, -part.high);
    return log_of(fast_two_sum(whole.high, whole.low - part.low));
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // log(1 - e^-u): from 1 - e^-u, which keeps its digits next to 0, or from e^-u, which keeps them next to 1.
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
    const double rising =
        times_power(sum.high + fma_of(r.r * r.r, Exp<double>::tail(r.r), sum.low), std::int64_t(r.k));
    return select(x > 0, rising, exp_minus_far(size));
  }
};

}  // namespace
