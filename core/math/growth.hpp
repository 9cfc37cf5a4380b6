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

// The same to 2^-32, which is all that a float32 result needs.
inline Grown brief_exp(double z) {
  using E = Exp<double>;
  constexpr double ln2 = E::ln2_high + E::ln2_low;
  const double biased = fma_of(z, E::log2_e, E::to_integer), r = fma_of(biased - E::to_integer, -ln2, z);
  return {from_bits<double>(to_bits(biased) << Bits<double>::mantissa), r * horner<7>(exp_ratio_brief, r)};
}

}  // namespace
