// The rectified linear unit for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Relu {
  static constexpr char name[] = "relu";

  static Real value(Real x) { return x <= 0 ? 0 : x; }
  static Real derivative(Real x) { return x > 0 ? 1 : x <= 0 ? 0 : x; }
  static Real second_derivative(Real x) { return x == x ? 0 : x; }
};

}  // namespace
