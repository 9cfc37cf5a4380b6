// Hard swish for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct HardSwish {
  static constexpr char name[] = "hard_swish";

  static Real value(Real x) { return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6; }
  static Real derivative(Real x) { return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6; }
  static Real second_derivative(Real x) { return std::abs(x) < 3 ? 1 / 3.0L : x == x ? 0 : x; }
};

}  // namespace
