// Algebraic for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Algebraic {
  static constexpr char name[] = "algebraic";

  static Real value(Real x) { return std::isinf(x) ? std::copysign(1, x) : x / std::hypot(Real(1), x); }
  static Real derivative(Real x) {
    const Real root = std::hypot(Real(1), x);
    return 1 / root / root / root;
  }
  static Real second_derivative(Real x) {
    const Real root = std::hypot(Real(1), x);
    return -3 * value(x) / root / root / root / root;
  }
  static Real inverse(Real p) { return p / std::sqrt((1 - p) * (1 + p)); }
};

}  // namespace
