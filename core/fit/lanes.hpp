// A vector register as a number: as many curves side by side as the target has doubles in a register.
//
// The vector types are the compiler's own (GCC and Clang), so that every line of the engine reads as if it dealt with
// one curve. Each lane is computed alone: the number of lanes, and what runs in the others, never shows in a result.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "../math/coefficients.hpp"

namespace {

#if defined(__AVX512DQ__)
constexpr int lanes = 8;
#elif defined(__AVX2__)
constexpr int lanes = 4;
#else
constexpr int lanes = 2;
#endif

typedef double V __attribute__((vector_size(lanes * 8)));
typedef std::int64_t M __attribute__((vector_size(lanes * 8)));  // a lane is -1 for true, 0 for false

typedef float F __attribute__((vector_size(lanes * 8)));  // twice as many, where seven digits do
typedef std::int32_t N __attribute__((vector_size(lanes * 8)));
constexpr int wide = 2 * lanes;

#define OGIVE_INLINE inline __attribute__((always_inline))

OGIVE_INLINE V splat(double x) { return x - V{}; }
OGIVE_INLINE V load(const double* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
OGIVE_INLINE void store(double* p, V v) { __builtin_memcpy(p, &v, sizeof v); }

OGIVE_INLINE V least(V a, V b) { return a < b ? a : b; }
OGIVE_INLINE V most(V a, V b) { return a > b ? a : b; }
OGIVE_INLINE V clamp(V x, V low, V high) { return least(most(x, low), high); }
OGIVE_INLINE V size_of(V x) { return (V)((M)x & 0x7fffffffffffffffLL); }
OGIVE_INLINE M finite(V x) { return size_of(x) < splat(1e300); }

// The lanes that are true, as bits.
OGIVE_INLINE unsigned bits_of(M m) {
#if defined(__AVX512DQ__)
  return _mm512_movepi64_mask((__m512i)m);
#elif defined(__AVX2__)
  return unsigned(_mm256_movemask_pd((__m256d)m));
#elif defined(__x86_64__)
  return unsigned(_mm_movemask_pd((__m128d)m));
#else
  unsigned bits = 0;
  for (int i = 0; i < lanes; ++i) bits |= unsigned(m[i] != 0) << i;
  return bits;
#endif
}
OGIVE_INLINE bool any(M m) { return bits_of(m) != 0; }

OGIVE_INLINE unsigned bits_of(N m) {
#if defined(__AVX512DQ__)
  return _mm512_movepi32_mask((__m512i)m);
#elif defined(__AVX2__)
  return unsigned(_mm256_movemask_ps((__m256)m));
#elif defined(__x86_64__)
  return unsigned(_mm_movemask_ps((__m128)m));
#else
  unsigned bits = 0;
  for (int i = 0; i < wide; ++i) bits |= unsigned(m[i] != 0) << i;
  return bits;
#endif
}
OGIVE_INLINE bool any(N m) { return bits_of(m) != 0; }

OGIVE_INLINE F splat_f(float x) { return x - F{}; }
OGIVE_INLINE F load(const float* p) {
  F v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
OGIVE_INLINE void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
OGIVE_INLINE F least(F a, F b) { return a < b ? a : b; }
OGIVE_INLINE float smallest(F x) {
#if defined(__AVX512DQ__)
  return _mm512_reduce_min_ps((__m512)x);
#else
  float result = x[0];
  for (int i = 1; i < wide; ++i) result = x[i] < result ? x[i] : result;
  return result;
#endif
}
OGIVE_INLINE F clamp(F x, F low, F high) {
  const F raised = x > low ? x : low;
  return raised < high ? raised : high;
}

OGIVE_INLINE V root(V x) {
#if defined(__AVX512DQ__)
  return (V)_mm512_maskz_sqrt_pd(0xff, (__m512d)x);  // GCC 12 warns of its own header for the plain one
#elif defined(__AVX2__)
  return (V)_mm256_sqrt_pd((__m256d)x);
#else
  V r;
  for (int i = 0; i < lanes; ++i) r[i] = __builtin_sqrt(x[i]);
  return r;
#endif
}

// e^x to 1 ULP for -700 <= x <= 700, clamped there.
OGIVE_INLINE V exp_of(V x) {
  const double to_integer = 0x1.8p52 + 1023;
  const V c = clamp(x, splat(-700), splat(700));
  const V biased = c * 0x1.71547652b82fep+0 + to_integer;
  const V k = biased - to_integer;
  const V r = (c - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  const double* e = exp_tail_f64;
  const V r2 = r * r, r4 = r2 * r2;
  const V high = (e[8] + e[9] * r) * r4 + ((e[4] + e[5] * r) + (e[6] + e[7] * r) * r2);
  const V tail = high * r4 + ((e[0] + e[1] * r) + (e[2] + e[3] * r) * r2);
  const V scale = (V)((M)biased << 52);
  return scale + scale * (r + r2 * tail);
}

// log x to 2 ULP for normal positive x: x = 2^k c with c in [2/3, 4/3], log c = 2 atanh((c - 1)/(c + 1)).
OGIVE_INLINE V log_of(V x) {
  const M k = ((M)x - 0x3fe5555555555555LL) >> 52;
  const V c = (V)((M)x - (k << 52));
  const V z = (c - 1.0) / (c + 1.0), w = z * z;
  V tail = splat(atanh_tail[10]);
  for (int i = 9; i >= 0; --i) tail = tail * w + atanh_tail[i];
  const V e = __builtin_convertvector(k, V);
  return e * 0x1.62e42fefa3800p-1 + ((2.0 * z + z * w * tail) + e * 0x1.ef35793c76730p-45);
}

}  // namespace
