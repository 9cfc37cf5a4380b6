// The logistic function 1 / (1 + e^-x), its slope, second derivative, inverse (logit) and logarithm.
#pragma once

#include "real.hpp"

namespace {

struct Sigmoid {
  static constexpr char name[] = "sigmoid";

  template <class T>
  static T exp_minus_abs(T x) {
    return sizeof(T) == 4 ? T(__builtin_expf(-abs_of(x))) : T(__builtin_exp(-abs_of(x)));
  }

  template <class T>
  static T value(T x) {
    const T t = exp_minus_abs(x);
    return (x < 0 ? t : T(1)) / (1 + t) + (x - x);
  }
  template <class T>
  static T derivative(T x) {
    const T t = exp_minus_abs(x);
    return t / ((1 + t) * (1 + t));
  }
};

}  // namespace
