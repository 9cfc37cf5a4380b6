// Softplus, log(1 + e^x) for long double and complex arguments, with the C library's functions.
#pragma once

#include "sigmoid.hpp"
#include "types.hpp"

namespace {

struct Softplus {
  static constexpr char name[] = "softplus";

  static Real value(Real x) { return -Sigmoid::log(-x); }
  static Real derivative(Real x) { return Sigmoid::value(x); }
  static Real second_derivative(Real x) { return Sigmoid::derivative(x); }
  // e^y - 1 is 1 + 2 expm1(y - ln 2) where that is near 1: ln 2 in two parts, for the first rounds.
  static Real inverse(Real y) {
    constexpr Real ln2 = 0.693147180559945309417232121458176568L, rest = 0x1.ab0bfa2a2002ap-65L;
    const Real d = (y - ln2) - rest;
    return std::abs(d) < 0.3L ? std::log1p(2 * std::expm1(d)) : y + std::log(-std::expm1(-y));
  }

  static Complex value(Complex z) { return -Sigmoid::log(-z); }
  static Complex derivative(Complex z) { return Sigmoid::value(z); }
  static Complex second_derivative(Complex z) { return Sigmoid::derivative(z); }
};

}  // namespace
