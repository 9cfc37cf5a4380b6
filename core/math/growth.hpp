// e^z as a power of two and its growth, in double: the power times 1 + growth.
#pragma once

#include "pair.hpp"

namespace {

// Horner's scheme, which rounds least, for the first terms, Estrin's, which is quicker, for those that count less.
template <int first, int n, class T>
inline T begun_by_horner(const T* c, T x) {
  if constexpr (first == 0)
    return estrin<n>(c, x);
  else
    return fma_of(begun_by_horner<first - 1, n - 1>(c + 1, x), x, c[0]);
}

// e^z = scale (1 + growth), z = k ln 2 + r.
struct Grown {
  double scale, growth;
};

// To the last bit or so of both: of growth too, which near z = 0 is e^z - 1. z may come with a low part. The scale is
// lifted by 2^lift, for what may be subnormal.
template <int lift = 0>
inline Grown exp_grown(double z, double low = 0) {
  using E = Exp<double>;
  constexpr double to_integer = E::to_integer + lift;
  const double biased = fma_of(z, E::log2_e, to_integer), k = biased - to_integer;
  const double r = fma_of(k, -E::ln2_high, z) + fma_of(k, -E::ln2_low, low);
  const double scale = from_bits<double>(to_bits(biased) << Bits<double>::mantissa);
  return {scale, fma_of(r * r, begun_by_horner<2, 10>(exp_brief_tail, r), r)};
}

// The same to some 2^-64 of 1 + growth and of growth. That is r, r^2/2, r^3 T and what is left of e^r: the first
// three to twice the digits, T too, for r^3/6 is up to 2^-7 of the sum.
struct GrownPair {
  double scale;
  Pair<double> growth;
};
inline GrownPair exp_grown_pair(double z) {
  using E = Exp<double>;
  constexpr Pair<double> sixth = {0x1.5555555555555p-3, 0x1.5555555555555p-57};
  const double biased = fma_of(z, E::log2_e, E::to_integer), k = biased - E::to_integer;
  const double scale = from_bits<double>(to_bits(biased) << Bits<double>::mantissa);
  const double exact = fma_of(k, -E::ln2_high, z), r = fma_of(k, -E::ln2_low, exact);
  const double r_low = fma_of(k, -E::ln2_low, exact - r);
  const Pair<double> square = two_product(r, r);
  const double inner = estrin<10>(exp_fourth_tail, r), t = fma_of(r, inner, sixth.high);
  const double t_low = fma_of(r, inner, sixth.high - t) + sixth.low;
  const double g = r * t, g_low = fma_of(r, t_low, fma_of(r, t, -g));
  const double cube = square.high * g;
  const double cube_low = fma_of(square.low, g, fma_of(square.high, g_low, fma_of(square.high, g, -cube)));
  const Pair<double> bent = fast_two_sum(r, 0.5 * square.high), growth = fast_two_sum(bent.high, cube);
  const double low = growth.low + (bent.low + fma_of(0.5, square.low, cube_low));
  return {scale, {growth.high, low + fma_of(r_low, growth.high, r_low)}};
}
inline Pair<double> exp_pair(double z) {
  const GrownPair e = exp_grown_pair(z);
  const Pair<double> sum = fast_two_sum(1.0, e.growth.high);
  return {e.scale * sum.high, e.scale * (sum.low + e.growth.low)};
}

// The same to 2^-32, which is all that a float32 result needs.
inline Grown brief_exp(double z) {
  using E = Exp<double>;
  constexpr double ln2 = E::ln2_high + E::ln2_low;
  const double biased = fma_of(z, E::log2_e, E::to_integer), r = fma_of(biased - E::to_integer, -ln2, z);
  return {from_bits<double>(to_bits(biased) << Bits<double>::mantissa), r * horner<7>(exp_ratio_brief, r)};
}

}  // namespace
