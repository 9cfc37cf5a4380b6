// Hard sigmoid for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct HardSigmoid {
  static constexpr char name[] = "hard_sigmoid";

  static Real value(Real x) { return x >= 3 ? 1 : x <= -3 ? 0 : (x + 3) / 6; }
  static Real derivative(Real x) { return std::isnan(x) ? x : std::abs(x) < 3 ? Real(1) / 6 : 0; }
  static Real second_derivative(Real x) { return std::isnan(x) ? x : 0; }
  static Real inverse(Real p) { return p >= 0 && p <= 1 ? 6 * p - 3 : __builtin_nanl(""); }
};

}  // namespace
