// The sigmoid linear unit, x times the logistic of x, for long double and complex arguments, with the C library's
// functions.
#pragma once

#include "sigmoid.hpp"
#include "types.hpp"

namespace {

struct Silu {
  static constexpr char name[] = "silu";

  static Real value(Real x) { return x < -20000 ? 0 : x * Sigmoid::value(x); }
  static Real derivative(Real x) {
    const Real z = held(x);
    return Sigmoid::value(z) * (1 + z * Sigmoid::value(-z));
  }
  static Real second_derivative(Real x) {
    const Real z = held(x);
    return Sigmoid::derivative(z) * (2 - z * std::tanh(z / 2));
  }
  // Where the tails have vanished, for infinity times 0 is nan.
  static Real held(Real x) { return x < -20000 ? -20000 : x > 20000 ? 20000 : x; }

  static Complex value(Complex z) { return z * Sigmoid::value(z); }
  static Complex derivative(Complex z) { return Sigmoid::value(z) * (1.0 + z * Sigmoid::value(-z)); }
};

}  // namespace
