// Where searches begin: a grid over midpoint and steepness, with the exact linear step for the asymptotes.
//
// The grid of one design (its places) is tabulated once: curves that share the design, as on a plate, then cost one
// product per point and node. Several nodes lie side by side in a register.
#pragma once

#include "curve.hpp"

namespace {

constexpr int max_slabs = 6;     // two signs of the steepness, three exponents
constexpr int max_middles = 64;  // midpoints
constexpr int steeps = 9;        // sizes of the steepness
constexpr int max_rows = max_slabs * steeps;
constexpr int tabulated = 64;  // points up to which the fractions are kept
constexpr int border = lanes;  // columns of infinity around the scores

template <class Shape>
OGIVE_INLINE V fraction(V z, V power, bool powered) {
  const V s = Shape::at(z).f;
  return powered ? exp_of(power * log_of(most(s, splat(1e-300)))) : s;
}

// A design: its places, the grid they call for, and what its fractions add up to.
struct Design {
  int n, middles, rows, used;
  double places[tabulated], weights[tabulated];
  double middle[max_middles], steepness[max_rows], power[max_rows];
  V mean[max_rows * max_middles / lanes], spread[max_rows * max_middles / lanes];
  V inverse[max_rows * max_middles / lanes];
  V fractions[max_rows * max_middles / lanes * tabulated];
};

// Values between two limits, evenly or in equal ratios.
inline void spaced(double* to, int count, double low, double high, bool ratio) {
  for (int i = 0; i < count; ++i) {
    const double t = count > 1 ? double(i) / (count - 1) : 0.5;
    to[i] = ratio ? __builtin_exp(__builtin_log(low) + t * (__builtin_log(high) - __builtin_log(low)))
                  : low + t * (high - low);
  }
}

inline int add_slab(Design& d, const Curve& c, double sign, double power, int rows) {
  double low = sign > 0 ? c.low[steepness_] : -c.high[steepness_];
  double high = sign > 0 ? c.high[steepness_] : -c.low[steepness_];
  if (high <= 0) return rows;
  const double span = c.last - c.first, flat = flattest(c);
  const double from = 1.2 / span, to = 0.6 * 44 / c.gap;
  if (low < flat) low = flat < high ? flat : high;
  const double first = low > from ? low : (from < high ? from : high),
               last = high < to ? high : (to > low ? to : low);
  const int count = c.low[steepness_] == c.high[steepness_] ? 1 : steeps;
  double sizes[steeps];
  spaced(sizes, count, first, last > first ? last : high, true);
  for (int i = 0; i < count; ++i) d.steepness[rows] = sign * sizes[i], d.power[rows++] = power;
  return rows;
}

inline bool folds(const ogive::BatchModel& model, const Curve& c) {
  return model.swap && c.low[lower_] == c.low[upper_] && c.high[lower_] == c.high[upper_] &&
         c.low[steepness_] == -c.high[steepness_];
}

inline void lay_grid(Design& d, const Curve& c, const ogive::BatchModel& model) {
  const double span = c.last - c.first, low = c.low[midpoint_], high = c.high[midpoint_];
  double from = c.first - 0.3 * span, to = c.last + 0.3 * span;
  if (from < low || from > high) from = low;
  if (to > high || to < low) to = high;
  int count = 3 * c.distinct + 4;
  count = count < 24 ? 24 : count > max_middles ? max_middles : count;
  if (low == high) count = 1;
  spaced(d.middle, count, from, to, false);
  d.used = count;
  d.middles = (count + lanes - 1) / lanes * lanes;
  for (int i = count; i < d.middles; ++i) d.middle[i] = to;
  const bool held = c.low[asymmetry_] == c.high[asymmetry_];
  const double powers[] = {held ? c.low[asymmetry_] : 0.0, -1.2, 1.1};
  d.rows = 0;
  for (int i = 0; i < (held ? 1 : 3); ++i) {
    double power = powers[i] < c.low[asymmetry_] ? c.low[asymmetry_] : powers[i];
    power = power > c.high[asymmetry_] ? c.high[asymmetry_] : power;
    d.rows = add_slab(d, c, 1, power, d.rows);
    if (!folds(model, c)) d.rows = add_slab(d, c, -1, power, d.rows);
  }
}

template <class Shape>
struct Grid {
  const ogive::BatchModel& model;

  OGIVE_INLINE V at(const Design& d, int row, int v, double place) const {
    const double k = d.steepness[row];
    V z = k * (place - load(d.middle + v * lanes));
    return fraction<Shape>(z, splat(__builtin_exp(d.power[row])), model.powered);
  }

  void tabulate(Design& d, const double* g) const {
    for (int row = 0, node = 0; row < d.rows; ++row)
      for (int v = 0; v < d.middles / lanes; ++v, ++node)
        for (int j = 0; j < d.n; ++j) d.fractions[node * d.n + j] = at(d, row, v, g[j]);
  }

  void add_up(Design& d, const double* g, const double* w, double weight) const {
    for (int row = 0, node = 0; row < d.rows; ++row)
      for (int v = 0; v < d.middles / lanes; ++v, ++node) {
        V sum{}, square{};
        for (int j = 0; j < d.n; ++j) {
          const V f = d.n <= tabulated ? d.fractions[node * d.n + j] : at(d, row, v, g[j]);
          const V wf = w[j] * f;
          sum += wf;
          square += wf * f;
        }
        const V mean = sum / weight, spread = square - sum * mean;
        d.mean[node] = mean;
        // what is left of a fraction that is nearly constant is rounding: such a node has no slope
        d.spread[node] = spread > 1e-13 * square ? spread : V{};
        d.inverse[node] = spread > 1e-13 * square ? 1.0 / spread : V{};
      }
  }

  // The products of a curve's data with the fractions of some nodes beside each other.
  template <int together>
  OGIVE_INLINE void inner(const Design& d, int row, int v, int node, const double* wy, const double* g,
                          V* products) const {
    V sum[together] = {};
    if (d.n <= tabulated) {
      const V* f = d.fractions + node * d.n;
      for (int j = 0; j < d.n; ++j)
        for (int i = 0; i < together; ++i) sum[i] += wy[j] * f[i * d.n + j];
    } else {
      for (int j = 0; j < d.n; ++j)
        for (int i = 0; i < together; ++i) sum[i] += wy[j] * at(d, row, v + i, g[j]);
    }
    for (int i = 0; i < together; ++i) products[v + i] = sum[i];
  }

  // The sum of squares at every node, within a border of infinities.
  void score(const Design& d, const Curve& c, Points p, double* wy, double* scores) const {
    const int stride = d.middles + 2 * border, vectors = d.middles / lanes;
    const V low[] = {splat(c.low[lower_]), splat(c.low[upper_])};
    const V high[] = {splat(c.high[lower_]), splat(c.high[upper_])};
    const V infinite = splat(__builtin_inf()), weight = splat(c.weight);
    for (int j = 0; j < c.n; ++j) wy[j] = p.w[c.start + j] * p.y[c.start + j];
    V products[max_middles / lanes], slope[max_middles / lanes], free[max_middles / lanes];
    M out[max_middles / lanes], over[max_middles / lanes];
    double lowest = __builtin_inf();
    for (int row = 0, node = 0; row < d.rows; ++row) {
      double* to = scores + (row + 1) * stride;
      store(to, infinite);
      store(to + border + d.middles, infinite);
      const int first = node;
      V bound = splat(lowest);
      int v = 0;
      for (; v + 4 <= vectors; v += 4) inner<4>(d, row, v, node + v, wy, p.g + c.start, products);
      for (; v < vectors; ++v) inner<1>(d, row, v, node + v, wy, p.g + c.start, products);
      for (v = 0; v < vectors; ++v, ++node) {
        const V product = products[v], best = product * d.inverse[node], rss = c.total - best * product;
        const V a = -best * d.mean[node], b = a + best;
        const M outside = (a < low[0]) | (a > high[0]) | (b < low[1]) | (b > high[1]);
        out[v] = outside, slope[v] = best, free[v] = rss, over[v] = a > b;
        bound = outside ? bound : least(bound, rss);
      }
      for (int l = 0; l < lanes; ++l) lowest = bound[l] < lowest ? bound[l] : lowest;
      for (v = 0; v < vectors; ++v) {
        V rss = free[v];
        M crossed = over[v];
        // a free minimum far above the best so far needs no exact limits: its node will start no search
        if (any(out[v] & (rss <= 4.0 * lowest))) {
          const V mean = d.mean[first + v], spread = d.spread[first + v], other = 1.0 - mean;
          const Moments m{weight,
                          mean,
                          spread,
                          slope[v],
                          1.0 / (spread + weight * mean * mean + 1e-300),
                          1.0 / (spread + weight * other * other + 1e-300)};
          Asymptotes best;
          rss += within(m, low, high, best);
          crossed = best.a > best.b;
        }
        if (!model.swap) rss = crossed ? rss + c.total : rss;
        store(to + border + v * lanes, rss);
      }
      for (int i = d.used; i < d.middles; ++i) to[border + i] = __builtin_inf();
    }
  }

  // The nodes that are lower than their neighbours, best first; returns how many.
  int minima(const Design& d, const double* scores, int curve, Start* starts) const {
    const int stride = d.middles + 2 * border, slab = d.rows >= steeps ? steeps : 1;
    alignas(64) double infinite[lanes];
    store(infinite, splat(__builtin_inf()));
    int found = 0;
    for (int row = 0; row < d.rows; ++row) {
      const bool up = row % slab != 0, down = row % slab != slab - 1;
      for (int v = 0; v < d.middles; v += lanes) {
        const double* at = scores + (row + 1) * stride + border + v;
        const V here = load(at);
        M low = (here < load(at - 1)) & (here <= load(at + 1));
        if (up) low &= (here < load(at - stride)) & (here < load(at - stride - 1)) & (here < load(at - stride + 1));
        if (down)
          low &= (here <= load(at + stride)) & (here <= load(at + stride - 1)) & (here <= load(at + stride + 1));
        for (unsigned bits = bits_of(low); bits; bits &= bits - 1) {
          const int i = v + __builtin_ctz(bits);
          insert(starts, found, {curve, d.middle[i], d.steepness[row], d.power[row], at[__builtin_ctz(bits)]});
        }
      }
    }
    return found;
  }

  void insert(Start* starts, int& found, const Start& start) const {
    if (found == model.searches && starts[found - 1].rss <= start.rss) return;
    int i = found < model.searches ? found++ : found - 1;
    for (; i > 0 && starts[i - 1].rss > start.rss; --i) starts[i] = starts[i - 1];
    starts[i] = start;
  }
};

}  // namespace
