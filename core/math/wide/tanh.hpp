// Hyperbolic tangent for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "sigmoid.hpp"

namespace {

struct Tanh {
  static constexpr char name[] = "tanh";

  static Real value(Real x) { return std::tanh(x); }
  static Real derivative(Real x) {
    const Real t = std::exp(-2 * std::abs(x));
    return 4 * t / (1 + t) / (1 + t);
  }
  static Real second_derivative(Real x) { return -2 * std::tanh(x) * derivative(x); }
  static Real inverse(Real p) { return std::atanh(p); }
  static Complex value(Complex z) { return std::tanh(z); }
  static Complex derivative(Complex z) { return 4.0 * Sigmoid::derivative(2.0 * z); }
  static Complex inverse(Complex p) { return std::atanh(p); }
};

}  // namespace
