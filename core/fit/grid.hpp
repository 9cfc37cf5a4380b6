// Where searches begin: a grid over midpoint and steepness, with the best asymptotes at every node.
//
// Once its mean is taken out, the fraction at a node's points is a direction, and what the node explains of a curve
// is the square of the curve's component along it. The directions of one design (its places) are tabulated once: a
// curve that shares the design, as on a plate, then costs one product per point and node. Single precision ranks
// nodes well enough, so that twice as many lie side by side in a register. Shallow curves change little with their
// midpoint: their rows have a half or a quarter of the nodes.
#pragma once

#include "shapes.hpp"
#include "steps.hpp"

namespace {

constexpr int together = 8;  // registers of nodes that are compared with a curve in one go

// ---- How well each does -----------------------------------------------------------------------------------------

// A curve in units of its own scatter: the weights add up to 1, and so does what they make of its squares.
struct Scaled {
  double scatter;         // of y about its mean
  float low[2], high[2];  // limits of the asymptotes
};

inline Scaled scaled(const Curve& c, const Design& d, const double* own, float* wy) {
  Scaled s;
  s.scatter = c.total > 0 ? __builtin_sqrt(c.total / c.weight) : 1;
  for (int i = 0; i < 2; ++i) s.low[i] = float(c.low[i] / s.scatter), s.high[i] = float(c.high[i] / s.scatter);
  const double unit = 1 / (s.scatter * c.weight);
  for (int i = 0; i < d.levels; ++i) wy[i] = float(own[i] * unit);
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

  // The fractions at every level for each node of a design; 0 beyond the last of a row.
  void tabulate(Design& d) const {
    V* to = d.fractions;
    for (int r = 0; r < d.rows; ++r) {
      const Row& row = d.row[r];
      const V power = splat(__builtin_exp(row.power));
      for (int i = 0; i < row.registers * wide; i += lanes, to += d.levels) {
        V node, middle;
        for (int l = 0; l < lanes; ++l)
          node[l] = i + l, middle[l] = d.middle[row.node + (i + l < row.count ? i + l : 0)];
        for (int j = 0; j < d.levels; ++j) to[j] = row.steepness * (d.level[j].place - middle);
        fractions(shape, power, model.powered, to, d.levels);
        for (int j = 0; j < d.levels; ++j) to[j] = node < double(row.count) ? to[j] : V{};
      }
    }
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
  void direct(Design& d, double weight) const {
    const double unit = 1 / weight;
    double w[max_levels];
    for (int j = 0; j < d.levels; ++j) w[j] = d.level[j].weight;
    for (int half = 0; half < 2 * d.registers; ++half) {
      const V* f = d.fractions + half * d.levels;
      V mean{}, spread{};
      for (int j = 0; j < d.levels; ++j) mean += unit * w[j] * f[j];
      for (int j = 0; j < d.levels; ++j) spread += unit * w[j] * (f[j] - mean) * (f[j] - mean);
      const V slope = note(d, half, mean, spread);
      F* to = d.directions + half / 2 * d.levels;
      const int from = half % 2 * lanes;
      for (int j = 0; j < d.levels; ++j) {
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
    for (; r + together <= d.registers; r += together)
      inner<together>(d.directions + r * d.levels, wy, d.levels, to + r);
    for (; r + 4 <= d.registers; r += 4) inner<4>(d.directions + r * d.levels, wy, d.levels, to + r);
    for (; r + 2 <= d.registers; r += 2) inner<2>(d.directions + r * d.levels, wy, d.levels, to + r);
    for (; r < d.registers; ++r) inner<1>(d.directions + r * d.levels, wy, d.levels, to + r);
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
  bool rough(const Design& d) const {
    return rigid() || shape.rough || model.powered || model.likelihood != normal_ || !is_even(d);
  }

  // The nodes that are lower than their neighbours and not beyond hope, best first; returns how many.
  int minima(const Design& d, const float* left, float lowest, double total, int curve, Start* starts) const {
    // rounding leaves 1e-6; see `promising` for the factor
    const F hope = splat_f((rigid() ? 30.0f : 2.7f) * lowest + 1e-5f);
    const bool rows_apart = rough(d);
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
      if (own.before && !rows_apart)
        bits &= bits_of(here < load(at - own.before)) & lower(here, at - own.before, own);
      if (own.after && !rows_apart) bits &= lower(here, at + own.after, own);
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
    if (r > 0 && !rough(d) && !beats(row, at, here, d.row[r - 1], left, true)) return;
    if (r + 1 < d.rows && !rough(d) && !beats(row, at, here, d.row[r + 1], left, false)) return;
    insert(starts, found, rough(d) ? 8 : 6, {curve, d.middle[node], row.steepness, row.power, total * here});
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
  static void insert(Start* starts, int& found, int most, const Start& start) {
    if (found == most && starts[found - 1].rss <= start.rss) return;
    int i = found < most ? found++ : found - 1;
    for (; i > 0 && starts[i - 1].rss > start.rss; --i) starts[i] = starts[i - 1];
    starts[i] = start;
  }
};

}  // namespace
