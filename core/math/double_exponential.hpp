// What Gompertz's curve and the complementary log-log share: u = e^z to twice the digits, and e^-u.
//
// The relative error of e^-u is u times that of u, and u goes up to 745: u is needed to some 2^-64.
#pragma once

#include "logarithm.hpp"

namespace {

struct DoubleExponential {
  Pair<double> u;          // e^z
  Pair<double> minus;      // e^-u
  Pair<double> one_minus;  // 1 - e^-u, all digits of it for small u too
};

// e^z for -700 <= z <= 7: 1 + r + r^2/2 + r^3/6 with low parts, the rest, at most 6e-4, without.
inline Pair<double> exp_pair(double z) {
  const double k = fma_of(z, Exp<double>::log2_e, 0x1.8p52) - 0x1.8p52;
  const double r_high = fma_of(k, -Exp<double>::ln2_high, z);
  const Pair<double> correction = two_product(k, -Exp<double>::ln2_low);
  const Pair<double> r0 = two_sum(r_high, correction.high);
  const Pair<double> r = {r0.high, r0.low + correction.low};
  const Pair<double> half_square = product<double>({0.5 * r.high, 0.5 * r.low}, r);
  const Pair<double> cube = product(half_square, r);
  constexpr Pair<double> third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
  const Pair<double> sixth_cube = product(cube, third);
  const double fourth = half_square.high * half_square.high;
  const Pair<double> a = fast_two_sum(1.0, r.high), b = fast_two_sum(half_square.high, sixth_cube.high);
  const Pair<double> c = fast_two_sum(a.high, b.high);
  const double low = ((half_square.low + sixth_cube.low) + b.low) + (r.low + (a.low + c.low));
  const Pair<double> e = fast_two_sum(c.high, fma_of(fourth, horner<11>(exp_far_tail, r.high), low));
  const double scale = power_of_two(std::int64_t(k));
  return {scale * e.high, scale * e.low};
}

// For -700 <= z and u = e^z <= 640.
inline DoubleExponential double_exponential(double z) {
  const Pair<double> u = exp_pair(z);
  const ExpMinus<double> x = exp_minus(u.high);
  const Pair<double> sum = fast_two_sum(x.high, x.low + x.missing);
  const Pair<double> minus = {sum.high, fma_of(-sum.high, u.low, sum.low)};
  const Pair<double> one_minus = one_minus_exp(x, sum);
  return {u, minus, {one_minus.high, fma_of(sum.high, u.low, one_minus.low)}};
}

// factor e^-u for u up to where nothing is left of it.
inline double far_double_exponential(Pair<double> u, Pair<double> factor) {
  return exp_minus_far<double>(u.high, {factor.high, fma_of(-factor.high, u.low, factor.low)});
}

// Where z is lower than -640, 1 - e^-u is u to the last bit, and low parts underflow. Where u passes 640, e^-u has no
// low part; so z counts a hundredfold above 0, and stops at 6.4. From z = 7 on e^-u is 0.
constexpr double double_exponential_near = 640;
template <class T>
constexpr T double_exponential_steepness = 100;
constexpr double double_exponential_vanishes = 7;

}  // namespace
