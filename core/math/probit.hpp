// The inverse of the normal distribution function where p and 1 - p are at least 1e-5, and everywhere in float32.
//
// Next to 1/2, x is a series in q = p - 1/2. Elsewhere, with c the smaller of p and 1 - p and t = sqrt(-2 log c),
// |x| = t + S(t), S a polynomial: x loses nothing, for S is between -1 and 0 and t is held to more digits than it
// has.
#pragma once

#include "growth.hpp"
#include "logarithm.hpp"

namespace {

// |q| <= 1/4, where q = p - 1/2 is exact.
inline double probit_centre_of(double p) {
  constexpr Pair<double> root = {0x1.40d931ff62706p+1, -0x1.a6a0d6f814637p-53};  // sqrt(2 pi)
  const double q = p - 0.5, w = q * q;
  const Pair<double> linear = two_product(q, root.high);
  return linear.high + fma_of(w * q, estrin<13>(probit_centre, w), fma_of(q, root.low, linear.low));
}

// -2 log c, c <= 1/4, by f = c / 2^k in [3/4, 3/2) and log f = 2 atanh((f - 1) / (f + 1)).
inline Pair<double> minus_twice_log(double c) {
  const std::int64_t exponent = binary_exponent(c);
  const double k = number_of<double>(exponent), f = c * power_of_two(-exponent);
  const double sum = f + 1, sum_low = f - (sum - 1), difference = f - 1, r = 1 / sum;
  const double z = difference * r, z_low = r * fma_of(-z, sum_low, fma_of(-z, sum, difference)), square = z * z;
  const Pair<double> high = fast_two_sum(k * Exp<double>::ln2_high, 2 * z);
  const double curved = fma_of(square * z, estrin<8>(atanh_tail_near, square), 2 * z_low);
  const Pair<double> log = fast_two_sum(high.high, high.low + fma_of(k, Exp<double>::ln2_low, curved));
  return {-2 * log.high, -2 * log.low};
}

// |x| for 1e-5 <= c <= 1/4.
inline double probit_tail_near(double c) {
  const Pair<double> square = minus_twice_log(c);
  const double t = sqrt_of(square.high), y = t - 3.25;
  const double half_reciprocal = horner<4>(half_reciprocal_rough, y);
  const double t_low = (fma_of(-t, t, square.high) + square.low) * half_reciprocal;
  const Pair<double> most = fast_two_sum(t, probit_shift[0]);
  return most.high + (most.low + fma_of(y, estrin<26>(probit_shift + 1, y), t_low));
}

// In plain double, for float32: all c down to the smallest.
inline double probit_brief(double p) {
  const double c = p > 0.5 ? 1 - p : p, q = p - 0.5;
  const double centre = q * horner<7>(probit_centre_brief, q * q);
  const std::int64_t k = binary_exponent(c);
  const double f = c * power_of_two(-k) - 1;
  const double log =
      fma_of(number_of<double>(k), Exp<double>::ln2_high + Exp<double>::ln2_low, f * horner<10>(log_rough, f));
  const double t = sqrt_of(-2 * log), x = t + horner<13>(probit_shift_brief, (t - 5) / (t + 5));
  return c > 0.25 ? centre : p > 0.5 ? x : -x;
}

}  // namespace
