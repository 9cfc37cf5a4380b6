// What Gompertz's curve and the complementary log-log share: u = e^z, and e^-u.
//
// The relative error of e^-u is u times that of u, and u goes up to 745: where e^-u itself is wanted in float64, u is
// needed to some 2^-64. 1 - e^-u is content with u to its last bit. float32 is computed in plain double.
#pragma once

#include "growth.hpp"
#include "logarithm.hpp"

namespace {

// ---- Ranges -------------------------------------------------------------------------------------------------------

// Where z is lower than -640, 1 - e^-u is u to the last bit, and low parts underflow: the far form of all. Where u
// passes 640, e^-u has no low part: far for those that need it, so that z counts a hundredfold above 0, and stops at
// 6.4. From z = 7 on e^-u is 0. float32 needs no far form.
template <class T>
constexpr T double_exponential_near = sizeof(T) == sizeof(float) ? T(__builtin_inff()) : T(640);
template <class T>
inline T double_exponential_reach(T z) {
  return abs_of(z > 0 ? T(100) * z : z);
}
constexpr double double_exponential_vanishes = 7;

// ---- In float64 ---------------------------------------------------------------------------------------------------

struct DoubleExponential {
  Pair<double> u;          // e^z
  Pair<double> minus;      // e^-u
  Pair<double> one_minus;  // 1 - e^-u, all digits of it for small u too
};

// For -700 <= z and u = e^z <= 640.
inline DoubleExponential double_exponential(double z) {
  const Pair<double> u = exp_pair(z);
  const ExpMinus<double> x = exp_minus(u.high);
  const Pair<double> sum = fast_two_sum(x.high, x.low + x.missing);
  const Pair<double> minus = {sum.high, fma_of(-sum.high, u.low, sum.low)};
  const Pair<double> one_minus = one_minus_exp(x, sum);
  return {u, minus, {one_minus.high, fma_of(sum.high, u.low, one_minus.low)}};
}

// e^-u to about its last bit, u e^-u, and 1 - e^-u: what values and slopes are made of.
struct Curves {
  double minus, slope, one_minus;
};
inline Curves double_exponential_curves(double z) {
  constexpr double drop = 0x1p-512;
  const Pair<double> u = exp_pair(z);
  const Grown e = exp_grown<512>(-u.high, -u.low);
  const double growth = e.scale * e.growth;
  const Pair<double> minus = fast_two_sum(e.scale, growth);
  const bool over = z > 6.7;  // u = 812: all is settled, and powers of two have yet to go astray
  return {over ? 0 : minus.high * drop, select(over, 0.0, rounded_product(u, minus) * drop),
          over ? 1 : (1 - e.scale * drop) - growth * drop};
}

// 1 - e^-u alone.
inline double one_minus_double_exponential(double z) {
  const Grown u = exp_grown(z), e = exp_grown(-fma_of(u.scale, u.growth, u.scale));
  return select(z > 5, 1.0, fma_of(-e.scale, e.growth, 1 - e.scale));  // e^-148 is nothing beside 1
}

// factor e^-u for u up to where nothing is left of it.
inline double far_double_exponential(Pair<double> u, Pair<double> factor) {
  return exp_minus_far<double>(u.high, {factor.high, fma_of(-factor.high, u.low, factor.low)});
}

// ---- In plain double, for float32 ---------------------------------------------------------------------------------

// Held where u, e^-u and 1 - e^-u have reached what they round to in float32.
inline double held_for_float(float z) {
  const double above = z < -110 ? -110.0 : double(z);
  return at_most(5.0, above);
}

// u, 1 - u, e^-u and 1 - e^-u, each to 2^-26 of itself or better.
struct BriefCurves {
  double u, one_minus_u, minus, one_minus;
};
inline BriefCurves brief_double_exponential(double z) {
  const Grown x = brief_exp(z);
  const double u = fma_of(x.scale, x.growth, x.scale);
  const Grown e = brief_exp(-u);
  return {u, fma_of(-x.scale, x.growth, 1 - x.scale), fma_of(e.scale, e.growth, e.scale),
          fma_of(-e.scale, e.growth, 1 - e.scale)};
}

}  // namespace
