// Smoothstep for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Smoothstep {
  static constexpr char name[] = "smoothstep";

  static Real value(Real x) { return x <= 0 ? 0 : x >= 1 ? 1 : x * (3 - 2 * x) * x; }
  static Real derivative(Real x) { return x <= 0 || x >= 1 ? 0 : 6 * x * (1 - x); }
  static Real second_derivative(Real x) { return x <= 0 || x >= 1 ? 0 : 6 - 12 * x; }
  static Real inverse(Real p) {
    if (p > 0.5L) return 1 - inverse(1 - p);
    const Real third = std::asin(std::sqrt(p)) / 3;
    return std::sin(third) * (std::sin(third) + std::sqrt(Real(3)) * std::cos(third));
  }
};

}  // namespace
