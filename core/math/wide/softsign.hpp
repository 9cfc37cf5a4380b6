// Softsign for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Softsign {
  static constexpr char name[] = "softsign";

  static Real value(Real x) { return std::isinf(x) ? std::copysign(1, x) : x / (1 + std::abs(x)); }
  static Real derivative(Real x) { return 1 / (1 + std::abs(x)) / (1 + std::abs(x)); }
  static Real second_derivative(Real x) {
    return x == 0 ? -x : std::copysign(2 * derivative(x) / (1 + std::abs(x)), -x);
  }
  static Real inverse(Real p) { return std::abs(p) > 1 ? __builtin_nanl("") : p / (1 - std::abs(p)); }
};

}  // namespace
