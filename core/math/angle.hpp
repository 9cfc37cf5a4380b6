// Arc tangents of quotients and tangents, as high + low parts, by octants.
#pragma once

#include "pair.hpp"

namespace {

template <class T>
struct Angle;
template <>
struct Angle<float> {
  static constexpr Pair<float> half_pi = {0x1.921fb6p+0f, -0x1.777a5cp-25f};
  static constexpr Pair<float> quarter_pi = {0x1.921fb6p-1f, -0x1.777a5cp-26f};
  // What the first part of pi/2 has rounded away, as a part of it.
  static constexpr float low_per_high = -0x1.de12cap-26f;
  // Up to here the series is for the number itself.
  static constexpr float small = 0.6f;
  static float atan_tail(float w) { return horner<6>(atan_tail_f32, w); }
};
template <>
struct Angle<double> {
  static constexpr Pair<double> half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
  static constexpr Pair<double> quarter_pi = {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55};
  // What the two parts of pi/2 leave.
  static constexpr double half_pi_rest = -0x1.f1976b7ed8fbcp-110;
  static constexpr double low_per_high = 0x1.678afae35cdd1p-55;
  static constexpr double small = 0.6;
  static double atan_tail(double w) { return estrin<14>(atan_tail_f64, w); }
};

// One of three, without a branch.
template <class T>
inline Pair<T> octant(bool small, bool large, Pair<T> if_small, Pair<T> otherwise, Pair<T> if_large) {
  return {select(small, if_small.high, select(large, if_large.high, otherwise.high)),
          select(small, if_small.low, select(large, if_large.low, otherwise.low))};
}

// base + atan(z) + low for |z| <= 3/5 and a base of 0 or at least pi/4, a multiple of it: what base has rounded away
// goes in too. The part behind z is at most 11 % of it.
template <class T>
inline T plus_atan(T base, T z, T low = 0) {
  const T w = z * z;
  const Pair<T> sum = fast_two_sum(base, z);
  const T tail = fma_of(w * z, Angle<T>::atan_tail(w), fma_of(base, Angle<T>::low_per_high, low));
  return sum.high + (sum.low + tail);
}

// tan(y) for |y| <= pi/8.
inline Pair<double> tan_of(Pair<double> y) {
  const double w = y.high * y.high;
  return fast_two_sum(y.high, fma_of(w * y.high, horner<10>(tan_tail, w), fma_of(y.low, w, y.low)));
}

// pi/4 - p and pi/2 - p where p is within a factor of 2 of the angle, so that the first difference is exact.
inline Pair<double> from_quarter_pi(double p) {
  return fast_two_sum(Angle<double>::quarter_pi.high - p, Angle<double>::quarter_pi.low);
}
inline Pair<double> from_half_pi(double p) {
  const Pair<double> d = fast_two_sum(Angle<double>::half_pi.high - p, Angle<double>::half_pi.low);
  return {d.high, d.low + Angle<double>::half_pi_rest};
}

// What atan(inf) rounds to in float32 is above pi/2, outside the range of the function; it goes back to infinity.
inline float infinite_at_half_pi(float p, double result) {
  const float finite = float(result), size = abs_of(p);
  return size == Angle<float>::half_pi.high ? with_sign(__builtin_inff(), p) : finite;
}

}  // namespace
