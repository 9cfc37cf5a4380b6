// The tail of the normal distribution: for a = |x|, Phi(-a) = e^(-a^2/2) W(t) / (a + c) with t = a / (a + c). W falls
// from c/2 to 0.4 without haste, so that a polynomial will do, and an error in t hardly shows.
//
// No product or sum here is rounded and forgotten: the next step takes what it has rounded away, to the few digits
// that still count. float32 and float64 run the same code with constants of their own.
#pragma once

#include "growth.hpp"

namespace {

template <class T>
struct GaussianTail;
template <>
struct GaussianTail<float> {
  static constexpr float offset = 2;           // c
  static constexpr float centre = 0x1.eep-2f;  // where the polynomial in t begins
  static constexpr int lift_exponent = 64;     // keeps the power of two a normal number where the tail is not
  static constexpr float lift = 0x1p64f;
  static float exp_tail(float r) { return horner<5>(exp_tail_f32, r); }
  static float flat(float y) { return horner<11>(flat_mills_f32 + 1, y); }
  static constexpr float flat_at_centre = flat_mills_f32[0];
  // (log M)' as a function of w = 1/(a + c), M = Phi(-a) e^(a^2/2), to 0.02.
  static float log_slope(float w) { return fma_of(-1.6f, w, 0.03f); }
};
template <>
struct GaussianTail<double> {
  static constexpr double offset = 4;
  static constexpr double centre = 0x1.f28p-2;
  static constexpr int lift_exponent = 0;
  static constexpr double lift = 1;
  static double exp_tail(double r) { return begun_by_horner<2, 10>(exp_brief_tail, r); }
  static double flat(double y) { return begun_by_horner<5, 23>(flat_mills_f64 + 1, y); }
  static constexpr double flat_at_centre = flat_mills_f64[0];
  static double log_slope(double w) { return -w * fma_of(9.9, w, 0.72); }
};

// Beyond a = 15 nothing is left of a tail in float32, and the power of two goes astray. Selecting here, last, is
// cheaper than holding a: the compiler would fold all that follows for the held value, and select each piece.
// float64 has a far form instead.
inline float unless_vanished(float a, float tail) { return 15.0f < a ? 0.0f : tail; }
inline double unless_vanished(double, double tail) { return tail; }

// e^(-a^2/2) = (1 + high + low) scale / lift.
template <class T>
struct Bell {
  T high, low, scale;
};
template <bool low = true, class T>
inline Bell<T> gaussian_bell(T a) {
  using E = Exp<T>;
  const T half = T(0.5) * a, square = half * a, square_low = fma_of(half, a, -square);
  constexpr T to_integer = E::to_integer + GaussianTail<T>::lift_exponent;
  const T biased = fma_of(square, -E::log2_e, to_integer), k = biased - to_integer;
  const T exact = fma_of(k, -E::ln2_high, -square), rest = fma_of(k, -E::ln2_low, -square_low);
  const T scale = from_bits<T>(to_bits(biased) << Bits<T>::mantissa), r = exact + rest;
  if (!low) return {fma_of(r * r, GaussianTail<T>::exp_tail(r), r), 0, scale};
  const T curved = fma_of(r * r, GaussianTail<T>::exp_tail(r), rest - (r - exact)), sum = r + curved;
  return {sum, curved - (sum - r), scale};
}

// W(t) = high + low for t = centre + y.
template <class T>
inline Pair<T> flat_mills(T y) {
  using G = GaussianTail<T>;
  const T inner = G::flat(y), high = fma_of(y, inner, G::flat_at_centre);
  return {high, fma_of(y, inner, G::flat_at_centre - high)};
}

// What a factor of 1 + growth adds to the high part of a pair.
template <class T>
inline T growing(Pair<T> p, T growth) {
  return fma_of(p.high, growth, fma_of(p.low, growth, p.low));
}

}  // namespace
