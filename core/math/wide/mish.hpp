// Mish, x tanh(log(1 + e^x)), for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Mish {
  static constexpr char name[] = "mish";

  // Where the tails have vanished, for infinity times 0 is nan.
  static Real held(Real x) { return x < -20000 ? -20000 : x > 20000 ? 20000 : x; }

  static Real value(Real x) {
    const Real t = std::exp(-std::abs(x));
    return x < 0 ? held(x) * t * (t + 2) / (t * (t + 2) + 2) : x * (1 + 2 * t) / (1 + 2 * t + 2 * t * t);
  }
  static Real derivative(Real x) {
    const Real z = held(x), t = std::exp(-std::abs(z));
    const Real bottom = x < 0 ? t * (t + 2) + 2 : 1 + 2 * t + 2 * t * t;
    const Real top = x < 0 ? t * (t + 2) : 1 + 2 * t;
    return (top + z * 4 * t * (x < 0 ? 1 : t) * (1 + t) / bottom) / bottom;
  }
  static Real second_derivative(Real x) {
    const Real z = held(x), t = std::exp(-std::abs(z));
    if (x < 0) {
      const Real even = 4 + t * (8 + t * (6 + t * 2)), odd = 2 + t * (2 - t * (3 + t * 2));
      return 4 * t * (even + z * odd) / std::pow(t * (t + 2) + 2, 3);
    }
    const Real even = 2 + t * (6 + t * (8 + t * 4)), odd = 2 + t * (3 - t * (2 + t * 2));
    return 4 * t * t * (even - z * odd) / std::pow(1 + 2 * t + 2 * t * t, 3);
  }
};

}  // namespace
