// How far a midpoint, or a dose, can be moved before the data object: the two ends of its profile.
//
// At an end half the deviance has risen by a given amount, and the rest has followed: the asymptotes exactly, at
// every step, the steepness and the exponent by Newton's steps of their own. The root of the rise is nearly straight
// in the midpoint, so that Newton's method for it takes three or four steps a side.
#pragma once

#include "search.hpp"

namespace {

template <int n>
struct Reach {
  Search<n>& search;
  const ogive::BatchModel& model;
  const ogive::BatchData& data;
  Points points;

  static constexpr int most_rounds = 60;
  // Parts of the root of the rise: a last step squares what it leaves of the first; followers that would still gain
  // so much are let go on first, before the midpoint moves, or before an end counts.
  static constexpr double close = 1e-3, astray = 0.05, followed = 1e-5;

  // `argument`: that of the shape at the dose, as if the steepness were positive.
  V side{}, least_half{}, wanted{}, argument{}, origin{}, inner{}, outer{}, rounds{};

  V dose() const { return search.tried[0] + argument / search.tried[1]; }

  // The followers' steps: where they would go with the midpoint where it is, and how they follow it.
  struct Follow {
    V alone[n], along[n], gain, slope, bend;
    M sound;
  };

  OGIVE_INLINE Follow follow(const typename Search<n>::Local& at) const {
    Follow to{};
    Symmetric<n - 1> own;
    V down[n - 1], cross[n - 1], alone[n - 1], along[n - 1];
    M held[n - 1];
    // where the dose stays, the midpoint follows the steepness
    const V lean = argument / search.tried[1], g1 = at.gradient[1] + lean * at.gradient[0];
    const V h01 = at.full(0, 1) + lean * at.full(0, 0);
    const V more = lean * (at.full(0, 1) + h01), more_gauss = lean * (2.0 * at.gauss(0, 1) + lean * at.gauss(0, 0));
    for (int i = 1; i < n; ++i) {
      const V x = search.tried[i], g = i == 1 ? g1 : at.gradient[i];
      held[i - 1] = ((x <= search.low_n[i]) & (g >= 0.0)) | ((x >= search.high_n[i]) & (g <= 0.0));
      down[i - 1] = -g;
      // the first variable is the steepness times the way of the midpoint, which grows with the steepness
      cross[i - 1] = -(i == 1 ? h01 + at.gradient[0] / search.tried[1] : at.full(0, i));
      for (int j = i; j < n; ++j) own(i - 1, j - 1) = at.full(i, j) + (i == 1 && j == 1 ? more : V{});
    }
    M definite, again;
    solve(own, down, held, alone, definite);
    if (any(~definite)) {
      for (int i = 1; i < n; ++i)
        for (int j = i; j < n; ++j)
          own(i - 1, j - 1) = definite ? own(i - 1, j - 1) : at.gauss(i, j) + (i == 1 && j == 1 ? more_gauss : V{});
      for (int i = 1; i < n; ++i) own(i - 1, i - 1) += definite ? V{} : 1e-9 * size_of(at.gauss(i, i)) + 1e-300;
      solve(own, down, held, alone, again);
    }
    solve(own, cross, held, along, to.sound);
    to.slope = at.gradient[0], to.bend = at.full(0, 0);
    for (int i = 1; i < n; ++i) {
      to.alone[i] = held[i - 1] ? V{} : alone[i - 1], to.along[i] = held[i - 1] ? V{} : along[i - 1];
      to.gain += 0.5 * down[i - 1] * to.alone[i];
      to.slope -= down[i - 1] * to.along[i];
      to.bend -= cross[i - 1] * to.along[i];
    }
    return to;
  }

  // Move by a step; the steepness changes by a factor of two at most.
  OGIVE_INLINE void move(const Follow& by, V way) {
    const V k = search.tried[1], here = dose(), lean = argument / k;
    const V to = clamp(here + side * way - lean, search.low_n[0], search.high_n[0]) + lean, q = (to - here) * k;
    const V next =
        clamp(clamp(k + by.alone[1] + by.along[1] * q, 0.5 * k, 2.0 * k), search.low_n[1], search.high_n[1]);
    search.tried[1] = next;
    if constexpr (n == 3) {
      const V step = clamp(by.alone[n - 1] + by.along[n - 1] * q, splat(-0.5), splat(0.5));
      search.tried[n - 1] = clamp(search.tried[n - 1] + step, search.low_n[n - 1], search.high_n[n - 1]);
    }
    search.tried[0] = clamp(to - argument / next, search.low_n[0], search.high_n[0]);
  }

  // Judge what was tried and aim anew; true in the lanes that have arrived, whose end is in `tried`.
  OGIVE_INLINE M advance(M& open) {
    const auto& at = search.next;
    const Follow by = follow(at);
    const V rise = at.f - by.gain - least_half, root_of = root(most(2.0 * rise, V{}));
    const V distance = side * (dose() - origin), unit = wanted * wanted;
    const M near = by.gain <= astray * unit, settled = by.gain <= followed * unit;
    const M inside = root_of < wanted;
    inner = near & inside ? most(inner, distance) : inner;
    outer = near & ~inside ? least(outer, distance) : outer;
    const V rate = side * by.slope * search.tried[1] / most(root_of, 1e-3 * wanted);
    const V curved =
        by.bend > 0.0 ? wanted / (root(most(by.bend, splat(1e-300))) * search.tried[1]) : 0.1 * search.span;
    const M begun = root_of > 0.05 * wanted;
    const V grown = 2.0 * distance + 0.02 * search.span;
    V way = begun ? (rate > 0.0 ? (wanted - root_of) / rate : inside ? grown : -0.5 * distance) : curved;
    const M arrived = settled & begun & (rate > 0.0) & (size_of(wanted - root_of) <= close * wanted);
    // from its place a midpoint goes out three times as far at most, and stays between what is known
    V next = least(distance + way, most(3.0 * distance, 0.5 * search.span));
    const M known = outer < 1e300;
    const V middle = 0.5 * (inner + (known ? outer : grown));
    next = ~arrived & ((next <= inner) | (known & (next >= outer))) & (outer > inner) ? middle : next;
    way = near ? next - distance : V{};
    const M at_end = side > 0.0 ? search.tried[0] >= search.high_n[0] : search.tried[0] <= search.low_n[0];
    open = at_end & settled & inside;
    rounds += 1.0;
    move(by, way);
    return arrived | open | (rounds >= double(most_rounds)) | ~finite(at.f);
  }

  // Where a curve that is as steep as can be told from a step ends, a steeper one goes on, to the next place.
  double beyond(const Curve& c, double m, double sign) const {
    double to = sign * __builtin_inf();
    for (int j = 0; j < c.n; ++j) {
      const double g = points.g[c.start + j];
      if (sign * (g - m) >= 0 && sign * (to - g) > 0 && g < at_infinity && g > -at_infinity) to = g;
    }
    return to;
  }

  double end_of(const Curve& c, int l, bool open, bool sound) const {
    const double sign = side[l], to = dose()[l], m = search.tried[0][l];
    if (!sound) return __builtin_nan("");
    const bool users = model.by_user >> midpoint_ & 1;
    // beside a midpoint that would go on, an end is conditional on a limit that nobody set
    const bool adrift = open || m <= search.low_n[0][l] || m >= search.high_n[0][l];
    if (adrift) return users ? to : sign * __builtin_inf();
    const bool steepest = !(model.by_user >> steepness_ & 1) && (model.free >> steepness_ & 1) &&
                          search.tried[1][l] >= 0.999 * search.high_n[1][l];
    return steepest ? beyond(c, to, sign) : to;
  }

  void take(int l, int task, Curve* curves, const std::int64_t* rows) {
    const int curve = task / 2;
    const std::int64_t row = rows[curve];
    search.take(l, curve);
    const double half = data.rise[row], rise = data.rise[data.count + row];
    side[l] = task % 2 ? 1 : -1, least_half[l] = half, wanted[l] = __builtin_sqrt(2 * rise);
    argument[l] = curves[curve].sign * data.rise[2 * data.count + row];
    origin[l] = curves[curve].theta[0] + argument[l] / curves[curve].theta[1], inner[l] = 0,
    outer[l] = __builtin_inf(), rounds[l] = 0;
  }

  // Find both ends of each curve of a block; `list` has a start for each, at its minimum.
  void run(const Start* list, Curve* curves, int count, const std::int64_t* rows) {
    search.starts = list;
    search.prepare();
    side = splat(1), least_half = argument = origin = inner = rounds = V{}, wanted = splat(1),
    outer = splat(__builtin_inf());
    int task[lanes], taken = 0, running = 0;
    for (int l = 0; l < lanes; ++l) task[l] = -1;
    for (int l = 0; l < lanes && taken < 2 * count; ++l) task[l] = taken, take(l, taken++, curves, rows), ++running;
    while (running) {
      search.evaluate(search.next);
      search.now.mean = search.next.mean, search.now.asymptotes = search.next.asymptotes, search.first = M{};
      M open;
      const M ended = advance(open);
      for (unsigned bits = bits_of(ended); bits; bits &= bits - 1) {
        const int l = __builtin_ctz(bits);
        if (task[l] < 0) continue;
        const int curve = task[l] / 2;
        const bool sound = rounds[l] < most_rounds && size_of(search.next.f)[l] < 1e300;
        data.ends[(task[l] % 2) * data.count + rows[curve]] = end_of(curves[curve], l, open[l], sound);
        task[l] = -1, --running;
        if (taken < 2 * count) task[l] = taken, take(l, taken++, curves, rows), ++running;
      }
    }
  }
};

}  // namespace
