// Complementary log-log for long double arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Cloglog {
  static constexpr char name[] = "cloglog";

  static Real value(Real x) { return -std::expm1(-std::exp(x)); }
  static Real derivative(Real x) {
    const Real z = x > 20 ? 20 : x;  // nothing is left from 9.4 on
    return std::exp(z - std::exp(z));
  }
  static Real second_derivative(Real x) { return -derivative(x) * std::expm1(x > 20 ? 20 : x); }
  static Real inverse(Real p) { return std::log(-std::log1p(-p)); }
  static Real log(Real x) {
    const Real u = std::exp(x > 20 ? 20 : x);
    if (x < -70) return x;
    return u > 1 ? std::log1p(-std::exp(-u)) : std::log(-std::expm1(-u));
  }
  static Real log_complement(Real x) { return -std::exp(x); }
};

}  // namespace
