// The arc tangent: value, slope 1 / (1 + x^2), second derivative, inverse (tan).
//
// atan |x| = base + atan(z) with |z| <= 3/5: z = |x|, (|x| - 1)/(|x| + 1) or -1/|x|, base = 0, pi/4 or pi/2. Special
// values: -inf -> -pi/2, -0 -> -0, inf -> pi/2, nan -> nan; the slope of both infinities is 0.
#pragma once

#include "angle.hpp"

namespace {

struct Arctan {
  static constexpr char name[] = "arctan";

  // ---- Value and slope --------------------------------------------------------------------------------------------

  // From here the value is pi/2; up to here 1/x is a normal number, and products split in halves fit.
  template <class T>
  static constexpr T largest = sizeof(T) == 4 ? T(0x1p120f) : T(0x1p990);
  // From here 1 + x^2 is x^2 to the last bit, and up to here it is a number.
  template <class T>
  static constexpr T steep = sizeof(T) == 4 ? T(0x1p40f) : T(0x1p400);

  // The rounding of the division counts little beside pi/4, and the sum with it keeps what it rounds away.
  template <class T>
  static T value(T x) {
    const T size = abs_of(x);
    const bool above = size > Angle<T>::small, large = size > 1 / Angle<T>::small;
    const T share = select(above, size, T(0));
    const T numerator = select(large, T(-1), select(above, size - 1, size));
    const T denominator = select(large, share, share + 1);
    const T base = select(large, Angle<T>::half_pi.high, select(above, Angle<T>::quarter_pi.high, T(0)));
    return with_sign(plus_atan(base, numerator / denominator), x);
  }

  // 1 / (1 + x^2), or (1 / x)^2 where x^2 may overflow: one division for both.
  template <class T>
  static T derivative(T x) {
    const T size = at_most(largest<T>, abs_of(x));
    const bool far = size > steep<T>;
    const Pair<T> square = two_product(size, size), sum = two_sum(T(1), square.high);
    const Pair<T> base = {far ? size : sum.high, far ? T(0) : sum.low + square.low};
    const Pair<T> r = inverse_of(base, T(1) / base.high);
    return select(far, small_product(r, r), rounded(r));
  }

  template <class T>
  static void value_and_derivative(T x, T& value_of_x, T& slope) {
    value_of_x = value(x);
    slope = derivative(x);
  }

  // ---- Second derivative ------------------------------------------------------------------------------------------

  // -2 x / (1 + x^2)^2, which vanishes long before x^2 overflows.
  template <class T>
  static T second_derivative(T x) {
    constexpr T vanishes = sizeof(T) == 4 ? T(0x1p60f) : T(0x1p400);
    const T size = at_most(vanishes, abs_of(x));
    const Pair<T> square = two_product(size, size), sum = two_sum(T(1), square.high);
    const Pair<T> r = inverse_of<T>({sum.high, sum.low + square.low}, T(1) / sum.high);
    return with_sign(small_product(product({2 * size, T(0)}, r), r), -x);
  }

  // ---- Inverse ----------------------------------------------------------------------------------------------------

  // tan p = t, (1 - t) / (1 + t) or 1 / t, where t is the tangent of p, pi/4 - p or pi/2 - p, whichever is at most
  // pi/8. Outside [-pi/2, pi/2]: nan.
  static double inverse(double p) {
    const double size = abs_of(p);
    const bool small = size<Angle<double>::half_pi.high / 4, large = size> Angle<double>::half_pi.high * 0.75;
    const Pair<double> quarter = from_quarter_pi(size), half = from_half_pi(size);
    const Pair<double> t = tan_of(octant<double>(small, large, {size, 0.0}, quarter, half));
    const Pair<double> minus = fast_two_sum(1.0, -t.high), plus = fast_two_sum(1.0, t.high);
    const Pair<double> numerator = octant<double>(small, large, t, {minus.high, minus.low - t.low}, {1.0, 0.0});
    const Pair<double> denominator = octant<double>(small, large, {1.0, 0.0}, {plus.high, plus.low + t.low}, t);
    const double reciprocal = 1.0 / denominator.high;
    const double result =
        rounded(quotient(numerator.high, numerator.low, denominator.high, denominator.low, reciprocal));
    return with_sign(size <= Angle<double>::half_pi.high ? result : __builtin_nan(""), p);
  }
  static float inverse(float p) { return infinite_at_half_pi(p, inverse(double(p))); }
};

}  // namespace
