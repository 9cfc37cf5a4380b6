// The Gaussian error linear unit, x Phi(x): value, slope, second derivative.
//
// Phi and its density come in parts from the normal distribution. Special values: -inf -> 0, 0 -> 0 with slope 1/2,
// inf -> inf with slope 1, nan -> nan.
#pragma once

#include "normal.hpp"
#include "twofold.hpp"

namespace {

struct Gelu {
  static constexpr char name[] = "gelu";
  template <class T>
  static constexpr T near = Normal::near<T>;

  // e^(-x^2/2) times a factor, beyond the near range.
  static double tail(double size, Twofold factor) {
    const Twofold h = Normal::half_square(size);
    return exp_minus_far<double>(h.high, Twofold{factor.high, fma_of(-factor.high, h.low, factor.low)});
  }

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // max(x, 0) - a Phi(-a) with a = |x| holds for both signs.
  static double value(double x, double a, Pair<double> mills, Bell<double> bell) {
    const Pair<double> p = two_product(a, mills.high);
    const Pair<double> tail = {p.high, fma_of(a, mills.low, p.low)};
    return (x < 0 ? -0.0 : x) - (tail.high + growing(tail, bell.high)) * bell.scale;
  }
  static double value(double x) {
    const double a = abs_of(x);
    return value(x, a, Normal::mills_of(a), gaussian_bell<false>(a));
  }
  // The slope at -a is (M(a) - a / sqrt(2 pi)) e^(-a^2/2), 0 at a = 0.752, and that at a is one minus it.
  static void value_and_derivative(double x, double& value_of_x, double& slope) {
    const double a = abs_of(x);
    const Pair<double> m = Normal::mills_of(a), bent = product(Normal::density, {a, 0.0});
    const Pair<double> rest = two_sum(m.high, -bent.high);
    const Bell<double> bell = gaussian_bell(a);
    const double left = Normal::slope(bell, {rest.high, rest.low + (m.low - bent.low)});
    value_of_x = value(x, a, m, bell);
    slope = abs_of(x - gelu_slope_zero.high) < 0.25 ? beside(gelu_slope_zero, x) : x < 0 ? left : 1 - left;
  }
  static void far_value_and_derivative(double x, double& value, double& slope) {
    const double size = at_most(Normal::vanishes, abs_of(x));
    const Twofold mills = Normal::mills(size);
    const double left = tail(size, -size * mills), left_slope = tail(size, mills + -size * Normal::density);
    value = x < 0 ? left : x;
    slope = x < 0 ? left_slope : 1;
  }

  // In float32: a = |x|, t = a / (a + 2), and what the sum rounds away, which comes to a shift of a.
  struct Tail {
    float a, t, low;
    Bell<float> bell;
  };
  static Tail tail_of(float x) {
    const float a = abs_of(x), sum = a + 2;
    return {a, a / sum, a - (sum - 2), gaussian_bell<false>(a)};
  }

  // a Phi(-a) = t W e^(-a^2/2). The shift counts through (1 + a M'/M) / (a + 2), which is 0.47 - 0.62 t to 0.05.
  static float value(float x, Tail tail) {
    const float shifted = tail.low * fma_of(0.62f, tail.t, -0.47f);
    const Pair<float> flat = flat_mills(tail.t - GaussianTail<float>::centre), p = two_product(tail.t, flat.high);
    const float low = fma_of(p.high, shifted, fma_of(tail.t, flat.low, p.low));
    const float left = (p.high + growing<float>({p.high, low}, tail.bell.high)) * tail.bell.scale;
    return fma_of(unless_vanished(tail.a, left), -1 / GaussianTail<float>::lift, x < 0 ? -0.0f : x);
  }

  // The slope at -a is (turn - a) e^(-a^2/2) N(t), and that at a is one minus it.
  static float slope(float x, Tail tail) {
    constexpr float centre = 0x1.0bp-1f, turn = -float(gelu_slope_zero.high);
    constexpr float turn_low = float(-gelu_slope_zero.high - double(turn));
    const float y = tail.t - centre, inner = horner<10>(gelu_slope_flat + 1, y);
    const float n = fma_of(y, inner, gelu_slope_flat[0]), n_low = fma_of(y, inner, gelu_slope_flat[0] - n);
    const Pair<float> away = two_sum(turn, -tail.a), p = two_product(away.high, n);
    const float low = fma_of(away.high, n_low, fma_of(away.low + turn_low, n, p.low));
    const Pair<float> all = {p.high, fma_of(p.high, 0.06f * tail.low, low)};
    const float left = 15.0f < tail.a ? -0.0f : (all.high + growing(all, tail.bell.high)) * tail.bell.scale;
    constexpr float drop = 1 / GaussianTail<float>::lift;
    return select(x < 0, left * drop, fma_of(left, -drop, 1.0f));
  }

  static float value(float x) { return value(x, tail_of(x)); }
  static float derivative(float x) { return slope(x, tail_of(x)); }
  static void value_and_derivative(float x, float& value_of_x, float& slope_of_x) {
    const Tail tail = tail_of(x);
    value_of_x = value(x, tail);
    slope_of_x = slope(x, tail);
  }

  static double far_value(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return value;
  }
  static double derivative(double x) {
    double value, slope;
    value_and_derivative(x, value, slope);
    return slope;
  }
  static double far_derivative(double x) {
    double value, slope;
    far_value_and_derivative(x, value, slope);
    return slope;
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // (2 - x^2) phi, with x^2 exact, so that nothing is lost next to the zeros at +-sqrt(2).
  static Twofold factor(double x) { return Normal::density * (2.0 + -two_product(x, x)); }
  template <class T>
  static T second_derivative(T x) {
    const T size = abs_of(x);
    const Pair<T> square = two_product(size, size), rest = two_sum(T(2), -square.high);
    const Pair<T> all = product(Normal::density_of<T>, {rest.high, rest.low - square.low});
    return unless_vanished(size, Normal::slope(gaussian_bell(size), all));
  }
  static double far_second_derivative(double x) {
    const double size = at_most(Normal::vanishes, abs_of(x));
    return tail(size, factor(size));
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // None: every value between the minimum and 0 is taken twice.

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // None: the value is negative for x < 0.
};

}  // namespace
