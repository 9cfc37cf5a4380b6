// Arithmetic the kernels share: error-free sums and products, powers of two, the reduced exponential.
//
// Everything is a plain function of one element, written without branches so that a loop over it becomes
// vector code. Nothing here has external linkage (each CPU target compiles its own copy), and nothing is
// included that could leave a weak symbol behind.
#pragma once

#include <cstdint>
#include <type_traits>

#include "../fma.hpp"
#include "coefficients.hpp"

namespace {

template <class T>
struct Bits;
template <>
struct Bits<float> {
  using Int = std::int32_t;
  static constexpr int mantissa = 23;
  static constexpr int bias = 127;
};
template <>
struct Bits<double> {
  using Int = std::int64_t;
  static constexpr int mantissa = 52;
  static constexpr int bias = 1023;
};

template <class T>
using Int = typename Bits<T>::Int;

template <class T>
inline Int<T> to_bits(T x) {
  return __builtin_bit_cast(Int<T>, x);
}
template <class T>
inline T from_bits(Int<T> i) {
  return __builtin_bit_cast(T, i);
}

// AVX2 neither converts 64-bit integers nor shifts them arithmetically, and GCC would take a loop that does one
// element at a time. So a small integer becomes a number through the last bits of one whose ULP is 1, and a shift is
// that of the integer without a sign.
template <class T>
inline T number_of(Int<T> k) {
  constexpr T unit = sizeof(T) == 4 ? T(0x1.8p23f) : T(0x1.8p52);
  return from_bits<T>(k + to_bits(unit)) - unit;
}
template <int n, class Signed>
inline Signed shifted_down(Signed k) {
  using Unsigned = std::make_unsigned_t<Signed>;
  constexpr Unsigned sign = Unsigned(1) << (8 * sizeof(Signed) - 1);
  return Signed((Unsigned(k) + sign) >> n) - Signed(sign >> n);
}

// Registers of 64 bytes hold enough elements that a long function need not be cut in two halves to overlap them.
#ifdef __AVX512F__
constexpr bool long_registers = true;
#else
constexpr bool long_registers = false;
#endif

inline float abs_of(float x) { return __builtin_fabsf(x); }
inline double abs_of(double x) { return __builtin_fabs(x); }

// a + b = sum + low exactly, for |a| >= |b| or a = 0 (Dekker 1971).
template <class T>
struct Pair {
  T high, low;
};
template <class T>
inline Pair<T> fast_two_sum(T a, T b) {
  const T sum = a + b;
  return {sum, b - (sum - a)};
}

#ifdef __FMA__
inline float fma_of(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline double fma_of(double a, double b, double c) { return __builtin_fma(a, b, c); }
#elif defined(__aarch64__)
inline float fma_of(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
inline double fma_of(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
inline float fma_of(float a, float b, float c) { return ogive_fmaf(a, b, c); }
inline double fma_of(double a, double b, double c) { return ogive_fma(a, b, c); }
#endif

// The sum of both orders, exact whatever the sizes (Knuth 1969).
template <class T>
inline Pair<T> two_sum(T a, T b) {
  const T sum = a + b, v = sum - a;
  return {sum, (a - (sum - v)) + (b - v)};
}

// c[0] + c[1] x + ... + c[n-1] x^(n-1), by Horner's scheme: the fewest operations.
template <int n, class T>
inline T horner(const T* c, T x) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    return fma_of(horner<n - 1>(c + 1, x), x, c[0]);
  }
}

// The same by Estrin's scheme: half the depth, so that a processor can overlap the products.
template <int n, class T>
inline T estrin(const T* c, T x) {
  if constexpr (n <= 2) {
    return horner<n>(c, x);
  } else {
    constexpr int half = n > 12 ? 8 : n > 4 ? 4 : 2;
    const T square = x * x, fourth = square * square;
    const T power = half == 8 ? fourth * fourth : half == 4 ? fourth : square;
    return fma_of(estrin<n - half>(c + half, x), power, estrin<half>(c, x));
  }
}

// ---- The exponential of a negative number -------------------------------------------------------------------------

template <class T>
struct Exp;
template <>
struct Exp<float> {
  static constexpr float log2_e = 0x1.715476p+0f;
  // ln 2 in two parts; k times the first is exact for every k that occurs.
  static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  // Adding it rounds to an integer k, and leaves k + bias in the low bits, a shift away from 2^k.
  static constexpr float to_integer = 0x1.8p23f + 127;
  // Up to here 2^-30 e^-a is a normal number, so that low parts keep their digits.
  static constexpr float normal = 64;
  // From here e^-a rounds to 0.
  static constexpr float vanishes = 120;
  static float tail(float r) { return horner<5>(exp_tail_f32, r); }
  static float brief_tail(float r) { return tail(r); }
};
template <>
struct Exp<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
  static constexpr double to_integer = 0x1.8p52 + 1023;
  static constexpr double normal = 640;
  static constexpr double vanishes = 800;
  static double tail(double r) { return estrin<11>(exp_tail_f64, r); }
  // A coefficient fewer, for those whose result rounds more than 2^-57 away.
  static double brief_tail(double r) { return estrin<10>(exp_brief_tail, r); }
};

// -a = k ln 2 + r with |r| <= ln(2)/2; `biased` holds k + bias in its low bits.
// What r has rounded away is `low`.
template <class T>
struct Reduced {
  T biased, k, r, low;
  Int<T> exponent() const { return to_bits(biased) - to_bits(Exp<T>::to_integer); }
};
template <class T>
inline Reduced<T> reduce(T a) {
  const T biased = fma_of(a, -Exp<T>::log2_e, Exp<T>::to_integer);
  const T k = biased - Exp<T>::to_integer;
  const T r = fma_of(k, -Exp<T>::ln2_high, -a), rounded = fma_of(k, -Exp<T>::ln2_low, r);
  return {biased, k, rounded, fma_of(k, -Exp<T>::ln2_low, r - rounded)};
}

// e^-a = high + low for 0 <= a <= Exp<T>::normal, to 2^-3 ULP of the sum: high = 2^k (1 + r) rounded, low the rest.
// 2^k - `scale` - goes into r before anything is rounded, which spares multiplying both parts by it afterwards.
template <class T>
struct ExpMinus {
  T high, low, scale;
  Pair<T> rest;  // e^-a - 2^k: expm1(-a) where k = 0, without the digits that high has rounded away
  T missing;     // what is still to add to rest.low where a difference from 1 magnifies it
};
template <bool brief = false, class T>
inline ExpMinus<T> exp_minus(T a) {
  const Reduced<T> x = reduce(a);
  const T scale = from_bits<T>(to_bits(x.biased) << Bits<T>::mantissa);
  const T linear = scale * x.r;
  const Pair<T> sum = fast_two_sum(scale, linear);
  const T square = linear * x.r, tail = brief ? Exp<T>::brief_tail(x.r) : Exp<T>::tail(x.r);
  return {sum.high, fma_of(square, tail, sum.low), scale, fast_two_sum(linear, square * tail), scale * x.low};
}

// 1 - e^-a, all digits of it for small a too, given e = high + low renormalised.
template <class T>
inline Pair<T> one_minus_exp(const ExpMinus<T>& x, Pair<T> e) {
  const Pair<T> far = fast_two_sum(T(1), -e.high);
  const T high = x.scale == 1 ? -x.rest.high : far.high, low = x.scale == 1 ? -x.rest.low : far.low - e.low;
  return {high, low - x.missing};
}

// e^-a = 2^k (high + low) for any a >= 0. nan goes to 0: callers select.
template <class T>
struct Unscaled {
  Pair<T> e;
  Int<T> k;
};
template <class T>
inline Unscaled<T> exp_unscaled(T a) {
  const Reduced<T> x = reduce(a < Exp<T>::vanishes ? a : Exp<T>::vanishes);
  const Pair<T> sum = fast_two_sum(T(1), x.r);
  return {{sum.high, fma_of(x.r * x.r, Exp<T>::tail(x.r), sum.low + x.low)}, x.exponent()};
}

// 2^k x, subnormal results included: the power of two goes in as two factors, so that only the last product rounds.
template <class T>
inline T times_power(T x, Int<T> k) {
  const Int<T> half = shifted_down<1>(k);
  return x * from_bits<T>((half + Bits<T>::bias) << Bits<T>::mantissa) *
         from_bits<T>((k - half + Bits<T>::bias) << Bits<T>::mantissa);
}

// factor e^-a for any a >= 0 and a power of two.
template <class T>
inline T exp_minus_far(T a, T factor = T(1)) {
  const Unscaled<T> x = exp_unscaled(a);
  return times_power(factor * (x.e.high + x.e.low), x.k);
}

}  // namespace
