// Every S-shape that curves are made of, scaled to run from 0 to 1: value, slope and second derivative in one pass.
//
// A search needs no last bit (2 ULP do), and what it ends with is evaluated the same way for all curves; the
// exponential, and the division it saves, are shared by the three outputs. The search is compiled once, for all
// shapes, and calls the one it fits through a pointer for a whole row of points (`Shape`): a search compiled for each
// shape is no faster, and takes eight times as long to compile.
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

OGIVE_INLINE Jet sigmoid_jet(V z) {
  const V t = exp_of(-size_of(z));
  const V large = 1.0 / (1.0 + t), small = t * large, slope = small * large;
  const V f = z < 0.0 ? small : large;
  return {f, slope, slope - 2.0 * slope * f, z < 0.0 ? large : small};
}

// (1 + tanh z) / 2 is the logistic function of 2 z.
OGIVE_INLINE Jet tanh_jet(V z) {
  const Jet j = sigmoid_jet(2.0 * z);
  return {j.f, 2.0 * j.f1, 4.0 * j.f2, j.rest};
}

// e^-e^-z; beyond z = -6.5 the value is below e^-700 and counts as 0.
OGIVE_INLINE Jet gompertz_jet(V z) {
  const V t = exp_of(-most(z, splat(-6.5)));
  const V f = exp_of(-t), slope = f * t;
  return {f, slope, slope * (t - 1.0), lacking(t, f)};
}

// 1 - e^-e^z: the Gompertz curve upside down and backwards.
OGIVE_INLINE Jet cloglog_jet(V z) {
  const V t = exp_of(least(z, splat(6.5)));
  const V rest = exp_of(-t), slope = rest * t;
  return {lacking(t, rest), slope, slope * (1.0 - t), rest};
}

OGIVE_INLINE Jet algebraic_jet(V z) {
  const V c = clamp(z, splat(-1e100), splat(1e100));
  const V inverse = 1.0 / root(1.0 + c * c), size = size_of(c) * inverse;
  // the smaller side without cancellation: 1 - z/sqrt(1 + z^2) = 1/(s (s + z)) with s = sqrt(1 + z^2)
  const V small = 0.5 * inverse * inverse / (1.0 + size), slope = 0.5 * inverse * inverse * inverse;
  return from_smaller(z, small, slope, -3.0 * c * inverse * inverse * slope);
}

// z / (1 + |z|).
OGIVE_INLINE Jet softsign_jet(V z) {
  const V c = clamp(z, splat(-1e100), splat(1e100)), inverse = 1.0 / (1.0 + size_of(c));
  const V slope = 0.5 * inverse * inverse, bend = 2.0 * slope * inverse;
  return from_smaller(z, 0.5 * inverse, slope, z < 0.0 ? bend : -bend);
}

// Functions of the C library, one lane at a time: correct everywhere, and still far from the slowest part of a
// screen. Each is asked for the smaller side.
OGIVE_INLINE Jet arctan_jet(V z) {
  const V c = clamp(z, splat(-1e100), splat(1e100)), size = size_of(c);
  V small;
  for (int i = 0; i < lanes; ++i) small[i] = inverse_pi * __builtin_atan2(1.0, size[i]);
  const V square = 1.0 / (1.0 + c * c), slope = inverse_pi * square;
  return from_smaller(z, small, slope, -2.0 * c * square * slope);
}

// (pi/2 + 2 atan(tanh(z/2))) / pi, which is 2 atan(e^z) / pi.
OGIVE_INLINE Jet gudermannian_jet(V z) {
  const V t = exp_of(-size_of(z)), inverse = 1.0 / (1.0 + t * t), slope = 2.0 * inverse_pi * t * inverse;
  V small;
  for (int i = 0; i < lanes; ++i) small[i] = 2.0 * inverse_pi * __builtin_atan(t[i]);
  const V bend = slope * (1.0 - t * t) * inverse;
  return from_smaller(z, small, slope, z < 0.0 ? bend : -bend);
}

OGIVE_INLINE Jet normal_jet(V z) {
  const V c = clamp(z, splat(-37), splat(37)), size = size_of(c);
  V small;
  for (int i = 0; i < lanes; ++i) small[i] = 0.5 * __builtin_erfc(0.70710678118654752440 * size[i]);
  const V slope = 0.39894228040143267794 * exp_of(-0.5 * c * c);
  return from_smaller(z, small, slope, -c * slope);
}

// ---- Areas -------------------------------------------------------------------------------------------------------

// The integral of a shape up to z, but for a constant: where it has a closed form, the mean height has.
OGIVE_INLINE V softplus(V z) { return most(z, V{}) + log_of(1.0 + exp_of(-size_of(z))); }

OGIVE_INLINE V sigmoid_area(V z) { return softplus(z); }
OGIVE_INLINE V tanh_area(V z) { return 0.5 * softplus(2.0 * z); }
OGIVE_INLINE V algebraic_area(V z) { return 0.5 * (z + root(1.0 + z * z)); }

OGIVE_INLINE V softsign_area(V z) {
  const V size = size_of(z);
  return 0.5 * (z + size - log_of(1.0 + size));
}

OGIVE_INLINE V normal_area(V z) {
  const Jet j = normal_jet(z);
  return z * j.f + j.f1;
}

// ---- The table ---------------------------------------------------------------------------------------------------

// A row of jets, one array for each part.
struct Jets {
  V *f, *f1, *f2, *rest;
};

// At k (g - m), for a row of places g.
template <Jet (*jet)(V)>
void jets(const double* g, V m, V k, int count, const Jets& to) {
  for (int j = 0; j < count; ++j) {
    const Jet at = jet(k * (load(g + j * lanes) - m));
    to.f[j] = at.f, to.f1[j] = at.f1, to.f2[j] = at.f2, to.rest[j] = at.rest;
  }
}

// Arguments give way to the values there.
template <Jet (*jet)(V)>
void values(V* z, int count) {
  for (int j = 0; j < count; ++j) z[j] = jet(z[j]).f;
}

// Of a rough shape, without symmetry or with long tails, sums of squares have minima that a grid does not resolve
// (grid.hpp).
struct Shape {
  const char* name;
  bool rough;
  void (*jets)(const double* g, V m, V k, int count, const Jets& to);
  void (*values)(V* z, int count);
  V (*area)(V z);  // null where there is no closed form
};

template <Jet (*jet)(V)>
constexpr Shape shape(const char* name, bool rough, V (*area)(V) = nullptr) {
  return {name, rough, &jets<jet>, &values<jet>, area};
}

constexpr bool smooth = false, rough = true;
constexpr Shape shapes[] = {
    shape<sigmoid_jet>("sigmoid", smooth, sigmoid_area),
    shape<tanh_jet>("tanh", smooth, tanh_area),
    shape<normal_jet>("normal", smooth, normal_area),
    shape<gompertz_jet>("gompertz", rough),
    shape<cloglog_jet>("cloglog", rough),
    shape<arctan_jet>("arctan", rough),
    shape<algebraic_jet>("algebraic", rough, algebraic_area),
    shape<softsign_jet>("softsign", rough, softsign_area),
    shape<gudermannian_jet>("gudermannian", smooth),
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

// Arguments give way to the values there of a shape to a power.
inline void fractions(const Shape& shape, V power, bool powered, V* z, int count) {
  shape.values(z, count);
  for (int j = 0; powered && j < count; ++j) z[j] = exp_of(power * log_of(most(z[j], splat(1e-300))));
}

}  // namespace
