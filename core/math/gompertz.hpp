// Gompertz's curve exp(-e^-x): value, slope, second derivative, inverse, logarithms: the complementary log-log
// mirrored, 1 - cloglog(-x).
//
// With u = e^-x: value e^-u, slope u e^-u, second derivative u (u - 1) e^-u. Special values: -inf -> 0, 0 -> 1/e,
// inf -> 1, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "cloglog.hpp"

namespace {

struct Gompertz {
  static constexpr char name[] = "gompertz";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static constexpr T near = double_exponential_near<T>;
  template <class T>
  static T reach(T x) {
    return x;
  }
  template <class T>
  static T reach_second_derivative(T x) {
    return double_exponential_reach(-x);
  }
  template <class T>
  static T reach_log(T x) {
    return double_exponential_reach(-x);
  }
  template <class T>
  static T reach_log_complement(T x) {
    return double_exponential_reach(-x);
  }

  static float value(float x) { return float(brief_double_exponential(held_for_float(-x)).minus); }
  static double value(double x) { return double_exponential_curves(-x).minus; }
  static double far_value(double) { return 1; }

  static float derivative(float x) { return Cloglog::derivative(-x); }
  static double derivative(double x) { return Cloglog::derivative(-x); }
  static double far_derivative(double x) { return Cloglog::far_derivative(-x); }

  static void value_and_derivative(float x, float& value, float& slope) {
    const BriefCurves c = brief_double_exponential(held_for_float(-x));
    value = float(c.minus);
    slope = float(c.u * c.minus);
  }
  static void value_and_derivative(double x, double& value, double& slope) {
    const Curves c = double_exponential_curves(-x);
    value = c.minus;
    slope = c.slope;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    value = far_value(x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  static float second_derivative(float x) { return -Cloglog::second_derivative(-x); }
  static double second_derivative(double x) { return -Cloglog::second_derivative(-x); }
  static double far_second_derivative(double x) { return -Cloglog::far_second_derivative(-x); }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // -log(-log(p)). Outside [0, 1]: nan; 0 -> -inf, 1 -> inf.
  static double inverse(double p) {
    constexpr double tiny = 0x1p-1000, lift = 0x1p60;  // subnormal p have no exponent of their own
    const bool lifted = p < tiny;
    const Pair<double> small = log_of({p * lift, 0.0});
    const Pair<double> minus_log =
        fast_two_sum(60 * Exp<double>::ln2_high - small.high, 60 * Exp<double>::ln2_low - small.low);
    const double tail = -rounded(log_of(minus_log)), middle = -rounded(Cloglog::log_of_minus_log({p, 0.0}));
    const double edge = p == 0 ? -__builtin_inf() : p == 1 ? __builtin_inf() : __builtin_nan("");
    return (p > 0) & (p < 1) ? select(lifted, tail, middle) : edge;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // -e^-x, and log(1 - e^-u).
  static float log(float x) { return Cloglog::log_complement(-x); }
  static double log(double x) { return Cloglog::log_complement(-x); }
  static double far_log(double x) { return Cloglog::far_log_complement(-x); }
  static float log_complement(float x) { return Cloglog::log(-x); }
  static double log_complement(double x) { return Cloglog::log(-x); }
  static double far_log_complement(double x) { return Cloglog::far_log(-x); }
};

}  // namespace
