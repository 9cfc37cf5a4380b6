// The exponential linear unit for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Elu {
  static constexpr char name[] = "elu";

  static Real value(Real x) { return x > 0 ? x : std::expm1(x); }
  static Real derivative(Real x) { return x > 0 ? 1 : std::exp(x); }
  static Real second_derivative(Real x) { return x >= 0 ? 0 : std::exp(x); }
  static Real inverse(Real y) { return y > 0 ? y : std::log1p(y); }
};

}  // namespace
