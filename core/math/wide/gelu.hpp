// The Gaussian error linear unit for long double arguments, with the C library's functions.
#pragma once

#include "normal.hpp"

namespace {

struct Gelu {
  static constexpr char name[] = "gelu";

  // Where the tails have vanished, for infinity times 0 is nan.
  static Real held(Real x) { return x < -200 ? -200 : x > 200 ? 200 : x; }

  static Real value(Real x) { return (x < 0 ? held(x) : x) * Normal::value(held(x)); }
  static Real derivative(Real x) { return Normal::value(held(x)) + held(x) * Normal::derivative(held(x)); }
  static Real second_derivative(Real x) {
    const Real z = held(x);
    return (2 - z * z) * Normal::derivative(z);
  }
};

}  // namespace
