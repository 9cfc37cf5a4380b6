// How the height of a curve at a point changes with its five parameters: first and second derivatives, by the chain
// rule from the fraction and its derivatives in z.
#pragma once

#include "curve.hpp"
#include "shapes.hpp"

namespace {

// A symmetric matrix by its upper triangle.
template <int n>
struct Symmetric {
  V at[n * (n + 1) / 2];
  static constexpr int place(int i, int j) { return i <= j ? i * n - i * (i - 1) / 2 + j - i : place(j, i); }
  OGIVE_INLINE V& operator()(int i, int j) { return at[place(i, j)]; }
  OGIVE_INLINE V operator()(int i, int j) const { return at[place(i, j)]; }
};

struct Partials {
  V first[parameters];
  Symmetric<parameters> second;
};

// At v from the midpoint, with d the distance of the asymptotes; `powered` where there is an exponent, whose
// logarithm is the parameter.
template <bool powered>
OGIVE_INLINE Partials partials(V k, V d, V v, const Jet& jet) {
  const V f = jet.f, f1 = jet.f1, f2 = jet.f2;
  Partials p{{jet.rest, f, -k * d * f1, d * v * f1, V{}}, {}};
  Symmetric<parameters>& s = p.second;
  s(lower_, midpoint_) = k * f1, s(upper_, midpoint_) = -k * f1;
  s(lower_, steepness_) = -v * f1, s(upper_, steepness_) = v * f1;
  s(midpoint_, midpoint_) = d * k * k * f2;
  s(midpoint_, steepness_) = -d * (f1 + k * v * f2);
  s(steepness_, steepness_) = d * v * v * f2;
  if constexpr (powered) {
    const V log = log_of_fraction(f, jet.rest), grows = d * (1.0 + log);
    p.first[asymmetry_] = d * f * log;
    s(lower_, asymmetry_) = -f * log, s(upper_, asymmetry_) = f * log;
    s(midpoint_, asymmetry_) = -k * f1 * grows, s(steepness_, asymmetry_) = v * f1 * grows;
    s(asymmetry_, asymmetry_) = f * log * grows;
  }
  return p;
}

// Half a deviance by its first `size` parameters: gradient, and second derivatives as observed and as expected.
template <int size>
struct Slopes {
  V gradient[size];
  Symmetric<size> observed, expected;

  // Add one observation, with its score and its observed and expected information.
  OGIVE_INLINE void add(const Partials& p, V score, V seen, V due) {
    for (int i = 0; i < size; ++i) {
      gradient[i] -= score * p.first[i];
      for (int h = i; h < size; ++h) {
        const V square = p.first[i] * p.first[h];
        expected(i, h) += due * square;
        observed(i, h) += seen * square - score * p.second(i, h);
      }
    }
  }
};

// The height between two asymptotes, measured from the nearer one: a far one costs no digits.
OGIVE_INLINE V height_of(V lower, V upper, const Jet& j) {
  const V d = upper - lower;
  return j.f <= j.rest ? lower + d * j.f : upper - d * j.rest;
}

}  // namespace
