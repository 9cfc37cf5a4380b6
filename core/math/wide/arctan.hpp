// Arc tangent for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

constexpr Real half_pi = 0x1.921fb54442d1846ap+0L;

struct Arctan {
  static constexpr char name[] = "arctan";

  static Real value(Real x) { return std::atan(x); }
  static Real derivative(Real x) { return std::abs(x) < 1e30L ? 1 / (1 + x * x) : 1 / x / x; }
  static Real second_derivative(Real x) {
    const Real slope = derivative(x);
    return slope == 0 ? std::copysign(Real(0), -x) : -2 * x * slope * slope;
  }
  static Real inverse(Real p) { return std::abs(p) <= half_pi ? std::tan(p) : __builtin_nanl(""); }
  static Complex value(Complex z) { return std::atan(z); }
  static Complex derivative(Complex z) { return 1.0 / ((1.0 + Complex(0, 1) * z) * (1.0 - Complex(0, 1) * z)); }
  static Complex inverse(Complex p) { return std::tan(p); }
};

}  // namespace
