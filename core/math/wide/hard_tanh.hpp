// The hard hyperbolic tangent for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct HardTanh {
  static constexpr char name[] = "hard_tanh";

  static Real value(Real x) { return x < -1 ? -1 : x > 1 ? 1 : x; }
  static Real derivative(Real x) { return std::abs(x) < 1 ? 1 : x == x ? 0 : x; }
  static Real second_derivative(Real x) { return x == x ? 0 : x; }
  static Real inverse(Real y) { return std::abs(y) <= 1 ? y : std::nan(""); }
};

}  // namespace
