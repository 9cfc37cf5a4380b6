// The usual approximation of the Gaussian error linear unit for long double arguments, with the C library's
// functions.
#pragma once

#include "sigmoid.hpp"
#include "types.hpp"

namespace {

struct GeluTanh {
  static constexpr char name[] = "gelu_tanh";

  static constexpr Real c = 1.595769121605730711759784239737L, k = 0.044715L;

  static Real bend(Real x) { return c * (x + k * x * x * x); }
  // Where the tails have vanished, for infinity times 0 is nan.
  static Real held(Real x) { return x < -100 ? -100 : x > 100 ? 100 : x; }

  static Real value(Real x) { return (x < 0 ? held(x) : x) * Sigmoid::value(bend(held(x))); }
  static Real derivative(Real x) {
    const Real z = held(x), v = bend(z);
    return Sigmoid::value(v) * (1 + z * c * (1 + 3 * k * z * z) * Sigmoid::value(-v));
  }
  static Real second_derivative(Real x) {
    const Real z = held(x), v = bend(z), slope = c * (1 + 3 * k * z * z);
    return Sigmoid::derivative(v) * (2 * slope + 6 * c * k * z * z - z * slope * slope * std::tanh(v / 2));
  }
};

}  // namespace
