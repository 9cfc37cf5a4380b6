// Odd curves that level off, in float32 and sixteen at once: cut into 32 pieces, four to each power of two, on each
// of which the curve is a polynomial. The tables of 32 numbers stay in registers, where a processor with AVX-512
// picks sixteen of them in one step; others have no such step, and use the curve's formula.
#pragma once

#include <cstdint>

#ifdef __AVX512F__
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

#ifdef __AVX512F__

using Floats = __m512;

inline Floats pick(const float (&table)[32], __m512i index) {
  return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
}

// The bits of a positive number, without all but two of the mantissa's, count the pieces. A nan is not above `last`,
// and goes through.
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

#else

struct Floats {};

#endif

}  // namespace
