// Counts: binomial and Poisson likelihoods, and the asymptotes that they choose. Given the fractions the deviance is
// convex in the asymptotes, so that a search minimises over them first, as it does for squares (search.hpp).
#pragma once

#include "partials.hpp"

namespace {

// Half the deviance of one observation, its score, and its expected and observed information.
struct Terms {
  V half, score, expected, observed;
};

// y log(y/m), where y may be 0.
OGIVE_INLINE V entropy(V y, V m) { return y > 0.0 ? y * log_of((y > 0.0 ? y : m) / m) : V{}; }

OGIVE_INLINE Terms binomial_terms(V y, V trials, V mu) {
  const V p = clamp(mu, splat(1e-300), splat(1 - 1e-16)), rest = 1.0 - p, failed = 1.0 - y;
  const M possible = (mu > 1e-300) & (mu < 1 - 1e-16) & (trials > 0.0);
  const V known = possible ? trials : V{}, inner = possible ? p : splat(0.5);
  const V by_p = 1.0 / inner, by_rest = 1.0 / (1.0 - inner);
  const V expected = known * by_p * by_rest, observed = known * (y * by_p * by_p + failed * by_rest * by_rest);
  return {trials * (entropy(y, p) + entropy(failed, rest)), expected * (y - p), expected, observed};
}

OGIVE_INLINE Terms poisson_terms(V y, V present, V mu) {
  const V m = most(mu, splat(1e-300)), expected = present / m;
  return {present * (entropy(y, m) - (y - m)), expected * (y - m), expected, expected * y / m};
}

OGIVE_INLINE Terms terms_of(int likelihood, V y, V trials, V mu) {
  return likelihood == binomial_ ? binomial_terms(y, trials, mu) : poisson_terms(y, trials, mu);
}

// The counts of the lanes, as proportions of trials or as they are, and how far the curves have gone there.
struct Counts {
  int likelihood, depth;
  const double *y, *trials;
  const V *f, *rest;

  OGIVE_INLINE V responses(int j) const { return load(y + j * lanes); }
  OGIVE_INLINE V sizes(int j) const { return load(trials + j * lanes); }
  OGIVE_INLINE Terms terms(int j, V a, V b) const {
    return terms_of(likelihood, responses(j), sizes(j), height_of(a, b, {f[j], V{}, V{}, rest[j]}));
  }

  // The asymptotes that squares with rough weights would choose.
  Asymptotes roughly(const V* low, const V* high) const {
    V aa{}, ab{}, bb{}, ay{}, by{};
    for (int j = 0; j < depth; ++j) {
      const V p = (responses(j) * sizes(j) + 0.5) / (sizes(j) + 1.0);
      const V w = sizes(j) / (likelihood == binomial_ ? p * (1.0 - p) : responses(j) + 1.0), wy = w * responses(j);
      aa += w * rest[j] * rest[j], ab += w * rest[j] * f[j], bb += w * f[j] * f[j];
      ay += rest[j] * wy, by += f[j] * wy;
    }
    const V product = aa * bb, determinant = product - ab * ab;
    const M apart = determinant > 1e-12 * product;
    V a = clamp(apart ? (bb * ay - ab * by) / determinant : low[0], low[0], high[0]);
    const V b = clamp(bb > 0.0 ? (by - ab * a) / bb : low[1], low[1], high[1]);
    a = clamp(aa > 0.0 ? (ay - ab * b) / aa : a, low[0], high[0]);
    return {a, b, M{}, M{}};
  }

  // The best asymptotes within limits, from some: Newton's method, whose steps are shortened by what the self-
  // concordance of the likelihoods allows (Y. Nesterov, A. Nemirovskii, Interior-Point Polynomial Algorithms, 1994,
  // chapter 2), so that they need no looking back.
  void settle(Asymptotes& at, const V* low, const V* high) const {
    begin_inside(at.a, low[0], high[0]), begin_inside(at.b, low[1], high[1]);
    M done{};
    for (int step = 0; step < 60 && any(~done); ++step) {
      V pull_a{}, pull_b{}, aa{}, ab{}, bb{};
      for (int j = 0; j < depth; ++j) {
        const Terms t = terms(j, at.a, at.b);
        // where nothing is observed to bend, a trace of what is expected keeps steps finite
        const V bent = t.observed + 1e-7 * t.expected;
        pull_a += t.score * rest[j], pull_b += t.score * f[j];
        aa += bent * rest[j] * rest[j], ab += bent * rest[j] * f[j], bb += bent * f[j] * f[j];
      }
      done |= move(at, low, high, {pull_a, pull_b, aa, ab, bb}, done);
    }
  }

 private:
  struct Pull {
    V a, b, aa, ab, bb;  // the score, and the information
  };

  // An asymptote at its limit would keep others from moving: start a little inside.
  void begin_inside(V& value, V low, V high) const {
    const V top = likelihood == binomial_ ? high : least(most(value, splat(1)), high), inside = 1e-4 * (top - low);
    value = high > low ? clamp(value, low + inside, high - inside) : low;
  }

  // One step; returns the lanes for which it was the last one.
  static OGIVE_INLINE M move(Asymptotes& at, const V* low, const V* high, const Pull& pull, M done) {
    const M held_a =
        done | (low[0] >= high[0]) | ((at.a <= low[0]) & (pull.a <= 0.0)) | ((at.a >= high[0]) & (pull.a >= 0.0));
    const M held_b =
        done | (low[1] >= high[1]) | ((at.b <= low[1]) & (pull.b <= 0.0)) | ((at.b >= high[1]) & (pull.b >= 0.0));
    const V product = pull.aa * pull.bb, determinant = product - pull.ab * pull.ab;
    const M both = ~held_a & ~held_b & (determinant > 1e-13 * product), by_a = pull.aa >= pull.bb;
    const V one = pull.aa > 0.0 ? pull.a / pull.aa : V{}, other = pull.bb > 0.0 ? pull.b / pull.bb : V{};
    const V inverse = 1.0 / (both ? determinant : splat(1));
    V way_a = both ? (pull.bb * pull.a - pull.ab * pull.b) * inverse : held_a | (~held_b & ~by_a) ? V{} : one;
    V way_b = both ? (pull.aa * pull.b - pull.ab * pull.a) * inverse : held_b | (~held_a & by_a) ? V{} : other;
    const V gain = pull.a * way_a + pull.b * way_b, decrement = root(most(gain, V{}));
    const V shorter = decrement > 0.25 ? 1.0 / (1.0 + decrement) : splat(1);
    const V a = clamp(at.a + shorter * way_a, low[0], high[0]), b = clamp(at.b + shorter * way_b, low[1], high[1]);
    // what is cut short takes the other one along
    const M cut_a = ~held_a & (a != at.a + shorter * way_a), cut_b = ~held_b & ~cut_a & (b != at.b + shorter * way_b);
    const V along_a = at.a + (pull.a - pull.ab * (b - at.b)) / pull.aa;
    const V along_b = at.b + (pull.b - pull.ab * (a - at.a)) / pull.bb;
    at.a = cut_b & ~held_a & (pull.aa > 0.0) ? clamp(along_a, low[0], high[0]) : a;
    at.b = cut_a & ~held_b & (pull.bb > 0.0) ? clamp(along_b, low[1], high[1]) : b;
    return ~(gain > 1e-13) & ~cut_a & ~cut_b;
  }
};

// What is left of the Hessian in all parameters once those asymptotes that are not held follow the rest.
template <int n>
OGIVE_INLINE Symmetric<n> without_asymptotes(const Symmetric<n + 2>& all, M held_a, M held_b) {
  const V aa = all(0, 0), ab = all(0, 1), bb = all(1, 1), product = aa * bb, determinant = product - ab * ab;
  const M both = ~held_a & ~held_b & (aa > 0.0) & (determinant > 1e-13 * product);
  const M only_a = ~both & ~held_a & (held_b | (aa >= bb)) & (aa > 0.0);
  const M only_b = ~both & ~only_a & ~held_b & (bb > 0.0);
  const V inverse = 1.0 / (both ? determinant : splat(1));
  V of_aa = only_a ? 1.0 / aa : V{}, of_bb = only_b ? 1.0 / bb : V{};
  of_aa = both ? bb * inverse : of_aa, of_bb = both ? aa * inverse : of_bb;
  const V of_ab = both ? -ab * inverse : V{};
  Symmetric<n> left;
  for (int i = 0; i < n; ++i)
    for (int j = i; j < n; ++j) {
      const V ai = all(0, 2 + i), bi = all(1, 2 + i), aj = all(0, 2 + j), bj = all(1, 2 + j);
      left(i, j) = all(2 + i, 2 + j) - (of_aa * ai * aj + of_ab * (ai * bj + bi * aj) + of_bb * bi * bj);
    }
  return left;
}

}  // namespace
