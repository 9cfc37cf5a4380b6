// The design of a curve, and the grid of midpoint and steepness that it calls for.
//
// Points at one place count as one, and those of a curve too long for that are put together with their neighbours:
// the grid only says where searches begin. What is laid out follows from the places alone, so that curves that share
// them, as on a plate, share the work.
#pragma once

#include "curve.hpp"

namespace {

constexpr int max_slabs = 6;     // two signs of the steepness, three exponents
constexpr int max_middles = 64;  // midpoints
constexpr int max_steeps = 14;   // sizes of the steepness
constexpr int max_rows = max_slabs * max_steeps;
constexpr int max_nodes = max_rows * max_middles;
constexpr int max_levels = 128;  // distinct places of which each is a level of its own

// A row of nodes with one steepness and exponent; `halved` says how often their number was. Rows of a slab are
// neighbours.
struct Row {
  int node, count, registers, halved, slab;
  double steepness, power;
};

// A register of nodes: its row, which bits are the first or last of it, and how far off the same nodes of the row
// before and after are, where these have as many.
struct Register {
  int row, before, after;
  unsigned starts, ends, used;
};

// The points at one place, or at places that are put together, in the order of places.
struct Level {
  double place, weight;
  int from, to;  // its points in `order`
};

// What the weights before, at and after each level add up to, as inverses, or 0 for none; zeros follow.
struct Inverses {
  double before[max_levels + lanes + 1], own[max_levels + lanes + 1], after[max_levels + lanes + 1];
};

// The memory of a design, which grows with the points of its curves.
struct Memory {
  double *places, *weights;
  int* order;
  V* fractions;
  F* directions;
};

// A design: its places, what they add up to, and the grid they call for.
struct Design : Memory {
  int n, rows, registers, levels;
  bool binned;  // whether places were put together
  Layout layout;
  double held[parameters];  // held values, which shape the grid too
  Level level[max_levels];
  Inverses inverses;
  Row row[max_rows];
  Register about[max_nodes / wide];
  double middle[max_nodes];
  F mean[max_nodes / wide];                          // of the fraction
  F spread[max_nodes / wide];                        // the mean square about it; 0 for a node where nothing varies
  F slope[max_nodes / wide];                         // 1 / root of it
  F by_a[max_nodes / wide], by_b[max_nodes / wide];  // 1 / mean square of the fraction, and of what it lacks of 1
};

// ---- Levels -----------------------------------------------------------------------------------------------------

inline void sort_places(int* order, const double* g, int n) {
  for (int j = 0; j < n; ++j) order[j] = j;
  for (int gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (int i = gap; i < n; ++i) {
      const int v = order[i];
      int j = i;
      // points at one place keep their order
      for (; j >= gap && (g[order[j - gap]] > g[v] || (g[order[j - gap]] == g[v] && order[j - gap] > v)); j -= gap)
        order[j] = order[j - gap];
      order[j] = v;
    }
}

// Put the points in levels. Of too many places those are put together that lie in one of 60 equal parts of the range
// and of the ranks: neither crowds nor stragglers lose their place.
inline void lay_levels(Design& d) {
  const double *g = d.places, first = d.layout.first, span = d.layout.last - first;
  sort_places(d.order, g, d.n);
  d.binned = d.layout.distinct > max_levels, d.levels = 0;
  const auto part = [&](int rank) {
    const double place = g[d.order[rank]];
    if (place < -at_infinity) return -1;
    if (place > at_infinity) return 1 << 20;
    return int(60.0 * rank / d.n) + 64 * int(59.99 * (place - first) / span);
  };
  for (int j = 0; j < d.n;) {
    Level& level = d.level[d.levels++];
    level.from = j, level.place = g[d.order[j]];
    const int own = part(j);
    double sum = 0;
    for (; j < d.n && (g[d.order[j]] == level.place || (d.binned && part(j) == own)); ++j) sum += g[d.order[j]];
    level.to = j;
    if (g[d.order[j - 1]] != level.place) level.place = sum / (j - level.from);
  }
}

// Take up the weights of a curve.
inline void weigh_levels(Design& d, double weight) {
  const auto inverse = [weight](double w) { return w > 1e-12 * weight ? 1 / w : 0.0; };
  double before = 0;
  Inverses& by = d.inverses;
  for (int i = 0; i <= d.levels + lanes; ++i) by.before[i] = by.own[i] = by.after[i] = 0;
  for (int i = 0; i < d.levels; ++i) {
    Level& level = d.level[i];
    level.weight = 0;
    for (int j = level.from; j < level.to; ++j) level.weight += d.weights[d.order[j]];
    by.before[i] = inverse(before), by.own[i] = inverse(level.weight);
    by.after[i] = inverse(weight - before - level.weight);
    before += level.weight;
  }
}

// What the weighted responses of a curve add up to at each level; zeros follow.
inline void add_up(const Curve& c, const Design& d, const Points& p, double* own) {
  const double *y = p.y + c.start, *w = p.w + c.start;
  for (int i = 0; i < d.levels; ++i) {
    own[i] = 0;
    for (int j = d.level[i].from; j < d.level[i].to; ++j) own[i] += w[d.order[j]] * y[d.order[j]];
  }
  for (int i = d.levels; i <= d.levels + lanes; ++i) own[i] = 0;
}

// Values between two limits in equal ratios.
inline void spaced(double* to, int count, double low, double high) {
  for (int i = 0; i < count; ++i) {
    const double t = count > 1 ? double(i) / (count - 1) : 0.5;
    to[i] = low * __builtin_exp(t * __builtin_log(high / low));
  }
}

// ---- Which nodes ------------------------------------------------------------------------------------------------

// Whether the places are about evenly spaced.
inline bool is_even(const Design& d) {
  return d.layout.gap * (d.layout.inner - 1) > 0.6 * (d.layout.last - d.layout.first);
}

// Midpoints evenly spaced; where places are not, more of them where places are on their way: the transition of each
// place is taken as a ramp, and between two midpoints the ramps rise by equal amounts in all.
inline void lay_middles(const Design& d, double* to, int count, double size, double from, double till) {
  if (is_even(d) || count < 2) {
    for (int i = 0; i < count; ++i) to[i] = from + (till - from) * ((i + 0.5) / count);
    return;
  }
  int first = 0, last = d.levels;
  while (first < last && d.level[first].place < -at_infinity) ++first;
  while (first < last && d.level[last - 1].place > at_infinity) --last;
  const double half = 2 / size, even = 0.35 * (last - first) / (till - from);
  double total = even * (till - from);
  for (int l = first; l < last; ++l) {
    const double g = d.level[l].place, low = g - half < from ? from : g - half,
                 high = g + half < till ? g + half : till;
    total += (high > low ? high - low : 0) / (2 * half);
  }
  double at = from, risen = 0;
  int begun = first, ended = first, node = 0;
  while (node < count) {
    while (begun < last && d.level[begun].place - half <= at) ++begun;
    while (ended < last && d.level[ended].place + half <= at) ++ended;
    const double start = begun < last ? d.level[begun].place - half : till;
    const double end = ended < last ? d.level[ended].place + half : till;
    double next = start < end ? start : end;
    if (!(next < till)) next = till;
    const double rate = even + (begun - ended) / (2 * half), wanted = total * ((node + 0.5) / count) - risen;
    if (next < till && wanted > rate * (next - at)) {
      risen += rate * (next - at), at = next;
      continue;
    }
    to[node++] = at + wanted / rate < till ? at + wanted / rate : till;
  }
}

inline void add_row(Design& d, int slab, double steepness, double power, double from, double to, int most) {
  Row& row = d.row[d.rows++];
  const double size = steepness < 0 ? -steepness : steepness, width = (to - from) / most;
  row.halved = 0;
  while (row.halved < 2 && most >= 16 && size * width * (2 << row.halved) <= 1) ++row.halved;
  row.count = most >> row.halved;
  row.node = d.registers * wide, row.registers = (row.count + wide - 1) / wide;
  for (int i = 0; i < row.count; i += wide) {
    const int rest = row.count - i;
    const unsigned last = rest <= wide ? 1u << (rest - 1) : 0;
    d.about[d.registers++] = {d.rows - 1, 0, 0, i == 0, last, last ? 2 * last - 1 : ~0u};
  }
  row.slab = slab, row.steepness = steepness, row.power = power;
  lay_middles(d, d.middle + row.node, row.count, size, from, to);
}

// Say of each row which have as many nodes beside it.
inline void join_rows(Design& d) {
  for (int r = 0; r + 1 < d.rows; ++r) {
    const Row &one = d.row[r], &next = d.row[r + 1];
    if (one.slab != next.slab || one.halved != next.halved) continue;
    for (int i = 0; i < one.registers; ++i) {
      d.about[one.node / wide + i].after = next.node - one.node;
      d.about[next.node / wide + i].before = next.node - one.node;
    }
  }
}

// Sizes of the steepness a factor of two apart, or nearly so.
inline int sizes_between(double first, double last) {
  int count = 9;
  for (double reach = 512 * first; count < max_steeps && reach < last; reach *= 2) ++count;
  return count;
}

inline void add_slab(Design& d, const Curve& c, double sign, double power, int most) {
  double low = sign > 0 ? c.low[steepness_] : -c.high[steepness_];
  double high = sign > 0 ? c.high[steepness_] : -c.low[steepness_];
  if (high <= 0) return;
  const double span = c.last - c.first, flat = flattest(c);
  // crowds of places are left to passages from one to the next
  const double crowded = span / (3 * c.distinct), finest = c.gap > crowded ? c.gap : crowded;
  const double gentle = 1.2 / span, abrupt = 0.6 * 44 / finest;
  if (low < flat) low = flat < high ? flat : high;
  const double first = low > gentle ? low : (gentle < high ? gentle : high),
               last = high < abrupt ? high : (abrupt > low ? abrupt : low);
  double sizes[max_steeps];
  const int count = c.low[steepness_] == c.high[steepness_] ? 1 : sizes_between(first, last);
  spaced(sizes, count, first, last > first ? last : high);
  double from = c.first - 0.3 * span, to = c.last + 0.3 * span;
  if (from < c.low[midpoint_] || from > c.high[midpoint_]) from = c.low[midpoint_];
  if (to > c.high[midpoint_] || to < c.low[midpoint_]) to = c.high[midpoint_];
  const int slab = d.rows ? d.row[d.rows - 1].slab + 1 : 0;
  for (int i = 0; i < count; ++i) add_row(d, slab, sign * sizes[i], power, from, to, from == to ? 1 : most);
}

inline bool folds(const ogive::BatchModel& model, const Curve& c) {
  return model.swap && c.low[lower_] == c.low[upper_] && c.high[lower_] == c.high[upper_] &&
         c.low[steepness_] == -c.high[steepness_];
}

inline void lay_grid(Design& d, const Curve& c, const ogive::BatchModel& model) {
  int most = ((is_even(d) ? 3 : 4) * c.distinct + 17) / 16 * 16;
  most = most < 32 ? 32 : most > max_middles ? max_middles : most;
  const bool held = c.low[asymmetry_] == c.high[asymmetry_];
  const double powers[] = {held ? c.low[asymmetry_] : 0.0, -1.2, 1.1};
  d.rows = d.registers = 0;
  for (int i = 0; i < (held ? 1 : 3); ++i) {
    double power = powers[i] < c.low[asymmetry_] ? c.low[asymmetry_] : powers[i];
    power = power > c.high[asymmetry_] ? c.high[asymmetry_] : power;
    add_slab(d, c, 1, power, most);
    if (!folds(model, c)) add_slab(d, c, -1, power, most);
  }
  join_rows(d);
}

}  // namespace
