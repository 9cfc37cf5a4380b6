// Where searches begin: a grid over midpoint and steepness, with the best asymptotes at every node.
//
// Once its mean is taken out, the fraction at a node's points is a direction, and what the node explains of a curve
// is the square of the curve's component along it. The directions of one design (its places) are tabulated once: a
// curve that shares the design, as on a plate, then costs one product per point and node. Single precision ranks
// nodes well enough, so that twice as many lie side by side in a register. Shallow curves change little with their
// midpoint: their rows have a half or a quarter of the nodes.
#pragma once

#include "curve.hpp"
#include "shapes.hpp"

namespace {

constexpr int max_slabs = 6;     // two signs of the steepness, three exponents
constexpr int max_middles = 64;  // midpoints
constexpr int steeps = 9;        // sizes of the steepness
constexpr int max_rows = max_slabs * steeps;
constexpr int max_nodes = max_rows * max_middles;
constexpr int tabulated = 64;  // points up to which the directions are kept
constexpr int together = 8;    // registers of nodes that are compared with a curve in one go

// A row of nodes with one steepness and exponent, and midpoints evenly spaced; `halved` says how often their number
// was. Rows of a slab are neighbours.
struct Row {
  int node, count, registers, halved, slab;
  double steepness, power, from, step;
};

// A register of nodes: its row, which bits are the first or last of it, and how far off the same nodes of the row
// before and after are, where these have as many.
struct Register {
  int row, before, after;
  unsigned starts, ends, used;
};

// The points at one place, in the order of places, and what the weights on both sides of it and at it add up to.
struct Level {
  double place, own, before, after;  // the weights as their inverses, or 0 for none
  int from, to;                      // its points in `order`
};

// A design: its places, what they add up to, and the grid they call for.
struct Design {
  int n, rows, registers;
  Layout layout;
  double held[parameters];  // held values, which shape the grid too
  double places[tabulated], weights[tabulated];
  Level level[tabulated];
  int levels, order[tabulated];
  Row row[max_rows];
  Register about[max_nodes / wide];
  F mean[max_nodes / wide];                          // of the fraction
  F spread[max_nodes / wide];                        // the mean square about it; 0 for a node where nothing varies
  F slope[max_nodes / wide];                         // 1 / root of it
  F by_a[max_nodes / wide], by_b[max_nodes / wide];  // 1 / mean square of the fraction, and of what it lacks of 1
  V fractions[max_nodes / lanes * tabulated];
  F directions[max_nodes / wide * tabulated];
};

// Values between two limits in equal ratios.
inline void spaced(double* to, int count, double low, double high) {
  for (int i = 0; i < count; ++i) {
    const double t = count > 1 ? double(i) / (count - 1) : 0.5;
    to[i] = __builtin_exp(__builtin_log(low) + t * (__builtin_log(high) - __builtin_log(low)));
  }
}

// ---- Which nodes ------------------------------------------------------------------------------------------------

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
  row.step = (to - from) / row.count, row.from = from + 0.5 * row.step;
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

inline void add_slab(Design& d, const Curve& c, double sign, double power, int most) {
  double low = sign > 0 ? c.low[steepness_] : -c.high[steepness_];
  double high = sign > 0 ? c.high[steepness_] : -c.low[steepness_];
  if (high <= 0) return;
  const double span = c.last - c.first, flat = flattest(c);
  const double gentle = 1.2 / span, abrupt = 0.6 * 44 / c.gap;
  if (low < flat) low = flat < high ? flat : high;
  const double first = low > gentle ? low : (gentle < high ? gentle : high),
               last = high < abrupt ? high : (abrupt > low ? abrupt : low);
  const int count = c.low[steepness_] == c.high[steepness_] ? 1 : steeps;
  double sizes[steeps];
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
  int most = (3 * c.distinct + 17) / 16 * 16;
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

// ---- Steps ------------------------------------------------------------------------------------------------------

inline void lay_levels(Design& d, double weight) {
  for (int j = 0; j < d.n; ++j) {
    int i = j;
    for (; i > 0 && d.places[d.order[i - 1]] > d.places[j]; --i) d.order[i] = d.order[i - 1];
    d.order[i] = j;
  }
  const auto inverse = [weight](double w) { return w > 1e-12 * weight ? 1 / w : 0.0; };
  double before = 0;
  d.levels = 0;
  for (int j = 0; j < d.n;) {
    Level& level = d.level[d.levels++];
    level.place = d.places[d.order[j]], level.from = j;
    double own = 0;
    for (; j < d.n && d.places[d.order[j]] == level.place; ++j) own += d.weights[d.order[j]];
    level.to = j, level.own = inverse(own), level.before = inverse(before),
    level.after = inverse(weight - before - own);
    before += own;
  }
}

// The best step that goes through a point, which the grid may miss: it would have to meet the point's height.
inline void best_step(Curve& c, const Design& d, const Points& p) {
  const double *y = p.y + c.start, *w = d.weights;
  double before = 0, most = -1;
  c.step_rss = __builtin_inf();
  for (int i = 0; i < d.levels; ++i) {
    const Level& level = d.level[i];
    double own = 0;
    for (int j = level.from; j < level.to; ++j) own += w[d.order[j]] * y[d.order[j]];
    const double after = -(before + own), a = before * level.before, b = after * level.after, at = own * level.own;
    const bool through = level.before * level.after * level.own > 0 && (at - a) * (b - at) > 0 &&
                         level.place > -at_infinity && level.place < at_infinity;
    const double explained = through ? before * a + after * b + own * at : -1;
    if (explained > most) most = explained, c.step_place = level.place, c.step_sign = b > a ? 1 : -1;
    before += own;
  }
  if (most >= 0) c.step_rss = c.total - most;
}

// A step: where, and which way it goes, or 0 where there is none.
struct Step {
  double place;
  int sign;
};

// The best step of counts that goes through a point, and the best one between two. What a level of its own explains
// of the deviance of some counts is what they add up to, by the logarithm of their mean.
inline void steps_of_counts(const Curve& c, const Design& d, const Points& p, bool binomial, Step& through,
                            Step& between) {
  const double *y = p.y + c.start, *t = p.t + c.start;
  const auto explained = [binomial](double sum, double trials) {
    const auto part = [trials](double x) { return x > 0 ? x * __builtin_log(x / trials) : 0.0; };
    return part(sum) + (binomial ? part(trials - sum) : 0.0);
  };
  double sum = 0, trials = 0, before = 0, tried = 0, most[] = {-__builtin_inf(), -__builtin_inf()};
  for (int j = 0; j < c.n; ++j) sum += t[j] * (y[j] + c.mean), trials += t[j];
  through = between = {0, 0};
  for (int i = 0; i < d.levels; ++i) {
    const Level& level = d.level[i];
    double own = 0, size = 0;
    for (int j = level.from; j < level.to; ++j)
      own += t[d.order[j]] * (y[d.order[j]] + c.mean), size += t[d.order[j]];
    const double after = sum - before - own, rest = trials - tried - size, here = level.place;
    const double a = before / tried, at = own / size, b = after / rest;
    if (here > -at_infinity && here < at_infinity && (at - a) * (b - at) > 0) {
      const double all = explained(before, tried) + explained(own, size) + explained(after, rest);
      if (all > most[0]) most[0] = all, through = {here, b > a ? 1 : -1};
    }
    before += own, tried += size;
    if (i + 1 == d.levels || here < -at_infinity || d.level[i + 1].place > at_infinity) continue;
    const double all = explained(before, tried) + explained(after, rest);
    if (all > most[1])
      most[1] = all, between = {0.5 * (here + d.level[i + 1].place), before * rest < after * tried ? 1 : -1};
  }
}

// ---- How well each does -----------------------------------------------------------------------------------------

// A curve in units of its own scatter: the weights add up to 1, and so does what they make of its squares.
struct Scaled {
  double scatter;         // of y about its mean
  float low[2], high[2];  // limits of the asymptotes
};

inline Scaled scaled(const Curve& c, const Points& p, float* wy) {
  Scaled s;
  s.scatter = c.total > 0 ? __builtin_sqrt(c.total / c.weight) : 1;
  for (int i = 0; i < 2; ++i) s.low[i] = float(c.low[i] / s.scatter), s.high[i] = float(c.high[i] / s.scatter);
  const double unit = 1 / (s.scatter * c.weight);
  for (int j = 0; j < c.n; ++j) wy[j] = float(p.w[c.start + j] * p.y[c.start + j] * unit);
  return s;
}

// By how much the best asymptotes within limits exceed the best of all, whose span is `best`: the one outside goes to
// its limit, and the other follows, which is exact unless both are at limits.
OGIVE_INLINE F excess(const Design& d, int r, const Scaled& s, F best, N& crossed) {
  const F mean = d.mean[r], spread = d.spread[r], pull = spread * best;
  const F low[] = {splat_f(s.low[0]), splat_f(s.low[1])}, high[] = {splat_f(s.high[0]), splat_f(s.high[1])};
  const F first = clamp(-best * mean, low[0], high[0]);
  const F b = clamp(first + (pull - first * mean) * d.by_a[r], low[1], high[1]);
  const F a = clamp(b - (pull + b * (1.0f - mean)) * d.by_b[r], low[0], high[0]);
  crossed = a > b;
  const F off = b - a - best, level = a + (b - a) * mean;
  return spread * off * off + level * level;
}

struct Grid {
  const ogive::BatchModel& model;
  const Shape& shape = shapes[model.shape];

  // How far a curve has gone at its points, on an average: far from its transition their differences are only seen
  // about that.
  double mean_fraction(const Curve& c, const Points& p) const {
    double sum = 0;
    for (int from = 0; from < c.n; from += lanes) {
      V z{};
      for (int l = 0; l < lanes && from + l < c.n; ++l)
        z[l] = c.sign * c.theta[1] * (p.g[c.start + from + l] - c.theta[0]);
      fractions(shape, splat(__builtin_exp(c.theta[2])), model.powered, &z, 1);
      for (int l = 0; l < lanes && from + l < c.n; ++l) sum += p.w[c.start + from + l] * z[l];
    }
    return sum / c.weight;
  }

  // The fractions at some places for the midpoints from node i of a row on; 0 beyond the last of them.
  void at(const Row& row, int i, const double* g, int count, V* to) const {
    V node;
    for (int l = 0; l < lanes; ++l) node[l] = i + l;
    for (int j = 0; j < count; ++j) to[j] = row.steepness * (g[j] - (row.from + node * row.step));
    fractions(shape, splat(__builtin_exp(row.power)), model.powered, to, count);
    for (int j = 0; j < count; ++j) to[j] = node < double(row.count) ? to[j] : V{};
  }

  void tabulate(Design& d, const double* g) const {
    V* to = d.fractions;
    for (int row = 0; row < d.rows; ++row)
      for (int i = 0; i < d.row[row].registers * wide; i += lanes, to += d.n) at(d.row[row], i, g, d.n, to);
  }

  // What is left of a fraction that is nearly constant is rounding: such a node explains nothing.
  OGIVE_INLINE V note(Design& d, int half, V mean, V spread) const {
    const M varies = spread > 1e-13 * mean * mean + 1e-30;
    const V slope = varies ? 1.0 / root(spread) : V{}, rest = 1.0 - mean;
    const V by_a = 1.0 / (spread + mean * mean + 1e-30), by_b = 1.0 / (spread + rest * rest + 1e-30);
    const int place = half / 2, from = half % 2 * lanes;
    for (int l = 0; l < lanes; ++l) {
      d.mean[place][from + l] = float(mean[l]), d.spread[place][from + l] = varies[l] ? float(spread[l]) : 0;
      d.slope[place][from + l] = float(slope[l]);
      d.by_a[place][from + l] = float(by_a[l]), d.by_b[place][from + l] = float(by_b[l]);
    }
    return slope;
  }

  // Turn the fractions into directions, for the weights of a curve.
  void direct(Design& d, const double* w, double weight) const {
    const double unit = 1 / weight;
    for (int half = 0; half < 2 * d.registers; ++half) {
      const V* f = d.fractions + half * d.n;
      V mean{}, spread{};
      for (int j = 0; j < d.n; ++j) mean += unit * w[j] * f[j];
      for (int j = 0; j < d.n; ++j) spread += unit * w[j] * (f[j] - mean) * (f[j] - mean);
      const V slope = note(d, half, mean, spread);
      F* to = d.directions + half / 2 * d.n;
      const int from = half % 2 * lanes;
      for (int j = 0; j < d.n; ++j) {
        const V direction = (f[j] - mean) * slope;
        for (int l = 0; l < lanes; ++l) to[j][from + l] = float(direction[l]);
      }
    }
  }

  // The components of a curve along some directions beside each other.
  template <int count>
  OGIVE_INLINE void inner(const F* directions, const float* wy, int n, F* to) const {
    F sum[count] = {};
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < count; ++i) sum[i] += wy[j] * directions[i * n + j];
    for (int i = 0; i < count; ++i) to[i] = sum[i];
  }

  void components(const Design& d, const float* wy, F* to) const {
    int r = 0;
    for (; r + together <= d.registers; r += together) inner<together>(d.directions + r * d.n, wy, d.n, to + r);
    for (; r + 4 <= d.registers; r += 4) inner<4>(d.directions + r * d.n, wy, d.n, to + r);
    for (; r + 2 <= d.registers; r += 2) inner<2>(d.directions + r * d.n, wy, d.n, to + r);
    for (; r < d.registers; ++r) inner<1>(d.directions + r * d.n, wy, d.n, to + r);
  }

  // The same for a curve too long for a table.
  void stream(Design& d, const Curve& c, const Points& p, double scatter, F* to) const {
    const double *g = p.g + c.start, *y = p.y + c.start, *w = p.w + c.start, unit = 1 / c.weight;
    for (int row = 0, half = 0; row < d.rows; ++row)
      for (int i = 0; i < d.row[row].registers * wide; i += lanes, ++half) {
        V mean{}, square{}, product{}, f[tabulated];
        for (int from = 0; from < c.n; from += tabulated) {
          const int count = c.n - from < tabulated ? c.n - from : tabulated;
          at(d.row[row], i, g + from, count, f);
          for (int j = 0; j < count; ++j) {
            const V wf = unit * w[from + j] * f[j];
            mean += wf, square += wf * f[j], product += y[from + j] * wf;
          }
        }
        const V component = product * note(d, half, mean, square - mean * mean) / scatter;
        for (int l = 0; l < lanes; ++l) to[half / 2][half % 2 * lanes + l] = float(component[l]);
      }
  }

  // ---- The nodes that a search starts from ----------------------------------------------------------------------

  // The share of the sum of squares that every node leaves; returns the least. Where the best asymptotes lie beyond
  // their limits a node is first passed over, and looked at again if it could compete.
  float score(const Design& d, const Scaled& s, const F* component, F* left) const {
    F least_left = splat_f(__builtin_inff());
    N out[max_nodes / wide];
    for (int r = 0; r < d.registers; ++r) {
      const F best = component[r] * d.slope[r], a = -best * d.mean[r], b = a + best;
      left[r] = 1.0f - component[r] * component[r];
      out[r] = (a < s.low[0]) | (a > s.high[0]) | (b < s.low[1]) | (b > s.high[1]);
      N crossed = a > b;
      if (!model.swap) left[r] = crossed ? left[r] + 1.0f : left[r];
      least_left = out[r] ? least_left : least(least_left, left[r]);
    }
    const float enough = 3.0f * smallest(least_left);
    for (int r = 0; r < d.registers; ++r) {
      if (!any(out[r] & (left[r] <= enough))) continue;
      N crossed;
      F more = 1.0f - component[r] * component[r] + excess(d, r, s, component[r] * d.slope[r], crossed);
      if (!model.swap) more = crossed ? more + 1.0f : more;
      left[r] = out[r] ? more : left[r];
      least_left = least(least_left, left[r]);
    }
    return smallest(least_left);
  }

  // Whether a node is lower than those about it in a neighbouring row, which may have more or fewer.
  static bool beats(const Row& own, int i, float here, const Row& other, const float* left, bool strictly) {
    if (own.slab != other.slab || own.halved == other.halved) return true;
    const int finer = own.halved - other.halved;
    int from = finer > 0 ? (i << finer) - 1 : (i - 1) >> -finer;
    int to = finer > 0 ? (i + 1) << finer : (i + 1) >> -finer;
    from = from < 0 ? 0 : from, to = to < other.count ? to : other.count - 1;
    bool lower = true;
    for (const float* at = left + other.node + from; from <= to; ++from, ++at)
      lower &= strictly ? here < *at : here <= *at;
    return lower;
  }

  // Where an asymptote is held it does not follow, and as for rough shapes valleys are narrower than the grid: a node
  // that is the lowest of its row may lie beside one, whatever other rows say. For counts the grid says no more than
  // what is likely.
  bool rigid() const { return (model.free & 3) != 3; }
  bool rough() const { return rigid() || shape.rough || model.powered || model.likelihood != normal_; }

  // The nodes that are lower than their neighbours and not beyond hope, best first; returns how many.
  int minima(const Design& d, const float* left, float lowest, double total, int curve, Start* starts) const {
    // rounding leaves 1e-6; see `promising` for the factor
    const F hope = splat_f((rigid() ? 30.0f : 2.7f) * lowest + 1e-5f);
    int found = 0, count = 0;
    short hopeful[max_nodes / wide];
    for (int r = 0; r < d.registers; ++r) {
      hopeful[count] = short(r);
      count += any(load(left + r * wide) <= hope);
    }
    for (int i = 0; i < count; ++i) {
      const int r = hopeful[i];
      const Register& own = d.about[r];
      const float* at = left + r * wide;
      const F here = load(at);
      unsigned bits = bits_of(here <= hope) & own.used & (bits_of(here < load(at - 1)) | own.starts) &
                      (bits_of(here <= load(at + 1)) | own.ends);
      if (own.before && !rough()) bits &= bits_of(here < load(at - own.before)) & lower(here, at - own.before, own);
      if (own.after && !rough()) bits &= lower(here, at + own.after, own);
      for (; bits; bits &= bits - 1)
        propose(d, left, own.row, r * wide + __builtin_ctz(bits), total, curve, starts, found);
    }
    return found;
  }

  // The nodes of a register that are lower than the three about them in another row.
  OGIVE_INLINE static unsigned lower(F here, const float* at, const Register& own) {
    return bits_of(here <= load(at)) & (bits_of(here <= load(at - 1)) | own.starts) &
           (bits_of(here <= load(at + 1)) | own.ends);
  }

  void propose(const Design& d, const float* left, int r, int node, double total, int curve, Start* starts,
               int& found) const {
    const Row& row = d.row[r];
    const float here = left[node];
    const int at = node - row.node;
    if (r > 0 && !rough() && !beats(row, at, here, d.row[r - 1], left, true)) return;
    if (r + 1 < d.rows && !rough() && !beats(row, at, here, d.row[r + 1], left, false)) return;
    insert(starts, found, {curve, row.from + at * row.step, row.steepness, row.power, total * here});
  }

  // Where an asymptote is held, or the steepness, a curve may be next to a straight line or an exponential: far from
  // its midpoint, where no grid reaches. Returns how many starts there are then.
  int far_off(const Curve& c, int curve, Start* starts, int found) const {
    const bool held = !(model.free >> steepness_ & 1);
    if (!(rigid() || held) || !(model.free >> midpoint_ & 1)) return found;
    const double middle = 0.5 * (c.first + c.last), k = c.low[steepness_], beyond = 3 / (k < 0 ? -k : k);
    // a held steepness does not reach far; the search goes on from where the transition just does not show
    const double ends[] = {held ? c.first - beyond : c.low[midpoint_], held ? c.last + beyond : c.high[midpoint_]};
    for (int sign = -1; sign <= 1; sign += held ? 4 : 2)
      for (const double end : ends) {
        const double gentle = sign / (end > middle ? end - middle : middle - end), steepness = held ? k : gentle;
        if (steepness < c.low[steepness_] || steepness > c.high[steepness_]) continue;
        starts[found++] = {curve, end, steepness, 0, 0};  // no grid says how good it is: it is always tried
      }
    return found;
  }

  // Six searches find the best minimum of every curve of the reference screen.
  void insert(Start* starts, int& found, const Start& start) const {
    const int most = rough() ? 8 : 6;
    if (found == most && starts[found - 1].rss <= start.rss) return;
    int i = found < most ? found++ : found - 1;
    for (; i > 0 && starts[i - 1].rss > start.rss; --i) starts[i] = starts[i - 1];
    starts[i] = start;
  }
};

}  // namespace
