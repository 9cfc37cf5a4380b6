// Formulas evaluated either in plain double, which is all that a float32 result needs, or in pairs of doubles, which
// is what the last bit of a float64 result needs: arithmetic that reads the same for both.
#pragma once

#include "activation_coefficients.hpp"
#include "pair.hpp"

namespace {

using Twofold = Pair<double>;

// What an element of a dtype is computed in.
template <class T>
struct WorkingNumber;
template <>
struct WorkingNumber<float> {
  using type = double;
};
template <>
struct WorkingNumber<double> {
  using type = Twofold;
};
template <class T>
using Working = typename WorkingNumber<T>::type;

// ---- Arithmetic ---------------------------------------------------------------------------------------------------

inline Twofold operator+(Twofold a, Twofold b) {
  const Twofold sum = two_sum(a.high, b.high);
  return fast_two_sum(sum.high, sum.low + (a.low + b.low));
}
inline Twofold operator+(double a, Twofold b) {
  const Twofold sum = two_sum(a, b.high);
  return fast_two_sum(sum.high, sum.low + b.low);
}
inline Twofold operator-(Twofold a) { return {-a.high, -a.low}; }
inline Twofold operator-(Twofold a, Twofold b) { return a + -b; }
inline Twofold operator*(Twofold a, Twofold b) {
  const double p = a.high * b.high;
  return fast_two_sum(p, fma_of(a.high, b.high, -p) + fma_of(a.high, b.low, a.low * b.high));
}
inline Twofold operator*(double a, Twofold b) {
  const double p = a * b.high;
  return fast_two_sum(p, fma_of(a, b.low, fma_of(a, b.high, -p)));
}

inline double reciprocal(double a) { return 1.0 / a; }
inline Twofold reciprocal(Twofold a) {
  const double r = 1.0 / a.high;
  return fast_two_sum(r, r * fma_of(-r, a.low, fma_of(-r, a.high, 1.0)));
}

// A power of two times a number.
inline double scaled(double factor, double a) { return factor * a; }
inline Twofold scaled(double factor, Twofold a) { return {factor * a.high, factor * a.low}; }

inline double choose(bool first, double a, double b) { return first ? a : b; }
inline Twofold choose(bool first, Twofold a, Twofold b) { return {first ? a.high : b.high, first ? a.low : b.low}; }

inline double rounded(double a) { return a; }

template <class N>
N exactly(double high, double low = 0);
template <>
inline double exactly<double>(double high, double low) {
  return high + low;
}
template <>
inline Twofold exactly<Twofold>(double high, double low) {
  return {high, low};
}

// ---- The exponential ----------------------------------------------------------------------------------------------

// e^-a for 0 <= a <= Exp<double>::normal. In pairs the error is 2^-61 of it: r and r^2 / 2
// go in with their low parts, and what follows, r^3 (1/6 + ...), is at most 1/140.
inline double exp_of_minus(double a) {
  const ExpMinus<double> e = exp_minus(a);
  return e.high + e.low;
}
inline Twofold exp_of_minus(Twofold exponent) {
  using E = Exp<double>;
  const double a = exponent.high;
  const double biased = fma_of(a, -E::log2_e, E::to_integer), k = biased - E::to_integer;
  const double scale = from_bits<double>(to_bits(biased) << Bits<double>::mantissa);
  const double exact = fma_of(k, -E::ln2_high, -a);  // both have few enough bits below the point
  const double r = fma_of(k, -E::ln2_low, exact);
  const double rest = fma_of(k, -E::ln2_low, exact - r) - exponent.low;
  const double square = r * r, half = 0.5 * square, half_low = 0.5 * fma_of(r, r, -square);
  const double cube = fma_of(square * r, estrin<10>(exp_cube_tail, r), half_low);
  const Twofold linear = fast_two_sum(1.0, r), quadratic = fast_two_sum(linear.high, half);
  const Twofold sum = fast_two_sum(quadratic.high, cube + (linear.low + quadratic.low));
  return scaled(scale, Twofold{sum.high, fma_of(rest, sum.high, sum.low)});
}

// The same for a factor without a low part.
inline double exp_minus_far(double a, double factor) { return exp_minus_far<double>(a, Pair<double>{factor, 0}); }

// Arguments of float32 are held within +-200, where every tail is beyond float32's reach and nothing overflows on the
// way; nan stays nan. Those of float64 have a far form instead.
constexpr double far_enough = 200;
inline double bounded(float x) {
  const double kept = x;
  const double above = kept < -far_enough ? -far_enough : kept;
  return above > far_enough ? far_enough : above;
}
inline double bounded(double x) { return x; }

// Up to where the near form holds.
template <class T>
constexpr T nearby = T(Exp<double>::normal);
template <>
constexpr float nearby<float> = __builtin_inff();

// A factor for the far forms: no smaller than -Exp::vanishes, where e^-a has put an end to it.
inline double held(double x) { return x < -Exp<double>::vanishes ? -Exp<double>::vanishes : x; }

// ---- Where a function has a zero ----------------------------------------------------------------------------------

// Terms that cancel leave the error they had before, so a function next to its own zero is taken from its Taylor
// polynomial there: relative accuracy holds down to the zero's nearest neighbours. The zero itself is held as a pair.
constexpr double beside_zero = 0x1p-3;

template <int n>
inline double beside(const Zero<n>& zero, double x) {
  const double d = (x - zero.high) - zero.low;
  return fma_of(d, zero.coefficients[0], d * fma_of(d, estrin<n - 1>(zero.coefficients + 1, d), zero.first_low));
}

// The same in the element's own type, with as many terms as it needs.
template <class T, int n>
struct ZeroOf {
  T high, low, coefficients[n], first_low;
  template <int m>
  constexpr explicit ZeroOf(const Zero<m>& zero)
      : high(T(zero.high)), low(T((zero.high - double(T(zero.high))) + zero.low)), coefficients{}, first_low{} {
    for (int i = 0; i < n; ++i) coefficients[i] = T(zero.coefficients[i]);
    first_low = T((zero.coefficients[0] - double(coefficients[0])) + zero.first_low);
  }
  T at(T d) const { return fma_of(d, coefficients[0], d * fma_of(d, estrin<n - 1>(coefficients + 1, d), first_low)); }
};

// The polynomial beside the zero, the formula elsewhere. float32 has no number so close to a zero that plain double
// would not do.
template <class T, int n>
inline double unless_beside(const Zero<n>& zero, double x, double formula) {
  if constexpr (sizeof(T) == sizeof(float)) return formula;
  const double polynomial = beside(zero, x);
  return abs_of(x - zero.high) < beside_zero ? polynomial : formula;
}

}  // namespace
