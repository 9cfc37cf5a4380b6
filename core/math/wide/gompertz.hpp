// Gompertz for long double arguments, with the C library's functions.
#pragma once

#include "cloglog.hpp"

namespace {

struct Gompertz {
  static constexpr char name[] = "gompertz";

  static Real value(Real x) { return std::exp(-std::exp(-x)); }
  static Real derivative(Real x) { return Cloglog::derivative(-x); }
  static Real second_derivative(Real x) { return -Cloglog::second_derivative(-x); }
  static Real inverse(Real p) { return -std::log(-std::log(p)); }
  static Real log(Real x) { return -std::exp(-x); }
  static Real log_complement(Real x) { return Cloglog::log(-x); }
};

}  // namespace
