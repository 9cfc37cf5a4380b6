// The normal distribution function Phi(x) = erfc(-x / sqrt(2)) / 2: value, slope (density), second derivative,
// inverse (probit), logarithms.
//
// With a = |x|, Phi(-a) = e^(-a^2/2) M(a), a^2/2 exact in two parts; the value comes from a tail or is one minus it.
// Special values: -inf -> 0, -0 and 0 -> 1/2, inf -> 1, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "gaussian_tail.hpp"
#include "growth.hpp"
#include "logarithm.hpp"
#include "probit.hpp"

namespace {

struct Normal {
  static constexpr char name[] = "normal";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // a^2/2 is 612 here; from 40 on nothing is left of the tail. float32 needs no far form.
  template <class T>
  static constexpr T near = sizeof(T) == sizeof(float) ? T(__builtin_inff()) : T(35);
  static constexpr double vanishes = 40;

  static constexpr Pair<double> density = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};  // 1 / sqrt(2 pi)

  static Pair<double> half_square(double a) { return two_product(0.5 * a, a); }

  // M(a) = e^(a^2/2) Phi(-a), 1 <= a <= 40. The low part of q = 1 - 8 / (a + 4) counts through the first terms of the
  // polynomial's slope, and what its first coefficients have rounded away is added.
  static Pair<double> mills(double a) {
    const Pair<double> sum = two_sum(a, 4.0);
    const Pair<double> r = inverse_of(sum, 1.0 / sum.high);
    const double q = fma_of(-8.0, r.high, 1.0), q_low = fma_of(-8.0, r.high, 1.0 - q) - 8 * r.low;
    const double slope = fma_of(fma_of(fma_of(0.25, q, -0.5625), q, 0.775), q, -0.608);
    const Pair<double> inner = two_product(q, estrin<21>(mills_ratio + 2, q));
    const Pair<double> outer = fast_two_sum(mills_ratio[1], inner.high), product_high = two_product(q, outer.high);
    const Pair<double> rest = {product_high.high, fma_of(q, outer.low + inner.low, product_high.low)};
    const Pair<double> p = fast_two_sum(mills_ratio[0], rest.high);
    const double rounded_away = fma_of(fma_of(mills_ratio_low[2], q, mills_ratio_low[1]), q, mills_ratio_low[0]);
    return product({p.high, p.low + fma_of(slope, q_low, rest.low + rounded_away)}, r);
  }

  // M(a) is W w for a = 1/w - c. What a + c and its reciprocal w round away comes to a shift of a, and counts through
  // the slope of log M.
  template <class T>
  static Pair<T> mills_of(T size) {
    using G = GaussianTail<T>;
    const T sum = size + G::offset, low = size - (sum - G::offset), w = T(1) / sum;
    const T shifted = fma_of(-sum, fma_of(-w, sum, T(1)), low) * G::log_slope(w);
    const Pair<T> flat = flat_mills(fma_of(-G::offset, w, 1 - G::centre)), m = two_product(w, flat.high);
    return {m.high, fma_of(m.high, shifted, fma_of(w, flat.low, m.low))};
  }
  template <class T>
  static T value(T x, T size, Bell<T> bell) {
    const Pair<T> m = mills_of(size);
    const T tail = (m.high + growing(m, bell.high)) * bell.scale * (1 / GaussianTail<T>::lift);
    const T left = unless_vanished(size, tail);
    return x < 0 ? left : 1 - left;
  }
  template <class T>
  static T slope(Bell<T> bell, Pair<T> factor) {
    const T low = fma_of(factor.high, bell.low, fma_of(factor.low, bell.high, factor.low));
    return (factor.high + fma_of(factor.high, bell.high, low)) * bell.scale * (1 / GaussianTail<T>::lift);
  }
  template <class T>
  static constexpr Pair<T> density_of = narrowed<T>(density);
  template <class T>
  static T value(T x) {
    const T size = abs_of(x);
    return value(x, size, gaussian_bell<false>(size));
  }
  static double far_tail(double x) {
    const double size = at_most(vanishes, abs_of(x));
    const Pair<double> h = half_square(size), m = mills(size);
    return exp_minus_far<double>(h.high, {m.high, fma_of(-m.high, h.low, m.low)});
  }
  static double far_value(double x) { return select(x < 0, far_tail(x), 1.0); }

  template <class T>
  static T derivative(T x) {
    const T size = abs_of(x);
    return unless_vanished(size, slope(gaussian_bell(size), density_of<T>));
  }
  static double far_derivative(double x) {
    const Pair<double> h = half_square(at_most(vanishes, abs_of(x)));
    return exp_minus_far<double>(h.high, {density.high, fma_of(-density.high, h.low, density.low)});
  }

  template <class T>
  static void value_and_derivative(T x, T& value_of_x, T& slope_of_x) {
    const T size = abs_of(x);
    const Bell<T> bell = gaussian_bell(size);
    value_of_x = value(x, size, bell);
    slope_of_x = unless_vanished(size, slope(bell, density_of<T>));
  }
  static void far_value_and_derivative(double x, double& value_of_x, double& slope) {
    value_of_x = far_value(x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -x times the density.
  static double second_derivative(double x) {
    const double size = abs_of(x);
    return with_sign(slope(gaussian_bell(size), product(density, {size, 0.0})), -x);
  }
  static float second_derivative(float x) {
    const double size = at_most(15.0f, abs_of(x));
    const Grown e = brief_exp(-0.5 * size * size);
    return with_sign(float(size * density.high * fma_of(e.scale, e.growth, e.scale)), -x);
  }
  static double far_second_derivative(double x) {
    const double size = at_most(vanishes, abs_of(x));
    const Pair<double> h = half_square(size), factor = product(density, {size, 0.0});
    return with_sign(exp_minus_far<double>(h.high, {factor.high, fma_of(-factor.high, h.low, factor.low)}), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // Far out - p beside the ends counts as |x| beyond near - is where p or 1 - p is less than 1e-5.
  template <class T>
  static T reach_inverse(T p) {
    constexpr T least = T(1e-5);
    return abs_of(p - T(0.5)) * (35 / (T(0.5) - least));
  }
  static float inverse(float p) {
    const float edge = p == 0 ? -__builtin_inff() : p == 1 ? __builtin_inff() : __builtin_nanf("");
    return select((p > 0) & (p < 1), float(probit_brief(p)), edge);
  }
  static double inverse(double p) {
    const double c = p > 0.5 ? 1 - p : p, centre = probit_centre_of(p), tail = probit_tail_near(c);
    return c > 0.25 ? centre : p > 0.5 ? tail : -tail;
  }

  // a with Phi(-a) = p, 1 <= a, to 2^-20 of a^2: a^2 = t^2 - B(t) with t^2 = -2 log p.
  static double rough_tail(double p, double shift) {
    const std::int64_t k = binary_exponent(p);
    const double f = p * power_of_two(-k) - 1;
    const double log = fma_of(number_of<double>(k) - shift, Exp<double>::ln2_high, f * horner<10>(log_rough, f));
    const double t_square = -2 * log, t = sqrt_of(t_square);
    const double v = (t - 8) / (t + 8);
    return sqrt_of(t_square - estrin<15>(probit_tail, v));
  }

  // One step of the third order, with both sides multiplied by the power of two that makes e^(-a^2/2) about 1.
  static double inverse_tail(double p) {
    constexpr double tiny = 0x1p-900, lift = 0x1p200;
    const bool lifted = p < tiny;
    const double up = lifted ? p * lift : p;
    const double a = rough_tail(up, lifted ? 200.0 : 0.0);
    const Pair<double> h = half_square(a);
    const Unscaled<double> x = exp_unscaled(h.high);
    const Pair<double> e = fast_two_sum(x.e.high, x.e.low);
    const Pair<double> phi = product<double>({e.high, fma_of(-e.high, h.low, e.low)}, mills(a));
    const std::int64_t k = x.k + (lifted ? 200 : 0);
    const double scaled = times_power(up, -k);
    constexpr double root = 0x1.40d931ff62706p+1;
    const double newton = root * ((phi.high - scaled) + phi.low) / e.high;
    return a + fma_of(0.5 * a * newton, newton, newton);
  }

  // Outside [0, 1]: nan; 0 -> -inf, 1 -> inf.
  static double far_inverse(double p) {
    const double nearer = p > 0.5 ? 1 - p : p;
    const double tail = inverse_tail((nearer > 0) & (nearer < 0.25) ? nearer : 0.25);
    const double result = p > 0.5 ? tail : -tail;
    const double edge = p == 0 ? -__builtin_inf() : p == 1 ? __builtin_inf() : __builtin_nan("");
    return (p > 0) & (p < 1) ? result : edge;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // For x < 0, log M(a) less a^2/2, with M = 2^k f; otherwise log(1 - tail). Both as 2 atanh of a quotient.
  static double log(double x) {
    const double size = abs_of(x);
    const Bell<double> bell = gaussian_bell<false>(size);
    const Pair<double> m = mills_of(size), tail = fast_two_sum(m.high, growing(m, bell.high));
    const bool left = x < 0;
    const std::int64_t exponent = binary_exponent(m.high);
    const double k = left ? number_of<double>(exponent) : 0.0, factor = left ? power_of_two(-exponent) : bell.scale;
    const Pair<double> f = {factor * (left ? m.high : tail.high), factor * (left ? m.low : tail.low)};
    const Pair<double> sum = fast_two_sum(left ? 1.0 : 2.0, left ? f.high : -f.high);
    const double above = left ? f.high - 1 : -f.high;
    const double f_low = left ? f.low : -f.low;
    const Pair<double> z = quotient(above, f_low, sum.high, sum.low + f_low, 1 / sum.high), log = twice_atanh(z);
    const Pair<double> h = half_square(left ? size : 0.0), most = two_sum(-h.high, k * Exp<double>::ln2_high);
    const Pair<double> whole = fast_two_sum(most.high, log.high);
    return whole.high + (whole.low + (most.low + fma_of(k, Exp<double>::ln2_low, log.low - h.low)));
  }
  // For x < -35, M(a) sqrt(2 pi) = 1/a - 1/a^3 + 3/a^5 - ...; its logarithm is small beside a^2/2.
  static double far_log(double x) {
    constexpr double series[] = {1, -1, 3, -15, 105, -945, 10395};
    const double size = abs_of(x);
    const double a = at_most(0x1p500, size), v = 1 / (a * a);
    const Pair<double> log = log_of({density.high * horner<7>(series, v) / a, 0.0});
    const Pair<double> h = half_square(size);
    const double left = (rounded(log) - (size < 0x1p500 ? h.low : 0.0)) - h.high;
    return select(x < 0, left, -far_tail(x));
  }

  // The same in plain double.
  static float log(float x) {
    const double size = abs_of(double(x)), h = 0.5 * size * size, w = 1 / (size + 4);
    const double m = w * horner<12>(flat_mills_brief, fma_of(-4.0, w, 1.0));
    const Grown e = brief_exp(-at_most(600.0, h));
    const bool left = x < 0;
    const std::int64_t k = binary_exponent(m);
    const double f = select(left, m * power_of_two(-k), fma_of(e.scale, e.growth, e.scale) * m);
    const double z = (left ? f - 1 : -f) / (left ? f + 1 : 2 - f), square = z * z;
    const double log = fma_of(square * z, horner<5>(atanh_tail_brief, square), 2 * z);
    const double result = fma_of(left ? number_of<double>(k) : 0.0, Exp<double>::ln2_high + Exp<double>::ln2_low,
                                 log - (left ? h : 0.0));
    return -float(abs_of(result));  // -0 where the value has rounded to 1
  }

  // 1 - Phi(x) = Phi(-x).
  static float log_complement(float x) { return log(-x); }
  static double log_complement(double x) { return log(-x); }
  static double far_log_complement(double x) { return far_log(-x); }
};

}  // namespace
