// Every S-shape that curves are made of, scaled to run from 0 to 1: value, slope and second derivative in one pass.
//
// A search needs no last bit (2 ULP do), and what it ends with is evaluated the same way for all curves; the
// exponential, and the division it saves, are shared by the three outputs. The areas follow in finish.hpp. Of a rough
// shape, without symmetry or with long tails, sums of squares have minima that a grid does not resolve (grid.hpp).
#pragma once

#include "lanes.hpp"

namespace {

constexpr double inverse_pi = 0x1.45f306dc9c883p-2;

// `rest` is what the value lacks of 1, to its last digits where that is next to nothing.
struct Jet {
  V f, f1, f2, rest;
};

// The larger one of a value and its rest follows from the smaller one.
OGIVE_INLINE Jet from_smaller(V z, V small, V f1, V f2) {
  const V large = 1.0 - small;
  return {z < 0.0 ? small : large, f1, f2, z < 0.0 ? large : small};
}

// 1 - e^-t for t >= 0: small t lose their digits, and the series takes over; its first term left out is t^9 / 9!
OGIVE_INLINE V lacking(V t, V decay) {
  V series = splat(-1.0 / 40320);
  const double inverse[] = {5040, 720, 120, 24, 6, 2, 1};
  double sign = -1;
  for (double d : inverse) {
    sign = -sign;
    series = series * t + sign / d;
  }
  return t < 0.02 ? series * t : 1.0 - decay;
}

struct FitSigmoid {
  static constexpr char name[] = "sigmoid";
  static constexpr bool rough = false;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(-size_of(z));
    const V large = 1.0 / (1.0 + t), small = t * large, slope = small * large;
    const V f = z < 0.0 ? small : large;
    return {f, slope, slope - 2.0 * slope * f, z < 0.0 ? large : small};
  }
};

// (1 + tanh z) / 2 is the logistic function of 2 z.
struct FitTanh {
  static constexpr char name[] = "tanh";
  static constexpr bool rough = false;
  static OGIVE_INLINE Jet at(V z) {
    const Jet j = FitSigmoid::at(2.0 * z);
    return {j.f, 2.0 * j.f1, 4.0 * j.f2, j.rest};
  }
};

// e^-e^-z; beyond z = -6.5 the value is below e^-700 and counts as 0.
struct FitGompertz {
  static constexpr char name[] = "gompertz";
  static constexpr bool rough = true;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(-most(z, splat(-6.5)));
    const V f = exp_of(-t), slope = f * t;
    return {f, slope, slope * (t - 1.0), lacking(t, f)};
  }
};

// 1 - e^-e^z: the Gompertz curve upside down and backwards.
struct FitCloglog {
  static constexpr char name[] = "cloglog";
  static constexpr bool rough = true;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(least(z, splat(6.5)));
    const V rest = exp_of(-t), slope = rest * t;
    return {lacking(t, rest), slope, slope * (1.0 - t), rest};
  }
};

struct FitAlgebraic {
  static constexpr char name[] = "algebraic";
  static constexpr bool rough = true;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-1e100), splat(1e100));
    const V inverse = 1.0 / root(1.0 + c * c), size = size_of(c) * inverse;
    // the smaller side without cancellation: 1 - z/sqrt(1 + z^2) = 1/(s (s + z)) with s = sqrt(1 + z^2)
    const V small = 0.5 * inverse * inverse / (1.0 + size), slope = 0.5 * inverse * inverse * inverse;
    return from_smaller(z, small, slope, -3.0 * c * inverse * inverse * slope);
  }
};

// z / (1 + |z|).
struct FitSoftsign {
  static constexpr char name[] = "softsign";
  static constexpr bool rough = true;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-1e100), splat(1e100)), inverse = 1.0 / (1.0 + size_of(c));
    const V slope = 0.5 * inverse * inverse, bend = 2.0 * slope * inverse;
    return from_smaller(z, 0.5 * inverse, slope, z < 0.0 ? bend : -bend);
  }
};

// Functions of the C library, one lane at a time: correct everywhere, and still far from the slowest part of a
// screen. Each is asked for the smaller side.
struct FitArctan {
  static constexpr char name[] = "arctan";
  static constexpr bool rough = true;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-1e100), splat(1e100)), size = size_of(c);
    V small;
    for (int i = 0; i < lanes; ++i) small[i] = inverse_pi * __builtin_atan2(1.0, size[i]);
    const V square = 1.0 / (1.0 + c * c), slope = inverse_pi * square;
    return from_smaller(z, small, slope, -2.0 * c * square * slope);
  }
};

// (pi/2 + 2 atan(tanh(z/2))) / pi, which is 2 atan(e^z) / pi.
struct FitGudermannian {
  static constexpr char name[] = "gudermannian";
  static constexpr bool rough = false;
  static OGIVE_INLINE Jet at(V z) {
    const V t = exp_of(-size_of(z)), inverse = 1.0 / (1.0 + t * t), slope = 2.0 * inverse_pi * t * inverse;
    V small;
    for (int i = 0; i < lanes; ++i) small[i] = 2.0 * inverse_pi * __builtin_atan(t[i]);
    const V bend = slope * (1.0 - t * t) * inverse;
    return from_smaller(z, small, slope, z < 0.0 ? bend : -bend);
  }
};

struct FitNormal {
  static constexpr char name[] = "normal";
  static constexpr bool rough = false;
  static OGIVE_INLINE Jet at(V z) {
    const V c = clamp(z, splat(-37), splat(37)), size = size_of(c);
    V small;
    for (int i = 0; i < lanes; ++i) small[i] = 0.5 * __builtin_erfc(0.70710678118654752440 * size[i]);
    const V slope = 0.39894228040143267794 * exp_of(-0.5 * c * c);
    return from_smaller(z, small, slope, -c * slope);
  }
};

// ---- A shape to a power ------------------------------------------------------------------------------------------

// log f to its last digits, also next to 1: W. Kahan's way with a rounded 1 + x.
OGIVE_INLINE V log_of_fraction(V f, V rest) {
  const V near = 1.0 - rest, way = near - 1.0;
  return f < 0.5 ? log_of(most(f, splat(1e-300))) : way == 0.0 ? -rest : log_of(near) * (-rest / way);
}

// The rest of a shape to a power is left out (as 0) where nobody asks for it.
template <bool whole>
OGIVE_INLINE Jet raised(const Jet& j, V power) {
  const V s = most(j.f, splat(1e-300)), rate = j.f1 / s, value = exp_of(power * log_of(s));
  V rest{};
  if constexpr (whole) {
    // 1 - e^fall, in the same way
    const V fall = power * log_of_fraction(j.f, j.rest), e = exp_of(fall);
    const V back = log_of(most(e, splat(1e-300)));
    rest = e == 1.0 ? -fall : fall < -1.0 ? 1.0 - e : (1.0 - e) * (fall / back);
  }
  return {value, power * value * rate, power * value * ((power - 1.0) * rate * rate + j.f2 / s), rest};
}

}  // namespace
