// Every S-shape that curves are made of, scaled to run from 0 to 1: value, slope and second derivative in one pass.
//
// A search needs no last bit (2 ULP do), and what it ends with is evaluated the same way for all curves; the
// exponential, and the division it saves, are shared by the three outputs. The areas follow in finish.hpp.
#pragma once

#include "lanes.hpp"

namespace {

struct Jet {
  V f, f1, f2;
};

struct FitSigmoid {
  static constexpr char name[] = "sigmoid";
  static constexpr bool symmetric = true;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(-size_of(z));
    const V large = 1.0 / (1.0 + t), small = t * large, slope = small * large;
    const V f = z < 0.0 ? small : large;
    return {f, slope, slope - 2.0 * slope * f};
  }
};

// (1 + tanh z) / 2 is the logistic function of 2 z.
struct FitTanh {
  static constexpr char name[] = "tanh";
  static constexpr bool symmetric = true;
  static OGIVE_INLINE Jet at(V z) {
    const Jet j = FitSigmoid::at(2.0 * z);
    return {j.f, 2.0 * j.f1, 4.0 * j.f2};
  }
};

// e^-e^-z; beyond z = -6.5 the value is below e^-700 and counts as 0.
struct FitGompertz {
  static constexpr char name[] = "gompertz";
  static constexpr bool symmetric = false;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(-most(z, splat(-6.5)));
    const V f = exp_of(-t), slope = f * t;
    return {f, slope, slope * (t - 1.0)};
  }
};

// 1 - e^-e^z: the Gompertz curve upside down and backwards.
struct FitCloglog {
  static constexpr char name[] = "cloglog";
  static constexpr bool symmetric = false;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(least(z, splat(6.5)));
    const V rest = exp_of(-t), slope = rest * t;
    // 1 - e^-t loses its digits for small t, where the series takes over: the first term left out is t^9 / 9!
    V series = splat(1.0 / 40320);
    const double inverse[] = {5040, 720, 120, 24, 6, 2, 1};
    double sign = -1;
    series = -series;
    for (double d : inverse) {
      sign = -sign;
      series = series * t + sign / d;
    }
    return {t < 0.02 ? series * t : 1.0 - rest, slope, slope * (1.0 - t)};
  }
};

struct FitAlgebraic {
  static constexpr char name[] = "algebraic";
  static constexpr bool symmetric = true;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-1e100), splat(1e100));
    const V inverse = 1.0 / root(1.0 + c * c), size = size_of(c) * inverse;
    // the smaller side without cancellation: 1 - z/sqrt(1 + z^2) = 1/(s (s + z)) with s = sqrt(1 + z^2)
    const V small = 0.5 * inverse * inverse / (1.0 + size), slope = 0.5 * inverse * inverse * inverse;
    return {z < 0.0 ? small : 1.0 - small, slope, -3.0 * c * inverse * inverse * slope};
  }
};

// Functions of the C library, one lane at a time: correct everywhere, and still far from the slowest part of a
// screen.
struct FitArctan {
  static constexpr char name[] = "arctan";
  static constexpr bool symmetric = true;
  static OGIVE_INLINE Jet at(V z) {
    constexpr double inverse_pi = 0x1.45f306dc9c883p-2;
    const V c = clamp(z, splat(-1e100), splat(1e100));
    V f;
    for (int i = 0; i < lanes; ++i) f[i] = inverse_pi * __builtin_atan2(1.0, -c[i]);
    const V square = 1.0 / (1.0 + c * c), slope = inverse_pi * square;
    return {f, slope, -2.0 * c * square * slope};
  }
};

struct FitNormal {
  static constexpr char name[] = "normal";
  static constexpr bool symmetric = true;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-37), splat(37));
    V f;
    for (int i = 0; i < lanes; ++i) f[i] = 0.5 * __builtin_erfc(-0.70710678118654752440 * c[i]);
    const V slope = 0.39894228040143267794 * exp_of(-0.5 * c * c);
    return {f, slope, -c * slope};
  }
};

}  // namespace
