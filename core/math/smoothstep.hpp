// The smoothstep 3 x^2 - 2 x^3 between 0 and 1, flat outside: value, slope, second derivative, inverse.
//
// Special values: -inf and 0 -> 0, 1 and inf -> 1, nan -> nan. At 0 and 1 the second derivative jumps, and is
// returned as that of the flat side, 0.
#pragma once

#include "pair.hpp"

namespace {

struct Smoothstep {
  static constexpr char name[] = "smoothstep";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // x (3 - 2 x) x, so that no square underflows before its time.
  template <class T>
  static Pair<T> rise(T x) {
    const Pair<T> rest = fast_two_sum(T(3), -2 * x);
    return product<T>({x, T(0)}, rest);
  }
  template <class T>
  static T value(T x) {
    const bool inside = (x > 0) & (x < 1);
    const T z = inside ? x : T(0.5);
    const T middle = small_product<T>(rise(z), {z, T(0)}), side = x >= 1 ? T(1) : x <= 0 ? T(0) : x;
    return inside ? middle : side;
  }

  template <class T>
  static T derivative(T x) {
    const bool inside = (x > 0) & (x < 1);
    const T z = inside ? x : T(0.5);
    const T middle = rounded_product(two_product(T(6), z), fast_two_sum(T(1), -z)), side = x != x ? x : T(0);
    return inside ? middle : side;
  }

  template <class T>
  static void value_and_derivative(T x, T& value_of_x, T& slope) {
    value_of_x = value(x);
    slope = derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  template <class T>
  static T second_derivative(T x) {
    const T middle = fma_of(T(-12), x, T(6)), side = x != x ? x : T(0);
    return (x > 0) & (x < 1) ? middle : side;
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // The root z of z^2 (3 - 2 z) = q <= 1/2: z = s P(s) with s = sqrt(q) to 2^-19, then one step of Halley's, whose
  // error is of the third order. The residual is exact to some 100 bits. Beyond 1/2 the curve is symmetric. Outside
  // [0, 1]: nan.
  static double inverse(double p) {
    constexpr double tiny = 0x1p-900, lift = 0x1p200, lower = 0x1p-100;  // residuals of smaller q would underflow
    const double nearer = p > 0.5 ? 1 - p : p;
    const bool lifted = nearer < tiny;
    const double q = lifted ? nearer * lift : nearer;
    const double s = sqrt_of(q), z = s * horner<10>(smoothstep_root, s);
    const Pair<double> cube = product(rise(z), {z, 0.0});
    const double per_slope = 1 / (6 * z * (1 - z)), bend = 6 - 12 * z;
    const double newton = ((cube.high - q) + cube.low) * per_slope;
    const double step = fma_of(0.5 * bend * per_slope * newton, newton, newton);
    const double root = lifted ? (z - step) * lower : z - step;
    const double result = p > 0.5 ? 1 - root : root;
    const double edge = p == 0 ? 0.0 : p == 1 ? 1.0 : __builtin_nan("");
    return (p > 0) & (p < 1) ? result : edge;
  }
};

}  // namespace
