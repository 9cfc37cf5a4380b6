// The search: damped Newton steps in midpoint, steepness and exponent, with the asymptotes solved for at every step.
//
// The argument of the shape is linear in the steepness k and in k times the midpoint: in these the long valleys of
// steep curves, where one point fixes k (g - midpoint) and nothing else, are straight, and a step follows them to
// their end. Minimising over the asymptotes first (variable projection: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal.
// 10 (1973) 413-432) leaves two or three variables, and keeps the limits of the asymptotes exactly. The matrix of a
// step is the Hessian of what is left where it is positive definite, else its part without second derivatives; the
// damping follows H. B. Nielsen, Damping parameter in Marquardt's method, IMM-REP-1999-05. A lane that has finished
// takes up the next start at once.
#pragma once

#include "counts.hpp"

namespace {

constexpr int max_steps = 500;
constexpr double same_minimum = 1e-12;  // by how much of themselves two minima differ that are one

// Solve by Cholesky's method where `held` variables stay; `sound` where the matrix is positive definite in the rest.
template <int n>
OGIVE_INLINE void solve(const Symmetric<n>& matrix, const V* right, const M* held, V* solution, M& sound,
                        double enough = 1e-11) {
  V lower[n][n], inverse[n], y[n];
  sound = ~M{};
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j <= i; ++j) {
      V sum = held[i] | held[j] ? splat(i == j) : matrix(j, i);
      const V whole = sum;
      for (int k = 0; k < j; ++k) sum -= lower[i][k] * lower[j][k];
      if (i == j) {
        const M good = sum > enough * whole;
        sound &= good;
        inverse[i] = 1.0 / root(good ? sum : splat(1));
      } else {
        lower[i][j] = sum * inverse[j];
      }
    }
    V sum = held[i] ? V{} : right[i];
    for (int k = 0; k < i; ++k) sum -= lower[i][k] * y[k];
    y[i] = sum * inverse[i];
  }
  for (int i = n - 1; i >= 0; --i) {
    V sum = y[i];
    for (int k = i + 1; k < n; ++k) sum -= lower[k][i] * solution[k];
    solution[i] = sum * inverse[i];
  }
}

// The same for two variables, where Cramer's rule needs one division.
OGIVE_INLINE void solve(const Symmetric<2>& matrix, const V* right, const M* held, V* solution, M& sound) {
  const V a = held[0] ? splat(1) : matrix.at[0], c = held[1] ? splat(1) : matrix.at[2];
  const V b = held[0] | held[1] ? V{} : matrix.at[1], product = a * c, determinant = product - b * b;
  sound = (a > 0.0) & (determinant > 1e-11 * product);
  const V inverse = 1.0 / (sound ? determinant : splat(1));
  const V first = held[0] ? V{} : right[0], second = held[1] ? V{} : right[1];
  solution[0] = (c * first - b * second) * inverse;
  solution[1] = (a * second - b * first) * inverse;
}

// Whether nothing is to be learnt beyond a Newton step: each squares what is left of the minimum, by a factor that
// the step before tells, and what this one leaves is a billionth of a standard error. Steps that gain nearly as much
// as the one before creep towards infinity, where the end is settled otherwise. `unit`: what f is counted in.
OGIVE_INLINE M is_last(V promise, V former, V unit) {
  const V ratio = promise / former, left = promise * ratio * ratio;
  return (promise <= 1e-11 * unit) & ((left <= 1e-19 * unit) | ((ratio > 0.05) & (promise <= 1e-13 * unit)));
}

template <int n>  // n: 2, or 3 with an exponent
struct Search {
  struct Local {
    V f, mean;  // half the sum of squares or the deviance, the mean of the fraction
    V gradient[n];
    Symmetric<n> full, gauss;  // the Hessian of what the asymptotes leave, with and without second derivatives
    Asymptotes asymptotes;
  };

  const ogive::BatchModel& model;
  const Shape& shape = shapes[model.shape];
  const bool counted = model.likelihood != normal_;
  Curve* curves;
  Points points;
  const Start* starts = nullptr;

  double *g, *y, *w;  // the points of the lanes, a register each; of counts, w holds the trials
  V *f, *d1, *d2;     // the fraction there, and its derivatives in z
  V* rest;            // what the fraction lacks of 1, where it was asked for
  V weight, inverse_weight, shift, low[parameters], high[parameters], sign, floor;
  V low_n[n], high_n[n], theta[n], tried[n], span;
  V damping, growth, promise, former, steps, predicted, best;
  M first, closing;
  M certain, patient;  // where the Hessian is positive definite, and starts that wait for that
  int depth = 0, filled[lanes], job[lanes];
  Local now, next;

  Search(const ogive::BatchModel& model_, Curve* curves_, Points points_, int capacity, double* room)
      : model(model_), curves(curves_), points(points_) {
    const std::int64_t row = std::int64_t(capacity) * lanes;
    g = room, y = room + row, w = room + 2 * row;
    f = reinterpret_cast<V*>(room + 3 * row);
    d1 = f + capacity, d2 = d1 + capacity, rest = d2 + capacity;
    prepare();
  }

  void prepare() {
    weight = inverse_weight = splat(1), shift = V{}, first = ~M{}, closing = certain = patient = M{}, sign = splat(1),
    span = splat(1), best = splat(__builtin_inf());
    for (int l = 0; l < lanes; ++l) filled[l] = 0, job[l] = -1;
    for (int i = 0; i < parameters; ++i) low[i] = splat(-1), high[i] = splat(1);
    for (int i = 0; i < n; ++i) low_n[i] = splat(-1), high_n[i] = splat(1), tried[i] = theta[i] = V{};
    damping = splat(1), growth = splat(2), promise = former = splat(1), steps = V{}, predicted = floor = V{};
    now = Local{};
    next = Local{};
  }

  void fill(int l, int from, int to) {
    for (int j = from; j < to; ++j) g[j * lanes + l] = y[j * lanes + l] = w[j * lanes + l] = 0;
    filled[l] = to > filled[l] ? to : filled[l];
  }

  // Put the points of a curve into a lane. Squares are about the mean; counts have a level of their own.
  void spread(const Curve& c, int l) {
    shift[l] = counted ? c.mean : 0, weight[l] = c.weight, inverse_weight[l] = 1 / c.weight, filled[l] = c.n;
    for (int j = 0; j < c.n; ++j) {
      g[j * lanes + l] = points.g[c.start + j];
      y[j * lanes + l] = points.y[c.start + j] + shift[l];
      w[j * lanes + l] = (counted ? points.t : points.w)[c.start + j];
    }
    fill(l, c.n, depth);
  }

  // Put a start into a lane.
  void take(int l, int index) {
    const Start& s = starts[index];
    const Curve& c = curves[s.curve];
    job[l] = index;
    depth = c.n > depth ? c.n : depth;
    spread(c, l);
    for (int other = 0; other < lanes; ++other)
      if (filled[other] < depth) fill(other, filled[other], depth);
    now.mean[l] = c.told || s.pins ? c.centre : 0.5, span[l] = c.last - c.first, sign[l] = s.steepness < 0 ? -1 : 1;
    floor[l] = rounding(c, model.likelihood), best[l] = c.before;
    for (int i = 0; i < 2; ++i) low[i][l] = c.low[i] + shift[l], high[i][l] = c.high[i] + shift[l];
    limits(l, c, s);
    const double from[] = {s.midpoint, s.steepness * sign[l], s.power};
    for (int i = 0; i < n; ++i) {
      const double t = from[i] < low_n[i][l] ? low_n[i][l] : from[i];
      tried[i][l] = t > high_n[i][l] ? high_n[i][l] : t;
    }
    damping[l] = 1e-7, growth[l] = 2, promise[l] = __builtin_inf(), steps[l] = 0, predicted[l] = 0;
    first[l] = -1, closing[l] = 0, patient[l] = s.patient ? -1 : 0;
  }

  void limits(int l, const Curve& c, const Start& s) {
    const double near = sign[l] > 0 ? c.low[steepness_] : -c.high[steepness_], flat = flattest(c);
    const double far = sign[l] > 0 ? c.high[steepness_] : -c.low[steepness_];
    low_n[0][l] = c.low[midpoint_], high_n[0][l] = c.high[midpoint_];
    low_n[1][l] = near > flat ? near : flat < far ? flat : far, high_n[1][l] = far;
    if (n == 3) low_n[n - 1][l] = c.low[asymmetry_], high_n[n - 1][l] = c.high[asymmetry_];
    if (s.pins & pin_steepness) low_n[1][l] = high_n[1][l] = s.steepness * sign[l];
    if (s.pins & pin_midpoint) low_n[0][l] = high_n[0][l] = s.midpoint;
    if (s.pins & pin_lower) (c.a < 0 ? high : low)[0][l] = (c.a < 0 ? low : high)[0][l];
    if (s.pins & pin_upper) (c.b < 0 ? high : low)[1][l] = (c.b < 0 ? low : high)[1][l];
  }

  // ---- One evaluation ---------------------------------------------------------------------------------------------

  // The fraction at every point with its derivatives in z (and its rest, if `whole`), and what they add up to about a
  // centre near their mean.
  template <bool whole = false>
  OGIVE_INLINE Moments fractions(V m, V k, V power, V centre) {
    V sum{}, square{}, product{};
    shape.jets(g, m, k, depth, {f, d1, d2, rest});
    for (int j = 0; j < depth; ++j) {
      if constexpr (n == 3) {
        const Jet jet = raised<whole>(this->jet(j), power);
        f[j] = jet.f, d1[j] = jet.f1, d2[j] = jet.f2, rest[j] = jet.rest;
      }
      const V off = f[j] - centre, wf = load(w + j * lanes) * off;
      sum += wf, square += wf * off, product += wf * load(y + j * lanes);
    }
    const V shift = sum * inverse_weight, mean = centre + shift, spread = square - sum * shift;
    // a fraction that varies by less than 1e-10 of itself varies by its rounding, and could be stretched to fit
    // anything
    const M varies = (spread > 1e-20 * weight * mean * mean + 1e-300) & (spread > 1e-14 * square);
    const V inverse = varies ? 1.0 / spread : V{};
    return {weight, mean, varies ? spread : V{}, inverse, product * inverse};
  }

  // What the second pass adds up, with D the derivatives of the fraction and r the residuals. Those in midpoint and
  // steepness are taken as if the steepness had its sign, which then matters to the gradient alone.
  struct Sums {
    V rss, score[n];            // w r r, w r D
    V level[n], tilt[n];        // w D, w D (f - mean)
    Symmetric<n> square, bend;  // w D D', w r D''
  };

  // What `fractions` has left of a point.
  OGIVE_INLINE Jet jet(int j) const { return {f[j], d1[j], d2[j], rest[j]}; }

  OGIVE_INLINE void add_up(Sums& s, V m, V mean, V a, V d) {
    s = Sums{};
    for (int j = 0; j < depth; ++j) {
      // at infinity the slope wins over the distance: their product is 0, or as good as
      const V v = load(g + j * lanes) - m, wj = load(w + j * lanes), fj = f[j];
      const V r = load(y + j * lanes) - a - d * fj, q = wj * r, q2 = q * d2[j], vq2 = v * q2;
      V D[n];
      D[0] = -d1[j], D[1] = v * d1[j];
      s.rss += q * r;
      s.bend(0, 0) += q2, s.bend(0, 1) -= vq2, s.bend(1, 1) += v * vq2;
      if constexpr (n == 3) {
        const V l = log_of(most(fj, splat(1e-300))), ql = sign * q * (1.0 + l);
        D[2] = sign * fj * l;
        s.bend(0, 2) += ql * D[0], s.bend(1, 2) += ql * D[1], s.bend(2, 2) += ql * D[2];
      }
      const V off = wj * (fj - mean);
      for (int i = 0; i < n; ++i) {
        const V wd = wj * D[i];
        s.score[i] += q * D[i], s.level[i] += wd, s.tilt[i] += off * D[i];
        for (int h = i; h < n; ++h) s.square(i, h) += wd * D[h];
      }
    }
  }

  // The counts of the lanes beside the fractions.
  Counts counts() const { return {model.likelihood, depth, y, w, f, rest}; }

  void evaluate(Local& at) {
    if (counted) return evaluate_counts(at);
    const V m = tried[0], k = sign * tried[1];
    const V power = n == 3 ? exp_of(tried[n - 1]) : splat(1);
    const Moments moment = fractions(m, k, power, now.mean);
    within(moment, low, high, at.asymptotes);
    const V a = at.asymptotes.a, d = at.asymptotes.b - a;
    Sums s;
    add_up(s, m, moment.mean, a, d);
    at.f = 0.5 * s.rss, at.mean = moment.mean;
    project(at, s, moment, d);
  }

  // Take out of the Hessian what the asymptotes can follow: its Schur complement in those that are free.
  OGIVE_INLINE void project(Local& at, const Sums& s, const Moments& m, V d) {
    V one = inverse_weight, two = m.inverse;
    V level[n], gauss[n], full[n];
    for (int i = 0; i < n; ++i) {
      level[i] = d * s.level[i], gauss[i] = d * s.tilt[i], full[i] = gauss[i] - s.score[i];
      at.gradient[i] = -sign * d * s.score[i];
    }
    const M held_a = at.asymptotes.held_a, held_b = at.asymptotes.held_b;
    if (any(held_a | held_b)) {
      one = held_a | held_b ? V{} : one;
      two = held_a & held_b ? V{} : held_a ? 1.0 / m.of_b() : held_b ? 1.0 / m.of_a() : two;
      for (int i = 0; i < n; ++i) {
        const V b_only = d * (s.tilt[i] + m.mean * s.level[i]), a_only = level[i] - b_only;
        gauss[i] = held_a ? b_only : held_b ? a_only : gauss[i];
        full[i] = held_b & ~held_a ? gauss[i] + s.score[i] : gauss[i] - s.score[i];
      }
    }
    for (int i = 0; i < n; ++i)
      for (int j = i; j < n; ++j) {
        const V square = d * d * s.square(i, j) - level[i] * level[j] * one;
        at.gauss(i, j) = square - gauss[i] * gauss[j] * two;
        at.full(i, j) = square - d * s.bend(i, j) - full[i] * full[j] * two;
      }
  }

  // The same for counts, whose asymptotes are found by steps of their own; all derivatives in one pass, those by the
  // asymptotes first.
  void evaluate_counts(Local& at) {
    const V m = tried[0], k = sign * tried[1];
    const V power = n == 3 ? exp_of(tried[n - 1]) : splat(1);
    at.mean = fractions<true>(m, k, power, now.mean).mean;
    const Counts seen = counts();
    const Asymptotes fresh = any(first) ? seen.roughly(low, high) : now.asymptotes;
    V &a = at.asymptotes.a, &b = at.asymptotes.b;
    a = first ? fresh.a : now.asymptotes.a, b = first ? fresh.b : now.asymptotes.b;
    seen.settle(at.asymptotes, low, high);
    const V d = b - a;
    Symmetric<n + 2> observed{}, expected{};
    V score[n + 2] = {};
    at.f = V{};
    for (int j = 0; j < depth; ++j) {
      const Terms t = seen.terms(j, a, b);
      const V v = load(g + j * lanes) - m, bent = d * t.score * d2[j];
      V D[n], J[n + 2] = {rest[j], f[j]};
      D[0] = -d1[j], D[1] = v * d1[j];
      observed(2, 2) -= bent, observed(2, 3) += v * bent, observed(3, 3) -= v * v * bent;
      if constexpr (n == 3) {
        const V log = log_of_fraction(f[j], rest[j]), grown = sign * d * t.score * (1.0 + log);
        D[2] = sign * f[j] * log;
        for (int i = 0; i < n; ++i) observed(2 + i, 4) -= grown * D[i];
      }
      for (int i = 0; i < n; ++i)
        J[2 + i] = d * D[i], observed(0, 2 + i) += t.score * D[i], observed(1, 2 + i) -= t.score * D[i];
      at.f += t.half;
      for (int i = 0; i < n + 2; ++i) {
        score[i] += t.score * J[i];
        for (int h = i; h < n + 2; ++h) {
          observed(i, h) += t.observed * J[i] * J[h];
          expected(i, h) += t.expected * J[i] * J[h];
        }
      }
    }
    M &held_a = at.asymptotes.held_a, &held_b = at.asymptotes.held_b;
    held_a = (low[0] >= high[0]) | ((a <= low[0]) & (score[0] <= 0.0)) | ((a >= high[0]) & (score[0] >= 0.0));
    held_b = (low[1] >= high[1]) | ((b <= low[1]) & (score[1] <= 0.0)) | ((b >= high[1]) & (score[1] >= 0.0));
    for (int i = 0; i < n; ++i) at.gradient[i] = -sign * score[2 + i];
    at.full = without_asymptotes<n>(observed, held_a, held_b);
    at.gauss = without_asymptotes<n>(expected, held_a, held_b);
  }

  // ---- One step ---------------------------------------------------------------------------------------------------

  // What gains and ends are counted in: parts of the sum of squares; deviances have a scale of their own.
  OGIVE_INLINE V unit(V half) const { return counted ? most(half, splat(1)) : half; }

  // Judge what was tried; true in the lanes that have finished.
  OGIVE_INLINE M judge(M& converged) {
    // near the end half the digits of f are noise: a step that does not raise it beyond rounding is taken
    const V allowed = promise < 1e-8 * unit(now.f) ? 1e-12 * unit(now.f) : V{};
    const M sound = finite(next.f);
    const M better = (first & sound) | (sound & (next.f <= now.f + allowed));
    const V gain = predicted > 0.0 ? (now.f - next.f) / predicted : splat(0.5);
    const V t = 2.0 * clamp(gain, V{}, splat(1)) - 1.0;
    const M grew = ~better & ~first;
    const V shrunk = damping * most(splat(0.1), 1.0 - t * t * t);
    damping = grew    ? most(damping * growth, next.f > 2.0 * now.f ? splat(0.1) : splat(0.01))
              : first ? damping
                      : most(shrunk, splat(1e-12));
    growth = grew ? 2.0 * growth : splat(2);
    // an asymptote that reached or left its limit makes another landscape: what was learnt of the old one is no use
    const M turned =
        (next.asymptotes.held_a ^ now.asymptotes.held_a) | (next.asymptotes.held_b ^ now.asymptotes.held_b);
    damping = better & turned ? least(damping, splat(1e-3)) : damping;
    // of a first step nothing is known: as if it had come from far enough to be no sure one
    former = first ? 1e-8 * unit(next.f) : better ? promise : former;
    accept(better);
    const M exact = now.f <= floor, rounded = grew & (promise <= 1e-9 * unit(now.f));
    converged = exact | rounded;
    const M stuck = (damping > 1e12) | (steps >= double(max_steps)) | (first & ~sound);
    // where the minimum lies at infinity a search creeps: what is left to gain says whether it has arrived
    converged |= stuck & ~first & (promise <= 1e-8 * unit(now.f));
    first = M{};
    return converged | stuck;
  }

  OGIVE_INLINE void accept(M better) {
    now.f = better ? next.f : now.f;
    now.mean = better ? next.mean : now.mean;
    for (int i = 0; i < n; ++i) {
      theta[i] = better ? tried[i] : theta[i];
      now.gradient[i] = better ? next.gradient[i] : now.gradient[i];
    }
    for (int i = 0; i < n * (n + 1) / 2; ++i) {
      now.full.at[i] = better ? next.full.at[i] : now.full.at[i];
      now.gauss.at[i] = better ? next.gauss.at[i] : now.gauss.at[i];
    }
    now.asymptotes.a = better ? next.asymptotes.a : now.asymptotes.a;
    now.asymptotes.held_a = better ? next.asymptotes.held_a : now.asymptotes.held_a;
    now.asymptotes.held_b = better ? next.asymptotes.held_b : now.asymptotes.held_b;
    now.asymptotes.b = better ? next.asymptotes.b : now.asymptotes.b;
  }

  OGIVE_INLINE void aim() {
    M held[n], definite, sound;
    V down[n], delta[n] = {}, bare[n];
    for (int i = 0; i < n; ++i) {
      held[i] =
          ((theta[i] <= low_n[i]) & (now.gradient[i] >= 0.0)) | ((theta[i] >= high_n[i]) & (now.gradient[i] <= 0.0));
      down[i] = -now.gradient[i];
    }
    Symmetric<n> matrix = now.full;
    solve(matrix, down, held, bare, definite);
    V gain{};
    for (int i = 0; i < n; ++i) gain += 0.5 * down[i] * (held[i] ? V{} : bare[i]);
    const M newton = definite & ((damping <= 1e-6) | (gain <= 1e-10 * unit(now.f)));
    if (any(~newton)) {
      const V extra = most(damping, definite ? splat(1e-7) : splat(1e-3)), scale = 1e-8 * unit(now.f);
      V trace[n];  // in units of each variable: the steepness goes by the span of the places
      for (int i = 0; i < n; ++i) trace[i] = i == 1 ? scale * span * span : scale;
      for (int i = 0; i < n * (n + 1) / 2; ++i) matrix.at[i] = definite ? now.full.at[i] : now.gauss.at[i];
      for (int i = 0; i < n; ++i) matrix(i, i) += extra * (size_of(now.gauss(i, i)) + trace[i]);
      solve(matrix, down, held, delta, sound);
      // what rounding leaves of a flat valley may be no matrix to go by: then each variable goes by itself
      for (int i = 0; i < n; ++i) {
        const V own = matrix(i, i);
        delta[i] = sound ? delta[i] : own > 0.0 ? down[i] / own : V{};
      }
    }
    promise = V{}, predicted = V{};
    M moves{};
    V moved[n];
    for (int i = 0; i < n; ++i) {
      const V step = newton ? bare[i] : delta[i];
      promise += 0.5 * down[i] * (held[i] ? V{} : step);
      moved[i] = step;
    }
    promise = definite ? gain : promise, certain = definite;
    V row[n];
    for (int i = 0; i < n; ++i) row[i] = newton ? now.full(0, i) : matrix(0, i);
    const V from = theta[1];
    step_to(moved, row, held[0]);
    // a last step is not looked back on, so it has to be one that the second derivatives speak for
    M brief = (size_of(moved[0]) <= 0.3) & (size_of(moved[1]) <= 0.1 * from);
    if constexpr (n == 3) brief &= size_of(moved[2]) <= 0.1;
    for (int i = 0; i < n; ++i) moves |= moved[i] != 0.0;
    for (int i = 0; i < n; ++i) {
      predicted += moved[i] * down[i];
      for (int j = 0; j < n; ++j) predicted -= 0.5 * moved[i] * moved[j] * now.full(i, j);
    }
    steps += 1.0;
    const M last = newton & brief & is_last(promise, former, unit(now.f));
    const M idle = ((promise <= 1e-26 * unit(now.f)) | ~moves) & ~last;
    for (int i = 0; i < n; ++i) tried[i] = idle ? theta[i] : tried[i];
    closing = last | idle;
  }

  // Go by a step as far as limits and good sense allow; leaves in `moved` how far that was. The first variable is the
  // steepness times the way of the midpoint: where another one is cut short it follows by its row of the matrix.
  OGIVE_INLINE void step_to(V* moved, const V* row, M held) {
    const V k = theta[1], next_k = clamp(clamp(k + moved[1], 0.25 * k, 4.0 * k), low_n[1], high_n[1]);
    M cut = next_k != k + moved[1];
    moved[1] = next_k - k, tried[1] = next_k;
    if constexpr (n == 3) {
      tried[2] = clamp(theta[2] + clamp(moved[2], splat(-1), splat(1)), low_n[2], high_n[2]);
      cut |= tried[2] != theta[2] + moved[2];
      moved[2] = tried[2] - theta[2];
    }
    if (any(cut)) {
      V rest = -now.gradient[0];
      for (int i = 1; i < n; ++i) rest -= row[i] * moved[i];
      moved[0] = cut & ~held & (row[0] > 0.0) ? rest / row[0] : moved[0];
    }
    const V reach = 0.5 * span, way = clamp(moved[0] / next_k, -reach, reach);
    tried[0] = clamp(theta[0] + way, low_n[0], high_n[0]);
    moved[0] = (tried[0] - theta[0]) * next_k;
  }

  // ---- All starts -------------------------------------------------------------------------------------------------

  void keep(int l, bool converged, bool at_once) {
    const Start& s = starts[job[l]];
    Curve& c = curves[s.curve];
    double score = now.f[l], held = c.f;
    if (!model.swap && !s.pins) {
      if (now.asymptotes.a[l] > now.asymptotes.b[l]) score += c.total;
      if (c.a > c.b) held += c.total;
    }
    // a limit that costs next to nothing stands for all the places along a valley that go on for ever
    const double cost = s.pins & pin_steepness ? 1e-9 : s.pins ? 1e-7 : -same_minimum;
    const bool again = !s.pins && score <= held * (1 + same_minimum) && job[l] < c.winner;
    if (!(score < held * (1 + cost) || again)) return;
    c.pins = s.pins, c.winner = job[l];
    c.f = now.f[l], c.a = now.asymptotes.a[l] - shift[l], c.b = now.asymptotes.b[l] - shift[l], c.sign = sign[l],
    c.centre = now.mean[l];
    for (int i = 0; i < n; ++i) c.theta[i] = at_once ? tried[i][l] : theta[i][l];
    if (n == 2) c.theta[2] = s.power;
    c.steps = int(steps[l]), c.converged = converged;
  }

  // Search from every start in turn; `rivals`: give up those that cannot end below the best of their curve. Which of
  // two ends first depends on what else is searched, and must not show: what was found before stays, and of two ways
  // to the same minimum the first in the list counts.
  void run(const Start* list, int count, bool rivals) {
    starts = list;
    prepare();
    for (int i = 0; i < count; ++i) {
      Curve& c = curves[list[i].curve];
      c.before = c.f, c.winner = -1;
    }
    int taken = 0, running = 0;
    for (int l = 0; l < lanes && taken < count; ++l) take(l, taken++), ++running;
    while (running) {
      evaluate(next);
      M converged;
      const M ended = judge(converged);
      aim();
      M beaten{};
      if (rivals)
        beaten = ((certain & (steps > 12.0)) | ~patient) & (now.f - 20.0 * promise > best) &
                 (promise < 0.01 * unit(now.f));
      for (unsigned bits = bits_of(ended | closing | beaten); bits; bits &= bits - 1) {
        const int l = __builtin_ctz(bits);
        if (job[l] < 0) continue;
        if (ended[l] | closing[l]) keep(l, converged[l] | !ended[l], !ended[l]);
        job[l] = -1, --running;
        if (taken < count) take(l, taken++), ++running;
      }
    }
  }
};

}  // namespace
