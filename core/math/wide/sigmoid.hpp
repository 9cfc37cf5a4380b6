// Logistic for long double and, where analytic, complex arguments, with the C library's functions.
#pragma once

#include "types.hpp"

namespace {

struct Sigmoid {
  static constexpr char name[] = "sigmoid";

  static Real value(Real x) {
    const Real t = std::exp(-std::abs(x));
    return (x < 0 ? t : 1) / (1 + t);
  }
  static Real derivative(Real x) {
    const Real t = std::exp(-std::abs(x));
    return t / (1 + t) / (1 + t);
  }
  static Real second_derivative(Real x) { return -std::copysign(derivative(x), x) * std::tanh(std::abs(x) / 2); }
  static Real inverse(Real p) {
    return p > 0.25L && p < 0.75L ? 2 * std::atanh(2 * p - 1) : std::log(p) - std::log1p(-p);
  }
  static Real log(Real x) { return (x < 0 ? x : 0) - std::log1p(std::exp(-std::abs(x))); }
  static Real log_complement(Real x) { return log(-x); }

  // With t = e^-|x| and c = cos(y/2), |1 + e^-z|^2 is (1-t)^2 + 4 t c^2 for x >= 0 and that over t^2 for x < 0: sums
  // of squares, so that nothing cancels next to the poles at odd multiples of i pi.
  struct Polar {
    double t, cosine, sine, one_minus_t, norm;
    explicit Polar(Complex z)
        : t(std::exp(-std::abs(z.real()))),
          cosine(std::cos(z.imag() / 2)),
          sine(std::sin(z.imag() / 2)),
          one_minus_t(-std::expm1(-std::abs(z.real()))),
          norm(one_minus_t * one_minus_t + 4 * t * cosine * cosine) {}
  };
  // norm times the value, over t for x < 0.
  static Complex direction(Complex z, const Polar& p) {
    const double twice_square = 2 * p.cosine * p.cosine, sine = 2 * p.sine * p.cosine;
    if (z.real() < 0) return {twice_square - p.one_minus_t, sine};
    return {p.one_minus_t + p.t * twice_square, p.t * sine};
  }
  static Complex value(Complex z) {
    const Polar p(z);
    if (p.norm == 0) return Complex(1) / Complex(0);
    return (z.real() < 0 ? p.t : 1) * direction(z, p) / p.norm;
  }
  static Complex derivative(Complex z) { return value(z) * value(-z); }
  // The principal logarithm of the value.
  static Complex log(Complex z) {
    const Polar p(z);
    const double shift = p.t * (p.t + 2 * (p.cosine - p.sine) * (p.cosine + p.sine));  // norm - 1
    const double half_log = 0.5 * (std::abs(shift) < 0.5 ? std::log1p(shift) : std::log(p.norm));
    return {(z.real() < 0 ? z.real() : 0) - half_log, std::arg(direction(z, p))};
  }
  static Complex log_complement(Complex z) { return log(-z); }
};

}  // namespace
