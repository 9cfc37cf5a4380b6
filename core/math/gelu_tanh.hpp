// The usual approximation of the Gaussian error linear unit, x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2: value,
// slope, second derivative.
//
// It is x times the logistic of v = 2 sqrt(2/pi) (x + 0.044715 x^3), since (1 + tanh(u)) / 2 is the logistic of 2 u.
// Where v is large its rounding is large beside 1, so it goes into the exponential with its low part. Special values:
// -inf -> 0, 0 -> 0 with slope 1/2, inf -> inf with slope 1, nan -> nan.
#pragma once

#include "twofold.hpp"

namespace {

struct GeluTanh {
  static constexpr char name[] = "gelu_tanh";
  // v(20) = 602.8 is within the exponential's near range. From 22 on, in float32 from 12, nothing is left of e^-v.
  template <class T>
  static constexpr T near = 20;
  template <class T>
  static constexpr double vanishes = 22;

  static constexpr Pair<double> linear = {0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54};
  static constexpr Pair<double> cubic = {0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c70p-61};

  // |v| for a = |x|, with its first two derivatives for the sign of x that is positive.
  template <class N>
  struct Argument {
    N v, slope, curvature;
  };
  template <class N>
  static Argument<N> argument(double a) {
    const N square = a * exactly<N>(a), l = exactly<N>(linear.high, linear.low),
            c = exactly<N>(cubic.high, cubic.low);
    const N bend = square * c;
    return {a * (l + bend), l + 3.0 * bend, scaled(2, a * (3.0 * c))};
  }
  template <class N>
  struct Parts {
    N value, complement, slope, curvature;
  };
  template <class N>
  static Parts<N> parts(double x, N t) {
    const Argument<N> v = argument<N>(abs_of(x));
    const N larger = reciprocal(1.0 + t), smaller = t * larger;
    return {choose(x < 0, smaller, larger), choose(x < 0, larger, smaller), v.slope, v.curvature};
  }

  template <class N>
  static Parts<N> parts(double x) {
    return parts<N>(x, exp_of_minus(argument<N>(abs_of(x)).v));
  }
  static Twofold begin(double x) { return exp_of_minus(argument<Twofold>(abs_of(x)).v); }

  // Arguments held where e^-v has vanished; nan stays nan.
  template <class T>
  static double held(double x) {
    const double above = x < -vanishes<T> ? -vanishes<T> : x;
    return above > vanishes<T> ? vanishes<T> : above;
  }
  // A factor times e^-v.
  static double tail(Twofold factor, Twofold v) {
    return exp_minus_far(v.high, {factor.high, fma_of(-factor.high, v.low, factor.low)});
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // x a and a (1 + x v' b), with a and b the logistic of v and its complement. The second factor is 0 at x = -0.752.
  template <class T, class N>
  static void value_and_derivative(T x, double z, const Parts<N>& p, T& value, T& slope) {
    value = through_origin(x, T(rounded((x < 0 ? z : double(x)) * p.value)));
    const double formula = rounded(p.value * (1.0 + z * (p.slope * p.complement)));
    slope = T(unless_beside<T>(gelu_tanh_slope_zero, z, formula));
  }
  static void value_and_derivative(double x, Twofold t, double& value, double& slope) {
    value_and_derivative(x, x, parts(x, t), value, slope);
  }
  static void value_and_derivative(float x, float& value, float& slope) {
    const double z = held<float>(x);
    value_and_derivative(x, z, parts<double>(z), value, slope);
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    const double z = held<double>(x);
    const Argument<Twofold> v = argument<Twofold>(abs_of(z));
    const double left = tail({z, 0}, v.v), left_slope = tail(1.0 + z * v.slope, v.v);
    value = x < 0 ? left : x;
    slope = x < 0 ? left_slope : 1;
  }

  static double value(double x, Twofold t) {
    double value, slope;
    value_and_derivative(x, t, value, slope);
    return value;
  }
  template <class T>
    requires(sizeof(T) == sizeof(float))
  static T value(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return value;
  }
  static double far_value(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return value;
  }
  static double derivative(double x, Twofold t) {
    double value, slope;
    value_and_derivative(x, t, value, slope);
    return slope;
  }
  template <class T>
    requires(sizeof(T) == sizeof(float))
  static T derivative(T x) {
    T value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return slope;
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // a b (2 v' + x v'' + x v'^2 (b - a)), even, and 0 at x = +-1.419.
  template <class T>
  static T second_derivative(T x) {
    using N = Working<T>;
    const double z = abs_of(sizeof(T) == sizeof(float) ? held<T>(x) : double(x));
    const Parts<N> p = parts<N>(z);
    const N steep = z * (p.slope * p.slope);
    const N sum = scaled(2, p.slope) + z * p.curvature - steep * (p.value - p.complement);
    return T(unless_beside<T>(gelu_tanh_curvature_zero, z, rounded(p.value * p.complement * sum)));
  }
  static double far_second_derivative(double x) {
    const double z = abs_of(held<double>(x));
    const Argument<Twofold> v = argument<Twofold>(z);
    return tail(scaled(2, v.slope) + z * v.curvature - z * (v.slope * v.slope), v.v);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

template <>
constexpr float GeluTanh::near<float> = __builtin_inff();
template <>
constexpr double GeluTanh::vanishes<float> = 12;

}  // namespace
