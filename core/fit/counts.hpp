// Counts: binomial and Poisson likelihoods, from where weighted squares have led.
//
// Damped steps in all parameters at once, with the Hessian of the deviance where it is positive definite and the
// Fisher information elsewhere. The asymptotes are no longer linear, and their natural limits are those of a
// probability or of a mean count.
#pragma once

#include "search.hpp"
#include "settle.hpp"

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
  const V expected = possible ? trials / (p * rest) : V{};
  const V inner = possible ? p : splat(0.5), other = 1.0 - inner;
  const V observed = possible ? trials * (y / (inner * inner) + failed / (other * other)) : V{};
  return {trials * (entropy(y, p) + entropy(failed, rest)), expected * (y - p), expected, observed};
}

OGIVE_INLINE Terms poisson_terms(V y, V present, V mu) {
  const V m = most(mu, splat(1e-300));
  return {present * (entropy(y, m) - (y - m)), present * (y - m) / m, present / m, present * y / (m * m)};
}

template <class Shape, int n>
struct Counts {
  static constexpr int size = n + 2;  // lower, upper, midpoint, steepness, exponent
  struct Local : Slopes<size> {
    V f;
  };

  Search<Shape, n>& search;
  const ogive::BatchModel& model;

  Counts(Search<Shape, n>& search_, const ogive::BatchModel& model_) : search(search_), model(model_) {}

  V theta[size], low[size], high[size], tried[size], span, damping, steps;
  M done, converged;
  Local now, next;

  OGIVE_INLINE Terms terms(V y, V t, V mu) const {
    return model.likelihood == binomial_ ? binomial_terms(y, t, mu) : poisson_terms(y, t, mu);
  }

  void evaluate(Local& at) {
    const V m = tried[midpoint_], k = tried[steepness_], d = tried[upper_] - tried[lower_];
    search.fractions(m, k, n == 3 ? exp_of(tried[size - 1]) : splat(1), splat(0.5));
    at = Local{};
    for (int j = 0; j < search.depth; ++j) {
      const V f = search.f[j], f1 = search.d1[j], f2 = search.d2[j], v = load(search.g + j * lanes) - m;
      const Terms t = terms(load(search.y + j * lanes), load(search.w + j * lanes), tried[lower_] + d * f);
      at.f += t.half;
      at.add(partials<n == 3>(k, d, v, f, f1, f2), t.score, t.observed, t.expected);
    }
  }

  void begin(const Curve* curves, int count) {
    for (int l = 0; l < lanes; ++l) {
      const Curve& c = curves[l < count ? l : 0];
      const double values[] = {c.a + c.mean, c.b + c.mean, c.theta[0], c.sign * c.theta[1], c.theta[2]};
      for (int i = 0; i < size; ++i) {
        const double shift = i < 2 ? c.mean : 0;
        low[i][l] = c.low[i] + shift, high[i][l] = c.high[i] + shift;
        theta[i][l] = values[i];
      }
      // a search keeps its side of steepness 0
      const double flat = flattest(c);
      if (c.sign > 0 && low[3][l] < flat && high[3][l] > flat) low[3][l] = flat;
      if (c.sign < 0 && high[3][l] > -flat && low[3][l] < -flat) high[3][l] = -flat;
      span[l] = c.last - c.first;
    }
    damping = splat(1e-3), steps = V{}, done = converged = M{};
    for (int i = 0; i < size; ++i) theta[i] = tried[i] = clamp(theta[i], low[i], high[i]);
  }

  void free_asymptotes() {
    // an asymptote at its limit would keep others from moving: start a little inside
    for (int i = 0; i < 2; ++i) {
      const V top = model.likelihood == binomial_ ? high[i] : most(theta[i], splat(1)),
              inside = 1e-4 * (top - low[i]);
      theta[i] = high[i] > low[i] ? clamp(theta[i], low[i] + inside, high[i] - inside) : low[i];
    }
    for (int i = 0; i < 2; ++i) tried[i] = theta[i];
  }

  void run(Curve* curves, int count) {
    begin(curves, count);
    free_asymptotes();
    go();
    keep(curves, count, 0);
    const Settle rules{model, search.points};
    for (int i = 0; i < count; ++i) curves[i].pins = 0;
    for (int which = 0; which < 3; ++which) settle(rules, which, curves, count);
  }

  void go() {
    evaluate(now);
    for (int step = 0; step < max_steps && any(~done); ++step) {
      V promise;
      const M closing = aim(promise);
      evaluate(next);
      judge(promise, closing);
    }
  }

  // What runs off to infinity goes to its limit (see settle.hpp).
  void settle(const Settle& rules, int which, Curve* curves, int count) {
    begin(curves, count);
    done = ~M{};
    for (int l = 0; l < count; ++l) {
      Start start;
      if (curves[l].told || curves[l].pins || curves[l].f < 1e-15 || !rules.attempt(which, curves[l], l, start))
        continue;
      if (which == 2) follow(l, curves[l], start.midpoint);
      theta[midpoint_][l] = start.midpoint, theta[steepness_][l] = start.steepness;
      for (int i = midpoint_; i <= steepness_; ++i)
        if (start.pins & (i == midpoint_ ? pin_midpoint : pin_steepness)) low[i][l] = high[i][l] = theta[i][l];
      curves[l].pins = start.pins, done[l] = 0;
    }
    if (!any(~done)) return;
    for (int i = 0; i < size; ++i) tried[i] = theta[i] = clamp(theta[i], low[i], high[i]);
    const M tries = ~done;
    go();
    keep(curves, count, bits_of(tries));
  }

  // Move the asymptote beyond the places so that the curve keeps its height at the nearest of them.
  void follow(int l, const Curve& c, double midpoint) {
    const double edge = c.theta[0] < c.first ? c.first : c.last, k = theta[steepness_][l];
    const bool of_lower = (c.theta[0] < c.first) == (k > 0);
    const double before = share(k * (edge - c.theta[0]), of_lower), after = share(k * (edge - midpoint), of_lower);
    const double d = (theta[upper_][l] - theta[lower_][l]) * before / (after > 1e-300 ? after : 1e-300);
    if (of_lower)
      theta[lower_][l] = theta[upper_][l] - d;
    else
      theta[upper_][l] = theta[lower_][l] + d;
  }

  static double share(double z, bool of_lower) {
    const double f = Shape::at(splat(z)).f[0];
    return of_lower ? 1 - f : f;
  }

  // Say where to go next; returns the lanes for which that is the last step.
  M aim(V& promise) {
    M held[size], definite, sound;
    V down[size], bare[size], delta[size];
    for (int i = 0; i < size; ++i) {
      held[i] = (low[i] >= high[i]) | ((theta[i] <= low[i]) & (now.gradient[i] >= 0.0)) |
                ((theta[i] >= high[i]) & (now.gradient[i] <= 0.0));
      down[i] = -now.gradient[i];
    }
    solve<size>(now.observed, down, held, bare, definite);
    V gain{};
    for (int i = 0; i < size; ++i) gain += 0.5 * down[i] * (held[i] ? V{} : bare[i]);
    const M newton = definite & ((damping <= 1e-6) | (gain <= 1e-6));
    Symmetric<size> matrix = now.expected;
    for (int i = 0; i < size; ++i) matrix(i, i) += most(damping, splat(1e-9)) * now.expected(i, i) + 1e-12;
    solve<size>(matrix, down, held, delta, sound);
    promise = V{};
    for (int i = 0; i < size; ++i) {
      const V go = held[i] ? V{} : newton ? bare[i] : delta[i];
      promise += 0.5 * down[i] * go;
      delta[i] = go;
    }
    move(delta);
    return newton & (gain <= 1e-11);
  }

  void move(const V* delta) {
    const V k = theta[steepness_], size_k = size_of(k), reach = 0.5 * span;
    tried[lower_] = theta[lower_] + delta[lower_], tried[upper_] = theta[upper_] + delta[upper_];
    tried[midpoint_] = theta[midpoint_] + clamp(delta[midpoint_], -reach, reach);
    tried[steepness_] = k + clamp(delta[steepness_], -0.75 * size_k, 3.0 * size_k);
    if constexpr (n == 3) tried[4] = theta[4] + clamp(delta[4], splat(-1), splat(1));
    for (int i = 0; i < size; ++i) tried[i] = done ? theta[i] : clamp(tried[i], low[i], high[i]);
  }

  void judge(V promise, M closing) {
    const M better = ~done & finite(next.f) & (next.f <= now.f + 1e-13 * now.f + (promise < 1e-8 ? 1e-12 : 0.0));
    const M failed = ~done & ~better;
    steps += done ? V{} : splat(1);
    for (int i = 0; i < size; ++i) {
      theta[i] = better ? tried[i] : theta[i];
      now.gradient[i] = better ? next.gradient[i] : now.gradient[i];
    }
    now.f = better ? next.f : now.f;
    for (int i = 0; i < size * (size + 1) / 2; ++i) {
      now.observed.at[i] = better ? next.observed.at[i] : now.observed.at[i];
      now.expected.at[i] = better ? next.expected.at[i] : now.expected.at[i];
    }
    damping = better ? most(0.1 * damping, splat(1e-12)) : most(8.0 * damping, splat(1e-2));
    const M arrived = (better & closing) | (failed & (promise <= 1e-9)) | (better & (promise <= 1e-13));
    converged |= ~done & arrived;
    done |= arrived | (failed & (damping > 1e12));
  }

  // Keep what was found; of what was tried (as bits of lanes) only what costs next to nothing.
  void keep(Curve* curves, int count, unsigned tries) const {
    for (int l = 0; l < count; ++l) {
      Curve& c = curves[l];
      if (tries && !(tries >> l & 1)) continue;
      const double cost = c.pins & pin_steepness ? 1e-9 : 1e-7;
      if (tries && !(now.f[l] <= c.f * (1 + cost))) {
        c.pins = 0;
        continue;
      }
      c.a = theta[lower_][l] - c.mean, c.b = theta[upper_][l] - c.mean, c.theta[0] = theta[midpoint_][l];
      c.sign = theta[steepness_][l] < 0 ? -1 : 1, c.theta[1] = theta[steepness_][l] * c.sign;
      if (n == 3) c.theta[2] = theta[size - 1][l];
      c.f = now.f[l], c.steps += int(steps[l]), c.converged = converged[l] != 0;
    }
  }
};

}  // namespace
