// Odd curves that level off, in float32 and sixteen at once: cut into 32 pieces, four to each power of two, on each
// of which the curve is a polynomial. With AVX-512 the tables of 32 numbers stay in registers, and sixteen are picked
// in one step, at twice the speed of the curve's formula. Other processors read them from memory, with AVX2 at half
// that speed; but the arithmetic, and so each bit, is the same everywhere.
#pragma once

#include <cstdint>

#include "real.hpp"

#ifdef __AVX2__
// GCC 12 warns of its own header.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

namespace {

struct Pieces {
  int start;   // the power of two where the second row of pieces starts; the first piece reaches down to 0
  float last;  // from here the curve is level
  alignas(64) float centre[32];
  alignas(64) float coefficients[6][32];
};

// The bits of a positive number, without all but two of the mantissa's, count the pieces. A nan is not above `last`,
// and goes through.

#if defined(__AVX512F__)

using Floats = __m512;
inline Floats loaded(const float* x) { return _mm512_loadu_ps(x); }
inline void store(Floats x, float* out) { _mm512_storeu_ps(out, x); }

inline Floats pick(const float (&table)[32], __m512i index) {
  return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
}

template <const Pieces& pieces>
inline Floats in_pieces(Floats x) {
  const Floats sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0f)), size = _mm512_xor_ps(x, sign);
  const Floats a = _mm512_min_ps(_mm512_set1_ps(pieces.last), size);
  const __m512i row = _mm512_srli_epi32(_mm512_castps_si512(a), 21);
  const __m512i piece = _mm512_sub_epi32(row, _mm512_set1_epi32((pieces.start + 127) * 4));
  const __m512i index = _mm512_min_epi32(_mm512_max_epi32(piece, _mm512_setzero_si512()), _mm512_set1_epi32(31));
  const Floats y = _mm512_sub_ps(a, pick(pieces.centre, index));
  Floats value = pick(pieces.coefficients[5], index);
  for (int i = 4; i >= 0; --i) value = _mm512_fmadd_ps(value, y, pick(pieces.coefficients[i], index));
  return _mm512_or_ps(value, sign);
}

#elif defined(__AVX2__)

struct Floats {
  __m256 half[2];
};
inline Floats loaded(const float* x) { return {{_mm256_loadu_ps(x), _mm256_loadu_ps(x + 8)}}; }
inline void store(const Floats& x, float* out) {
  _mm256_storeu_ps(out, x.half[0]);
  _mm256_storeu_ps(out + 8, x.half[1]);
}

// What belongs to a piece side by side, so that one load brings it: the centre, then the coefficients.
struct Rows {
  alignas(32) float row[32][8] = {};
  constexpr explicit Rows(const Pieces& pieces) {
    for (int i = 0; i < 32; ++i) {
      row[i][0] = pieces.centre[i];
      for (int k = 0; k < 6; ++k) row[i][k + 1] = pieces.coefficients[k][i];
    }
  }
};

// Eight rows become eight columns: in pairs, in fours, in halves of a register.
inline void turn(__m256 (&r)[8]) {
  __m256 pairs[8], fours[8];
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; ++j) {
      fours[i + 2 * j] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], _MM_SHUFFLE(1, 0, 1, 0));
      fours[i + 2 * j + 1] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], _MM_SHUFFLE(3, 2, 3, 2));
    }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
    r[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
  }
}

template <const Pieces& pieces>
inline __m256 in_pieces(__m256 x) {
  static constexpr Rows rows(pieces);
  const __m256 sign = _mm256_and_ps(x, _mm256_set1_ps(-0.0f)), size = _mm256_xor_ps(x, sign);
  const __m256 a = _mm256_min_ps(_mm256_set1_ps(pieces.last), size);
  const __m256i row = _mm256_srli_epi32(_mm256_castps_si256(a), 21);
  const __m256i piece = _mm256_sub_epi32(row, _mm256_set1_epi32((pieces.start + 127) * 4));
  const __m256i index = _mm256_min_epi32(_mm256_max_epi32(piece, _mm256_setzero_si256()), _mm256_set1_epi32(31));
  alignas(32) std::int32_t at[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(at), index);
  __m256 r[8];
  for (int i = 0; i < 8; ++i) r[i] = _mm256_load_ps(rows.row[at[i]]);
  turn(r);
  const __m256 y = _mm256_sub_ps(a, r[0]);
  __m256 value = r[6];
  for (int i = 5; i >= 1; --i) value = _mm256_fmadd_ps(value, y, r[i]);
  return _mm256_or_ps(value, sign);
}
template <const Pieces& pieces>
inline Floats in_pieces(const Floats& x) {
  return {{in_pieces<pieces>(x.half[0]), in_pieces<pieces>(x.half[1])}};
}

#else

struct Floats {
  float at[16];
};
inline Floats loaded(const float* x) {
  Floats all;
  __builtin_memcpy(all.at, x, sizeof all.at);
  return all;
}
inline void store(const Floats& x, float* out) { __builtin_memcpy(out, x.at, sizeof x.at); }

template <const Pieces& pieces>
inline Floats in_pieces(const Floats& x) {
  int n = 16;
  asm("" : "+r"(n));  // hides it: loops that GCC unrolls do not become vector code
  std::int32_t index[16];
  Floats y, value, picked;
  for (int i = 0; i < n; ++i) {
    const float size = abs_of(x.at[i]), a = pieces.last < size ? pieces.last : size;
    const std::int32_t piece = (to_bits(a) >> 21) - (pieces.start + 127) * 4, least = piece < 0 ? 0 : piece;
    index[i] = least > 31 ? 31 : least;
    y.at[i] = a;
  }
  for (int i = 0; i < n; ++i) {
    y.at[i] -= pieces.centre[index[i]];
    value.at[i] = pieces.coefficients[5][index[i]];
  }
  for (int k = 4; k >= 0; --k) {
    for (int i = 0; i < n; ++i) picked.at[i] = pieces.coefficients[k][index[i]];
    for (int i = 0; i < n; ++i) value.at[i] = fma_of(value.at[i], y.at[i], picked.at[i]);
  }
  for (int i = 0; i < n; ++i) value.at[i] = from_bits<float>(to_bits(value.at[i]) | (to_bits(x.at[i]) & INT32_MIN));
  return value;
}

#endif

}  // namespace
