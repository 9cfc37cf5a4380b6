// Arithmetic the kernels share: error-free sums and products, powers of two, the reduced exponential.
//
// Everything is a plain function of one element, written without branches so that a loop over it becomes
// vector code. Nothing here has external linkage (each CPU target compiles its own copy), and nothing is
// included that could leave a weak symbol behind.
#pragma once

#include <cstdint>

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
// a * b + c without the instruction. float: the product is exact in double. double: Dekker's product and
// Knuth's sum, exact but for one last rounding of the low parts, far below what any kernel here needs.
inline float fma_of(float a, float b, float c) { return float(double(a) * double(b) + double(c)); }
inline double fma_of(double a, double b, double c) {
  constexpr double splitter = 134217729.0;  // 2^27 + 1
  const double at = splitter * a, bt = splitter * b;
  const double ah = at - (at - a), al = a - ah;
  const double bh = bt - (bt - b), bl = b - bh;
  const double p = a * b;
  const double pl = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
  const double s = p + c, v = s - p;
  return s + (((p - (s - v)) + (c - v)) + pl);
}
#endif

}  // namespace
