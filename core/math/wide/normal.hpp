// The normal distribution function for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Normal {
  static constexpr char name[] = "normal";

  static constexpr Real half_root = 0x1.6a09e667f3bcc908p-1L, half_root_low = 0x1.65f626cdd52bp-66L;  // sqrt(1/2)
  static constexpr Real density = 0x1.9884533d436508dp-2L;                                            // 1/sqrt(2 pi)

  // erfc(y + low) / 2 with y + low = -x sqrt(1/2): the rounding of y would be magnified by x^2.
  static Real value(Real x) {
    const Real y = -x * half_root, low = std::isinf(x) ? 0 : std::fma(-x, half_root, -y) - x * half_root_low;
    const Real slope = 1.1283791670955125739L * std::exp(-y * y);  // 2 / sqrt(pi)
    return (std::erfc(y) - slope * low) / 2;
  }
  static Real derivative(Real x) {
    const Real square = x * x, low = std::isinf(square) ? 0 : std::fma(x, x, -square);
    return density * std::exp(-square / 2) * (1 - low / 2);
  }
  static Real second_derivative(Real x) {
    const Real slope = derivative(x);
    return slope == 0 ? std::copysign(0, -x) : -x * slope;
  }
  static Real log(Real x) {
    if (x > 0) return std::log1p(-value(-x));
    if (!(x < -100)) return std::log(value(x));
    Real sum = 0, term = 1;  // 1 - 1/x^2 + 3/x^4 - ...
    for (int n = 1; n < 12; ++n) sum += term *= -(2 * n - 1) / x / x;
    return -x * x / 2 + (std::log(-density / x) + std::log1p(sum));
  }
  static Real log_complement(Real x) { return log(-x); }
  // Newton's method on the value next to 1/2, and on its logarithm, which is nearly a parabola, elsewhere.
  static Real inverse(Real p) {
    if (!(p >= 0 && p <= 1)) return __builtin_nanl("");
    if (p == 0 || p == 1) return p == 0 ? -__builtin_infl() : __builtin_infl();
    if (p > 0.75L) return -inverse(1 - p);
    const bool centre = p > 0.25L;
    Real x = centre ? (p - 0.5L) / density : -std::sqrt(-2 * std::log(p));
    for (int i = 0; i < 12; ++i) {
      const Real rest = centre ? std::erf(x * half_root) / 2 - (p - 0.5L) : (log(x) - std::log(p)) * value(x);
      x -= rest / derivative(x);
    }
    return x;
  }
};

}  // namespace
