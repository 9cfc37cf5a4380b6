// Gudermannian for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "arctan.hpp"

namespace {

struct Gudermannian {
  static constexpr char name[] = "gudermannian";

  static Real value(Real x) { return 2 * std::atan(std::tanh(x / 2)); }
  static Real derivative(Real x) {
    const Real t = std::exp(-std::abs(x));
    return 2 * t / (1 + t * t);
  }
  static Real second_derivative(Real x) { return -derivative(x) * std::tanh(x); }
  static Real inverse(Real p) {
    if (!(std::abs(p) <= half_pi)) return __builtin_nanl("");
    if (std::abs(p) < 1) return 2 * std::atanh(std::tan(p / 2));
    return std::copysign(std::log(std::tan((half_pi - std::abs(p)) / 2)), p);
  }
};

}  // namespace
