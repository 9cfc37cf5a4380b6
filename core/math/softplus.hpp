// Softplus, log(1 + e^x): value, slope, second derivative, inverse.
//
// Its slope is the logistic function a(x), and it is itself -log a(-x). Special values: -inf -> 0, 0 -> ln 2, inf ->
// inf, nan -> nan.
#pragma once

#include "growth.hpp"
#include "log1p.hpp"
#include "sigmoid.hpp"

namespace {

struct Softplus {
  static constexpr char name[] = "softplus";
  template <class T>
  static constexpr T near = Sigmoid::near<T>;

  // 1/b to 2^-45, from a division in float32: half as wide, and more than twice as quick.
  static double quick_reciprocal(double b) {
    const double r = 1.0f / float(b);
    return r * (2.0 - b * r);
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  template <class T>
  static Pair<T> begin(T x) {
    return Sigmoid::begin(x);
  }
  static double value(double x, Pair<double> t) { return -Sigmoid::log(-x, t); }
  // max(x, 0) + 2 atanh(t / (2 + t)) with t = e^-|x|, to 2^-30 in float64.
  template <class T>
    requires(sizeof(T) == sizeof(float))
  static T value(T x) {
    const double size = abs_of(x);
    const Grown e = brief_exp(size > 200 ? -200 : -size);
    const double t = fma_of(e.scale, e.growth, e.scale), z = t * quick_reciprocal(2.0 + t), square = z * z;
    const double log1p = fma_of(square * z, horner<5>(atanh_tail_brief, square), 2 * z);
    return float((x < 0 ? 0.0 : double(x)) + log1p);
  }
  static double far_value(double x) { return -Sigmoid::far_log(-x); }

  template <class T>
  static T derivative(T x, Pair<T> t) {
    return Sigmoid::value(x, t);
  }
  // In one piece where the logistic is.
  template <class T>
    requires(sizeof(T) == sizeof(double) && long_registers)
  static T derivative(T x) {
    return derivative(x, begin(x));
  }
  template <class T>
  static T far_derivative(T x) {
    return Sigmoid::far_value(x);
  }

  static void value_and_derivative(double x, Pair<double> t, double& first, double& second) {
    first = value(x, t);
    second = derivative(x, t);
  }
  static void value_and_derivative(float x, Pair<float> t, float& first, float& second) {
    first = value(x);
    second = derivative(x, t);
  }
  template <class T>
  static void far_value_and_derivative(T x, T& first, T& second) {
    first = far_value(x);
    second = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  template <class T>
  static T second_derivative(T x, Pair<T> t) {
    return Sigmoid::derivative(x, t);
  }
  template <class T>
  static T far_second_derivative(T x) {
    return Sigmoid::far_derivative(x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // log(e^y - 1) is 0 at y = ln 2. Within 0.25 of it, e^y - 1 is 1 + 2 expm1(d) with d = y - ln 2 from ln 2 to 107
  // bits: log1p of that. Elsewhere it is log((1 - e^-y) / e^-y), the logit of 1 - e^-y. Negative y: nan; 0 -> -inf.
  static double inverse(double y) {
    constexpr double ln2_high = 0x1.62e42fefa39efp-1, ln2_low = 0x1.abc9e3b39803fp-56;
    const bool beside = abs_of(y - ln2_high) < 0.25;
    const Pair<double> d = two_sum(y - ln2_high, -ln2_low);
    const double near = beside ? d.high : 0, far = y > 50 ? 50 : y;  // the other stays where it is at ease
    const GrownPair e = exp_grown_pair(near), t = exp_grown_pair(-far);
    const double inside = log1p({2 * e.growth.high, 2 * (e.growth.low + (beside ? d.low : 0))});
    const double growth = t.scale * t.growth.high, growth_low = t.scale * t.growth.low;
    const Pair<double> u = fast_two_sum(1.0 - t.scale, -growth), tail = fast_two_sum(t.scale, growth);
    const double outside = log_odds({u.high, u.low - growth_low}, {tail.high, tail.low + growth_low});
    const double finite = beside ? inside : y > 50 ? y : outside;
    const double edge = y == 0 ? -__builtin_inf() : __builtin_nan("");
    return y > 0 ? finite : edge;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None that a field has asked for.
};

}  // namespace
