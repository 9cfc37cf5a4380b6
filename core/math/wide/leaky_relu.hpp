// The leaky rectified linear unit for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct LeakyRelu {
  static constexpr char name[] = "leaky_relu";

  static Real value(Real x) { return x > 0 ? x : x / 100; }
  static Real derivative(Real x) { return x > 0 ? 1 : x <= 0 ? 0.01L : x; }
  static Real second_derivative(Real x) { return x == x ? 0 : x; }
  static Real inverse(Real y) { return y > 0 ? y : 100 * y; }
};

}  // namespace
