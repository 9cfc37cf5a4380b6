// a * b + c rounded once, without the instruction: two doubles or four floats at a time. Only the target v1 uses it.
//
// The arithmetic needs the rounding to nearest that every loop runs in, and no contraction. This file does not
// include fma.hpp, from which GCC would take that it is to make the forms for whole registers itself.
#include <cmath>
#include <cstdint>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace {

typedef double Doubles __attribute__((vector_size(16)));
typedef std::int64_t Longs __attribute__((vector_size(16)));

// Arithmetic that reads the same for one number and for a register of them: a truth is all bits 1, or all 0.
inline std::int64_t truth(bool a) { return -std::int64_t(a); }
inline Longs truth(Longs a) { return a; }
inline std::int64_t bits_of(double x) { return __builtin_bit_cast(std::int64_t, x); }
inline Longs bits_of(Doubles x) { return Longs(x); }
inline double number_of(std::int64_t bits) { return __builtin_bit_cast(double, bits); }
inline Doubles number_of(Longs bits) { return Doubles(bits); }
template <class Number>
inline Number size_of(Number x) {
  return number_of(bits_of(x) & INT64_MAX);
}
template <class Number, class Integer>
inline Number chosen(Integer condition, Number yes, Number no) {
  return number_of((condition & bits_of(yes)) | (~condition & bits_of(no)));
}

// Dekker's product and Knuth's sums: s + e + pl is a * b + c exactly, and w + l is e + pl. Two roundings, of w and of
// s + w, differ from one only where the second falls midway between two numbers and the first was not exact. Then,
// and where the sizes are such that a low part overflows or underflows, the result is in doubt. A product that is too
// small to be seen beside c is as common as it is harmless. The sign of a zero is that of s.
template <class Number>
inline Number attempt(Number a, Number b, Number c, decltype(bits_of(Number()))& doubtful) {
  constexpr double splitter = 134217729.0;  // 2^27 + 1
  const Number at = splitter * a, bt = splitter * b;
  const Number ah = at - (at - a), al = a - ah, bh = bt - (bt - b), bl = b - bh;
  const Number p = a * b, pl = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
  const Number s = p + c, v = s - p, e = (p - (s - v)) + (c - v);
  const Number w = e + pl, u = w - e, l = (e - (w - u)) + (pl - u);
  const Number r = s + w, twice = 2.0 * ((s - r) + w);
  const auto midway = truth((r + twice) - r == twice) & truth(twice != 0.0) & truth(l != 0.0);
  const auto small = truth(size_of(p) < 0x1p-900) & truth(size_of(c) < 0x1p-800);
  doubtful = midway | small | ~truth(size_of(r) <= 0x1p1000);
  return chosen(truth(r == 0.0), s, r);
}

// The C library's is right for all arguments, and slow.
[[gnu::cold, gnu::noinline]] double careful(double a, double b, double c) {
  return a == 0 || b == 0 ? a * b + c : std::fma(a, b, c);
}

// The product of two floats is exact in double. Their sum is rounded to odd there (Boldo and Melquiond 2008): where
// it is not exact, to that neighbour whose last bit is 1. To round that to float is to round the exact sum.
template <class Number>
inline Number sum_to_odd(Number p, Number c) {
  const Number s = p + c, v = s - p, e = (p - (s - v)) + (c - v);
  const auto bits = bits_of(s);
  const auto inexact = truth(e < 0.0) | truth(e > 0.0);  // not where it is infinite or nan
  const auto outwards = ~(truth(e < 0.0) ^ truth(s < 0.0)), even = (bits & 1) - 1;
  return number_of(bits + (inexact & even & ((outwards & 2) - 1)));
}

}  // namespace

#define OGIVE_HIDDEN __attribute__((visibility("hidden")))

extern "C" {

OGIVE_HIDDEN float ogive_fmaf(float a, float b, float c) { return float(sum_to_odd(double(a) * b, double(c))); }

OGIVE_HIDDEN double ogive_fma(double a, double b, double c) {
  std::int64_t doubtful;
  const double result = attempt(a, b, c, doubtful);
  return __builtin_expect(doubtful != 0, false) ? careful(a, b, c) : result;
}

#if defined(__x86_64__)

// The names of the vector function ABI: SSE registers, no mask, all three arguments vectors.

// Rounding twice, to double and to float, differs from rounding once only where the bits that the second drops are
// those of a number midway, or where it drops more than usual.
OGIVE_HIDDEN __m128 _ZGVbN4vvv_ogive_fmaf(__m128 a, __m128 b, __m128 c) {
  const auto upper = [](__m128 x) { return _mm_cvtps_pd(_mm_movehl_ps(x, x)); };
  const auto narrowed = [](__m128d low, __m128d high) {
    return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
  };
  const __m128d p = _mm_mul_pd(_mm_cvtps_pd(a), _mm_cvtps_pd(b)), z = _mm_cvtps_pd(c), s = _mm_add_pd(p, z);
  const __m128d p2 = _mm_mul_pd(upper(a), upper(b)), z2 = upper(c), s2 = _mm_add_pd(p2, z2);
  const __m128 first = _mm_castpd_ps(s), second = _mm_castpd_ps(s2);
  const __m128i low = _mm_castps_si128(_mm_shuffle_ps(first, second, _MM_SHUFFLE(2, 0, 2, 0)));
  const __m128i high = _mm_castps_si128(_mm_shuffle_ps(first, second, _MM_SHUFFLE(3, 1, 3, 1)));
  const __m128i dropped = _mm_and_si128(low, _mm_set1_epi32(0x1fffffff));
  const __m128i size = _mm_and_si128(high, _mm_set1_epi32(0x7fffffff));
  const __m128i subnormal = _mm_and_si128(_mm_cmpgt_epi32(size, _mm_setzero_si128()),
                                          _mm_cmplt_epi32(size, _mm_set1_epi32((1023 - 126) << 20)));
  const __m128i doubtful = _mm_or_si128(_mm_cmpeq_epi32(dropped, _mm_set1_epi32(0x10000000)), subnormal);
  if (__builtin_expect(_mm_movemask_epi8(doubtful) == 0, true)) return narrowed(s, s2);
  return narrowed(__m128d(sum_to_odd(Doubles(p), Doubles(z))), __m128d(sum_to_odd(Doubles(p2), Doubles(z2))));
}

OGIVE_HIDDEN Doubles _ZGVbN2vvv_ogive_fma(Doubles a, Doubles b, Doubles c) {
  Longs doubtful;
  Doubles result = attempt(a, b, c, doubtful);
  if (__builtin_expect(_mm_movemask_pd(__m128d(doubtful)) != 0, false))
    for (int i = 0; i < 2; ++i)
      if (doubtful[i]) result[i] = careful(a[i], b[i], c[i]);
  return result;
}

#endif
}
