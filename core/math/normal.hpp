// The normal distribution function Phi(x) = erfc(-x / sqrt(2)) / 2: value, slope (density), second derivative,
// inverse (probit), logarithms.
//
// Within |x| < 1: 1/2 + x R(x^2). Beyond, Phi(-a) = e^(-a^2/2) M(a), a^2/2 exact in two parts and M(a), Mills' ratio
// over sqrt(2 pi), a polynomial in (a - 4)/(a + 4) over a + 4. Special values: -inf -> 0, -0 and 0 -> 1/2, inf -> 1,
// nan -> nan; the slope of both infinities is 0.
#pragma once

#include "logarithm.hpp"

namespace {

struct Normal {
  static constexpr char name[] = "normal";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // a^2/2 is 612 here; from 40 on nothing is left of the tail.
  template <class T>
  static constexpr T near = 35;
  static constexpr double vanishes = 40;

  static constexpr Pair<double> density = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};  // 1 / sqrt(2 pi)

  static Pair<double> half_square(double a) { return two_product(0.5 * a, a); }

  // e^(-a^2/2) for a <= near.
  static Pair<double> bell(double a) {
    const Pair<double> h = half_square(a);
    const ExpMinus<double> e = exp_minus(h.high);
    const Pair<double> high = fast_two_sum(e.high, e.low + e.missing);
    return {high.high, fma_of(-high.high, h.low, high.low)};
  }

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

  // Phi(x) - 1/2 for |x| <= 1.
  static Pair<double> centre(double x) {
    const double w = x * x;
    const Pair<double> linear = two_product(x, density.high);
    const double low = fma_of(x, density.low, linear.low);
    return fast_two_sum(linear.high, fma_of(w * x, estrin<10>(normal_centre, w), low));
  }

  // Phi(x) for |x| < 1, Phi(-|x|) otherwise.
  static Pair<double> lower(double x, Pair<double> bell_of_x) {
    const double size = abs_of(x);
    const Pair<double> c = centre(size < 1 ? x : 0.0), tail = product(bell_of_x, mills(size < 1 ? 1.0 : size));
    const Pair<double> middle = fast_two_sum(0.5, c.high);
    return {select(size < 1, middle.high, tail.high), select(size < 1, middle.low + c.low, tail.low)};
  }
  static double value(double x, Pair<double> bell_of_x) {
    const Pair<double> v = lower(x, bell_of_x);
    const Pair<double> upper = fast_two_sum(1.0, -v.high);
    const double below = rounded(v), above = upper.high + (upper.low - v.low);
    return select(x >= 1, above, below);
  }
  static double value(double x) { return value(x, bell(x)); }
  static double far_tail(double x) {
    const double size = at_most(vanishes, abs_of(x));
    const Pair<double> h = half_square(size), m = mills(size);
    return exp_minus_far<double>(h.high, {m.high, fma_of(-m.high, h.low, m.low)});
  }
  static double far_value(double x) { return x < 0 ? far_tail(x) : 1.0; }

  static double derivative(double x) { return rounded_product(bell(x), density); }
  static double far_derivative(double x) {
    const Pair<double> h = half_square(at_most(vanishes, abs_of(x)));
    return exp_minus_far<double>(h.high, {density.high, fma_of(-density.high, h.low, density.low)});
  }

  static void value_and_derivative(double x, double& value_of_x, double& slope) {
    const Pair<double> e = bell(x);
    value_of_x = value(x, e);
    slope = rounded_product(e, density);
  }
  static void far_value_and_derivative(double x, double& value_of_x, double& slope) {
    value_of_x = far_value(x);
    slope = far_derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -x times the density.
  static double second_derivative(double x) { return rounded_product(product(density, {-x, 0.0}), bell(x)); }
  static double far_second_derivative(double x) {
    const double size = at_most(vanishes, abs_of(x));
    const Pair<double> h = half_square(size), factor = product(density, {size, 0.0});
    return with_sign(exp_minus_far<double>(h.high, {factor.high, fma_of(-factor.high, h.low, factor.low)}), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // |p - 1/2| <= Phi(1) - 1/2: a series in q = p - 1/2. What p - 1/2 rounds away, below p = 1/4, counts through the
  // slope, sqrt(2 pi) e^(x^2/2) to 2 %.
  static double inverse_centre(double p) {
    constexpr Pair<double> root = {0x1.40d931ff62706p+1, -0x1.a6a0d6f814637p-53};  // sqrt(2 pi)
    const Pair<double> q = fast_two_sum(-0.5, p);
    const double w = q.high * q.high;
    const Pair<double> linear = two_product(q.high, root.high);
    const double rest = fma_of(w * q.high, estrin<20>(probit_centre, w), fma_of(q.high, root.low, linear.low));
    const double x = linear.high + rest, slope = root.high * fma_of(x * x, fma_of(x * x, 0.15, 0.5), 1.0);
    return linear.high + fma_of(slope, q.low, rest);
  }

  // a with Phi(-a) = p, 1 <= a, to 2^-20 of a^2: a^2 = t^2 - B(t) with t^2 = -2 log p.
  static double rough_tail(double p, double shift) {
    const std::int64_t k = binary_exponent(p);
    const double f = p * power_of_two(-k) - 1;
    const double log = fma_of(double(k) - shift, Exp<double>::ln2_high, f * horner<10>(log_rough, f));
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
  static double inverse(double p) {
    constexpr double at_one = 0x1.44ed0bb7cb20bp-3;  // Phi(-1)
    const double nearer = p > 0.5 ? 1 - p : p;
    const double middle = inverse_centre(p);
    const double tail = inverse_tail((nearer > 0) & (nearer < at_one) ? nearer : at_one);
    const double result = nearer > at_one ? middle : p > 0.5 ? tail : -tail;
    const double edge = p == 0 ? -__builtin_inf() : p == 1 ? __builtin_inf() : __builtin_nan("");
    return (p > 0) & (p < 1) ? result : edge;
  }

  // ---- Logarithm --------------------------------------------------------------------------------------------------

  // log Phi(x) is the logarithm of what `lower` holds, or of one minus that for x >= 1; for x <= -1 that of M(a),
  // less a^2/2.
  static double log(double x) {
    const double size = abs_of(x);
    const Pair<double> v = lower(x, bell(x)), upper = fast_two_sum(1.0, -v.high);
    const Pair<double> m = mills(size < 1 ? 1.0 : size), h = half_square(size);
    const bool left = x <= -1, right = x >= 1;
    const double high = select(left, m.high, select(right, upper.high, v.high));
    const double low = select(left, m.low, select(right, upper.low - v.low, v.low));
    const Pair<double> log = log_of({high, low});
    const Pair<double> sum = two_sum(select(left, -h.high, -0.0), log.high);
    return sum.high + (sum.low + (log.low - select(left, h.low, 0.0)));
  }
  // For x < -35, M(a) sqrt(2 pi) = 1/a - 1/a^3 + 3/a^5 - ...; its logarithm is small beside a^2/2.
  static double far_log(double x) {
    constexpr double series[] = {1, -1, 3, -15, 105, -945, 10395};
    const double size = abs_of(x);
    const double a = at_most(0x1p500, size), v = 1 / (a * a);
    const Pair<double> log = log_of({density.high * horner<7>(series, v) / a, 0.0});
    const Pair<double> h = half_square(size);
    const double left = (rounded(log) - (size < 0x1p500 ? h.low : 0.0)) - h.high;
    return x < 0 ? left : -far_tail(x);
  }

  // 1 - Phi(x) = Phi(-x).
  static double log_complement(double x) { return log(-x); }
  static double far_log_complement(double x) { return far_log(-x); }
};

}  // namespace
