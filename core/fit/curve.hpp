// One curve of a block: where its points lie, what they add up to, and between which limits it is searched.
#pragma once

#include "../batch.hpp"
#include "lanes.hpp"

namespace {

constexpr double at_infinity = 1e29;  // places beyond stand for the ends of the axis
constexpr int parameters = 5;
enum Parameter { lower_, upper_, midpoint_, steepness_, asymmetry_ };

// What is to know of the places of a curve.
struct Layout {
  double first, last, gap;  // finite places: their range, and the smallest distance that is a design's
  int distinct, inner;      // distinct places, all and finite
};

// A passage from one level to another between two neighbouring places: what is left of the squares if all others lie
// on the levels. At least that much is left by any curve whose transition is as short.
struct Passage {
  double rss;              // infinite for none
  double from, to;         // the levels, about the mean
  double place[2], at[2];  // the two places, and the mean responses there
  int end;                 // -1 for the first gap of a design, 1 for the last, else 0
};
constexpr int most_passages = 3;

struct Curve : Layout {
  std::int64_t start;  // of its points in the block
  int n;
  double weight, mean, total;                // sum of weights, weighted mean of y, sum of squares about it
  double low[parameters], high[parameters];  // limits; those of the asymptotes about the mean
  // what the best search has found so far
  double f, a, b, theta[3];     // half sum of squares, asymptotes about the mean; midpoint, |steepness|, log exponent
  double step_rss, step_place;  // the best step through a point: its sum of squares (or infinity), its place and sign
  int step_sign;
  Passage passage[most_passages];  // the best of them, best first
  double sign, centre;             // of the steepness; the mean of the fraction
  int steps, converged, pins;
  double before;  // f before a run of searches
  int winner;     // the start that found it in that run, or -1
  // what was said beforehand: values of held parameters, and a start
  double given[parameters];
  bool told;
};

// What a search holds fast besides what the model does.
enum Pin { pin_steepness = 1, pin_midpoint = 2, pin_lower = 4, pin_upper = 8 };

struct Start {
  int curve;
  double midpoint, steepness, power;  // the steepness with its sign, the exponent by its logarithm
  double rss;
  int pins = 0;
  bool patient = false;  // not to be given up before the second derivatives say how far a minimum is
};

constexpr int most_starts = 16 + most_passages;  // of a curve: those of the grid, four far off, two steps, passages

// The points of a block, without the missing ones; y about its mean. For counts, t holds the trials, and w weights
// that squares may start from.
struct Points {
  double *g, *y, *w, *t;
};

enum Likelihood { normal_, binomial_, poisson_ };

inline void sort(double* x, int n) {
  for (int gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (int i = gap; i < n; ++i) {
      const double v = x[i];
      int j = i;
      for (; j >= gap && x[j - gap] > v; j -= gap) x[j] = x[j - gap];
      x[j] = v;
    }
}

// Closer neighbours than a twentieth of the mean distance are replicates whose place was measured, not a design that
// resolves steepness.
inline Layout measure(const double* g, int n, double* scratch) {
  int count = 0, below = 0, above = 0;
  for (int j = 0; j < n; ++j) {
    if (g[j] < -at_infinity)
      below = 1;
    else if (g[j] > at_infinity)
      above = 1;
    else
      scratch[count++] = g[j];
  }
  sort(scratch, count);
  int distinct = count > 0;
  double gap = __builtin_inf();
  for (int j = 1; j < count; ++j)
    if (scratch[j] != scratch[j - 1]) {
      const double between = scratch[j] - scratch[j - 1];
      gap = between < gap ? between : gap;
      ++distinct;
    }
  Layout l{-1, 1, gap, distinct + below + above, distinct};
  if (count) l.first = scratch[0], l.last = scratch[count - 1];
  const double middle = l.first;
  int seen = distinct;
  if (distinct < 2) l.first = middle - 1, l.last = middle + 1, l.gap = 2, seen = 2;
  const double coarse = (l.last - l.first) / (20.0 * seen);
  if (l.gap < coarse) l.gap = coarse;
  return l;
}

inline void limit(Curve& c, const ogive::BatchModel& model) {
  const double span = c.last - c.first, reach = 2 * span + model.extension;
  const double steepest = 44 / c.gap;
  // an asymptote ten million standard deviations away is one at infinity, and beyond it rounding takes over
  const double far = 1e7 * __builtin_sqrt(c.total / c.weight) + 1e-300;
  double low[parameters] = {c.mean - far, c.mean - far, c.first - reach, -steepest, -3.9120230054281460};
  double high[parameters] = {c.mean + far, c.mean + far, c.last + reach, steepest, 3.9120230054281460};
  if (model.reciprocal) {
    low[midpoint_] = low[midpoint_] > 10 * c.first ? low[midpoint_] : 10 * c.first;
    high[midpoint_] = high[midpoint_] < 0.1 * c.last ? high[midpoint_] : 0.1 * c.last;
  }
  if (model.likelihood != normal_) {
    low[lower_] = low[upper_] = 0;
    high[lower_] = high[upper_] = model.likelihood == binomial_ ? 1 : __builtin_inf();
  }
  for (int i = 0; i < parameters; ++i) {
    c.low[i] = model.lower[i] == model.lower[i] ? model.lower[i] : low[i];
    c.high[i] = model.upper[i] == model.upper[i] ? model.upper[i] : high[i];
    if (model.held >> i & 1) c.low[i] = c.high[i] = c.given[i];
  }
  for (int i = lower_; i <= upper_; ++i) c.low[i] -= c.mean, c.high[i] -= c.mean;
}

// Half the sum of squares, or the deviance, of residuals that are nothing but rounding.
inline double rounding(const Curve& c, int likelihood) {
  return likelihood == normal_ ? 1e-28 * c.total + 1e-30 * c.weight * c.mean * c.mean : 1e-15;
}

// The smallest size of a steepness on one side of 0: a search keeps its side.
inline double flattest(const Curve& c) { return 0.05 / (c.last - c.first); }

// Turn a count into a proportion (of trials, which the weight is at first) or a mean, with a rough weight.
inline void weigh_count(double& y, double& w, double& t, int likelihood) {
  t = w;
  if (likelihood == binomial_) {
    const double p = (y + 0.5) / (w + 1);
    y /= t, w = t / (p * (1 - p));
  } else {
    w = 1 / (y + 1);
  }
}

// Copies what is present; returns false for a curve that has nothing to fit.
inline bool gather(Curve& c, const ogive::BatchData& data, std::int64_t i, Points points, int likelihood) {
  const double* g = data.g + data.place[i];
  const double* y = data.y + data.begin[i];
  const double* w = data.w ? data.w + data.begin[i] : nullptr;
  double *to_g = points.g + c.start, *to_y = points.y + c.start, *to_w = points.w + c.start;
  int n = 0;
  double weight = 0, sum = 0;
  for (std::int64_t j = 0; j < data.length[i]; ++j) {
    const double wj = w ? w[j] : 1.0;
    if (y[j] != y[j] || g[j] != g[j] || wj != wj) continue;
    to_g[n] = g[j], to_y[n] = y[j], to_w[n] = wj;
    if (likelihood != normal_) weigh_count(to_y[n], to_w[n], points.t[c.start + n], likelihood);
    weight += to_w[n], sum += to_w[n] * to_y[n], ++n;
  }
  for (int k = 0; k < parameters; ++k) c.given[k] = data.given ? data.given[k * data.count + i] : 0;
  c.told = data.given;
  for (double value : c.given) c.told &= value == value;
  c.n = n, c.weight = weight, c.mean = weight > 0 ? sum / weight : 0, c.total = 0;
  for (int j = 0; j < n; ++j) {
    to_y[j] -= c.mean;
    c.total += to_w[j] * to_y[j] * to_y[j];
  }
  const bool sound = n > 0 && weight > 0 && weight < 1e300 && c.total < 1e300;
  return sound;
}

// ---- Asymptotes -------------------------------------------------------------------------------------------------

// With the fraction f and data about their mean, the sum of squares of a + (b - a) f is, with d = b - a,
// rss* + Sff (d - d*)^2 + W (a + d mean(f))^2: its minimum within limits follows from four numbers.
struct Asymptotes {
  V a, b;
  M held_a, held_b;
};

struct Moments {
  V weight, mean, spread, inverse, best;  // W, mean of f, Sff, 1 / Sff or 0, d*
  // the sums of w f^2 and w (1 - f)^2, which are what d does where a or b is held
  V of_b() const { return spread + weight * mean * mean + 1e-300; }
  V of_a() const { return spread + weight * (1.0 - mean) * (1.0 - mean) + 1e-300; }
};

OGIVE_INLINE V excess(const Moments& m, V a, V d) {
  const V off = d - m.best, level = a + d * m.mean;
  return m.spread * off * off + m.weight * level * level;
}

// The minimum within limits; returns by how much it exceeds the free one. Of the asymptotes that are free to go
// beyond their limits one at least ends at the limit it would cross, and the other follows.
OGIVE_INLINE V within(const Moments& m, const V* low, const V* high, Asymptotes& best) {
  best.a = -m.best * m.mean;
  best.b = best.a + m.best;
  const M outside = (best.a < low[0]) | (best.a > high[0]) | (best.b < low[1]) | (best.b > high[1]);
  best.held_a = best.held_b = M{};
  if (!any(outside)) return V{};
  const V pull = m.spread * m.best;
  const V a = clamp(best.a, low[0], high[0]), b = clamp(best.b, low[1], high[1]);
  const V follows_b = clamp(a + (pull - a * m.weight * m.mean) / m.of_b(), low[1], high[1]);
  const V follows_a = clamp(b - (pull + b * m.weight * (1.0 - m.mean)) / m.of_a(), low[0], high[0]);
  const V one = excess(m, a, follows_b - a), other = excess(m, follows_a, b - follows_a);
  const M first = one <= other;
  best.a = outside ? (first ? a : follows_a) : best.a;
  best.b = outside ? (first ? follows_b : b) : best.b;
  best.held_a = outside & ((best.a == low[0]) | (best.a == high[0]));
  best.held_b = outside & ((best.b == low[1]) | (best.b == high[1]));
  return outside ? (first ? one : other) : V{};
}

}  // namespace
