// The scaled exponential linear unit for long double arguments, with the C library's functions.
#pragma once

#include "elu.hpp"
#include "types.hpp"

namespace {

struct Selu {
  static constexpr char name[] = "selu";

  static constexpr Real s = 1.0507009873554804934193349852946L, sc = 1.7580993408473768599402175208123L;

  static Real value(Real x) { return x > 0 ? s * x : sc * std::expm1(x); }
  static Real derivative(Real x) { return x > 0 ? s : sc * std::exp(x); }
  static Real second_derivative(Real x) { return sc * Elu::second_derivative(x); }
  static Real inverse(Real y) { return y > 0 ? y / s : std::log1p(y / sc); }
};

}  // namespace
