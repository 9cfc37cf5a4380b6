// What is known of a curve once its minimum is found: covariance, limits, how far it has gone, its mean height.
#pragma once

#include "search.hpp"
#include "sweep.hpp"

namespace {

// The mean of the fraction between two arguments, by Gauss's rule of 12 points in t on 24 panels, z = sinh t: long
// tails shrink, and the transition keeps its width. Exact to 1e-12 for |z| up to 1e6.
inline V mean_by_rule(const Shape& shape, V from, V to, V power, bool powered) {
  constexpr double nodes[] = {0x1.007a5f8f630e4p-3, 0x1.78a8d20a8b19dp-2, 0x1.2cb4f05c077f9p-1,
                              0x1.8a30aeed88f36p-1, 0x1.cee874ffb88b3p-1, 0x1.f68f1d8e42e81p-1};
  constexpr double weights[] = {0x1.fe40ce6d4f022p-3, 0x1.de3155c256aaep-3, 0x1.a0163e6b1ab6bp-3,
                                0x1.47d7258f22d96p-3, 0x1.b60602bce61afp-4, 0x1.8275d9dea6d53p-5};
  constexpr int panels = 24;
  const auto inverse_sinh = [](V x) {
    const V size = size_of(x), t = log_of(size + root(size * size + 1.0));
    return x < 0.0 ? -t : t;
  };
  const V a = inverse_sinh(from), b = inverse_sinh(to), half = (b - a) / (2.0 * panels);
  V sum{};
  for (int panel = 0; panel < panels; ++panel) {
    V at[12], width[12];
    for (int i = 0; i < 12; ++i) {
      const double x = i < 6 ? -nodes[i] : nodes[i - 6];
      const V t = a + half * (2 * panel + 1 + x), e = exp_of(t), back = 1.0 / e;
      at[i] = 0.5 * (e - back), width[i] = 0.5 * (e + back);
    }
    fractions(shape, power, powered, at, 12);
    for (int i = 0; i < 12; ++i) sum += weights[i % 6] * at[i] * width[i];
  }
  return sum * half / (to - from);
}

template <int n>
struct Finish {
  Search<n>& search;
  const ogive::BatchModel& model;
  const ogive::BatchData& data;

  void write(int column, std::int64_t at, int count, V value) const {
    put(data.out + column * data.count + at, count, value);
  }

  static void put(double* to, int count, V value) {
    if (count == lanes) return store(to, value);
    for (int l = 0; l < count; ++l) to[l] = value[l];
  }

  // The same curve with lower <= upper, where that stays within limits.
  void order(Curve& c) const {
    if (!model.swap || !(c.a > c.b)) return;
    const double k = -c.sign * c.theta[1];
    const bool inside = c.b >= c.low[0] && c.b <= c.high[0] && c.a >= c.low[1] && c.a <= c.high[1] &&
                        k >= c.low[steepness_] && k <= c.high[steepness_];
    if (!inside) return;
    const double a = c.a;
    c.a = c.b, c.b = a, c.sign = -c.sign, c.centre = 1 - c.centre;
  }

  struct Lanes {
    V value[parameters], low[parameters], high[parameters], first, last, centre;
    M natural[parameters];
  };

  void read(Lanes& at, Curve* curves, int count) const {
    for (int l = 0; l < lanes; ++l) {
      Curve& c = curves[l < count ? l : 0];
      if (l < count) order(c);
      const double k = c.sign * c.theta[1];
      const double values[] = {c.a, c.b, c.theta[0], k, c.theta[2]};
      for (int i = 0; i < parameters; ++i) {
        const bool held = c.low[i] == c.high[i];
        at.value[i][l] = held ? c.low[i] : values[i];
        at.low[i][l] = c.low[i], at.high[i][l] = c.high[i];
        at.natural[i][l] = (model.by_user >> i & 1) ? 0 : -1;
      }
      at.first[l] = c.first, at.last[l] = c.last, at.centre[l] = c.centre;
    }
  }

  // Put the points of each curve into its lane.
  void spread(const Curve* curves, int count) const {
    search.depth = 0;
    for (int l = 0; l < count; ++l) search.depth = curves[l].n > search.depth ? curves[l].n : search.depth;
    for (int l = 0; l < lanes; ++l) search.spread(curves[l < count ? l : 0], l);
  }

  // The range of some of the places.
  struct Places {
    V first = splat(__builtin_inf()), last = splat(-__builtin_inf());
    void add(V place, M wanted) {
      first = wanted ? least(first, place) : first, last = wanted ? most(last, place) : last;
    }
    V count() const { return (first <= last ? splat(1) : V{}) + (first < last ? splat(1) : V{}); }  // up to 2
    M at_an_end() const { return (first <= last) & ((first < -at_infinity) | (last > at_infinity)); }
  };

  struct Sums {
    V rss, weight, fraction_low, fraction_high, between, level_low, level_high;
    Symmetric<parameters> information;
  };

  // The deviance of counts about their curve and about their mean; leaves the weights of their information in
  // search.d2.
  void weigh_counts(const Lanes& at, V mean, V& deviance, V& null) const {
    const Counts counts = search.counts();
    V sum{}, trials{};
    for (int j = 0; j < search.depth; ++j) sum += counts.sizes(j) * counts.responses(j), trials += counts.sizes(j);
    null = deviance = V{};
    for (int j = 0; j < search.depth; ++j) {
      const Terms terms = counts.terms(j, at.value[lower_] + mean, at.value[upper_] + mean);
      null += 2.0 * terms_of(model.likelihood, counts.responses(j), counts.sizes(j), sum / trials).half;
      deviance += 2.0 * terms.half, search.d2[j] = terms.expected;
    }
  }

  // The asymptotes follow from the rest: a search may have ended with a step it did not look back on.
  OGIVE_INLINE void settle(Lanes& at, V power) const {
    const Moments moments =
        search.template fractions<true>(at.value[midpoint_], at.value[steepness_], power, at.centre);
    const V shift = search.shift;
    Asymptotes found{at.value[lower_] + shift, at.value[upper_] + shift, M{}, M{}};
    if (search.counted) {
      const V low[] = {at.low[lower_] + shift, at.low[upper_] + shift};
      const V high[] = {at.high[lower_] + shift, at.high[upper_] + shift};
      search.counts().settle(found, low, high);
    } else {
      within(moments, at.low, at.high, found);
    }
    at.value[lower_] = found.a - shift, at.value[upper_] = found.b - shift;
  }

  OGIVE_INLINE void add_up(Sums& s, const Lanes& at) const {
    s = Sums{};
    s.fraction_low = splat(2), s.fraction_high = splat(-1);
    const V m = at.value[midpoint_], k = at.value[steepness_], d = at.value[upper_] - at.value[lower_];
    Places on_their_way, low, high;
    for (int j = 0; j < search.depth; ++j) {
      const V place = load(search.g + j * lanes), given = load(search.w + j * lanes), f = search.f[j];
      const V w = search.counted ? search.d2[j] : given;
      const M seen = size_of(place) < at_infinity, present = given > 0.0;
      const V u = seen ? place - m : V{};
      const V r =
          load(search.y + j * lanes) - search.shift - height_of(at.value[lower_], at.value[upper_], search.jet(j));
      s.rss += w * r * r;
      s.fraction_low = present ? least(s.fraction_low, f) : s.fraction_low;
      s.fraction_high = present ? most(s.fraction_high, f) : s.fraction_high;
      on_their_way.add(place, present & seen & (f > 0.02) & (f < 0.98));
      low.add(place, present & (f <= 0.15)), high.add(place, present & (f >= 0.85));
      const Partials p = partials<n == 3>(k, d, u, search.jet(j));
      for (int i = 0; i < parameters; ++i)
        for (int h = i; h < parameters; ++h) s.information(i, h) += w * p.first[i] * p.first[h];
    }
    s.between = on_their_way.count();
    s.level_low = low.at_an_end() ? splat(2) : low.count();
    s.level_high = high.at_an_end() ? splat(2) : high.count();
    M third{};
    for (int j = 0; j < search.depth; ++j) {
      const V place = load(search.g + j * lanes);
      third |= (place > on_their_way.first) & (place < on_their_way.last) & (load(search.w + j * lanes) > 0.0);
    }
    s.between += third ? splat(1) : V{};
  }

  // ---- For curves that have parameters in common ------------------------------------------------------------------

  // Half the deviance by all five parameters.
  void differentiate(Slopes<parameters>& s, const Lanes& at, V power) const {
    s = Slopes<parameters>{};
    const V m = at.value[midpoint_], k = at.value[steepness_], d = at.value[upper_] - at.value[lower_];
    search.template fractions<true>(m, k, power, at.centre);
    for (int j = 0; j < search.depth; ++j) {
      const V place = load(search.g + j * lanes), y = load(search.y + j * lanes), w = load(search.w + j * lanes);
      const Jet jet = search.jet(j);
      const V height = height_of(at.value[lower_], at.value[upper_], jet);
      const Terms t = search.counted ? terms_of(model.likelihood, y, w, height + search.shift)
                                     : Terms{V{}, w * (y - height), w, w};
      const V v = size_of(place) < at_infinity ? place - m : V{};
      s.add(partials<n == 3>(k, d, v, jet), t.score, t.observed, t.expected);
    }
  }

  // While a search goes on the observed second derivatives lead it, where they are positive definite; what is
  // evaluated at its end are errors, which go by the expected ones.
  void sweep(const Lanes& lane, const M* out, V power, std::int64_t at, int count) const {
    Slopes<parameters> slopes;
    differentiate(slopes, lane, power);
    Sweep result(slopes.expected, slopes.gradient);
    result.run(model.free, out);
    if (!model.evaluate) {
      Sweep observed(slopes.observed, slopes.gradient);
      const M sound = observed.run(model.free, out);
      for (int i = 0; i < Sweep::size; ++i)
        for (int j = 0; j < Sweep::size; ++j) result.at[i][j] = sound ? observed.at[i][j] : result.at[i][j];
    }
    double* to = data.swept + at;
    for (int i = 0; i < Sweep::size; ++i)
      for (int j = i; j < Sweep::size; ++j, to += data.count) put(to, count, result.element(i, j, model.free));
  }

  // The inverse in the parameters that are free and not at a limit, on a common scale; nan where it is not definite.
  OGIVE_INLINE void covariance(const Sums& s, const M* fixed, std::int64_t at, int count) const {
    V unit[parameters];
    M sound = ~M{};
    for (int i = 0; i < parameters; ++i) {
      const V diagonal = s.information(i, i);
      sound &= fixed[i] | (diagonal > 0.0);
      unit[i] = diagonal > 0.0 ? 1.0 / root(diagonal) : splat(1);
    }
    V factor[parameters][parameters], inverse[parameters][parameters];  // L of L L', and its inverse
    for (int i = 0; i < parameters; ++i) {
      for (int j = 0; j <= i; ++j) {
        V sum = fixed[i] | fixed[j] ? splat(i == j) : s.information(j, i) * unit[i] * unit[j];
        for (int k = 0; k < j; ++k) sum -= factor[i][k] * factor[j][k];
        if (i > j) {
          factor[i][j] = sum * inverse[j][j];
        } else {
          const M good = sum > 1e-15;
          sound &= good;
          inverse[i][i] = 1.0 / root(good ? sum : splat(1));
        }
      }
      for (int j = 0; j < i; ++j) {
        V sum{};
        for (int k = j; k < i; ++k) sum -= factor[i][k] * inverse[k][j];
        inverse[i][j] = sum * inverse[i][i];
      }
    }
    for (int i = 0, place = ogive::batch_covariance; i < parameters; ++i)
      for (int j = i; j < parameters; ++j, ++place) {
        V value{};
        for (int k = j; k < parameters; ++k) value += inverse[k][i] * inverse[k][j];
        value = value * unit[i] * unit[j];
        write(place, at, count, fixed[i] | fixed[j] ? V{} : sound ? value : splat(__builtin_nan("")));
      }
  }

  // A value within the limits that the user set, which the way about the mean and back may miss in the last digit.
  OGIVE_INLINE V within_users(int i, V value) const {
    if (!(model.by_user >> i & 1)) return value;
    const double low = model.lower[i], high = model.upper[i], infinity = __builtin_inf();
    return clamp(value, splat(low == low ? low : -infinity), splat(high == high ? high : infinity));
  }

  V area(const Lanes& at, V power) const {
    const V m = at.value[midpoint_], k = at.value[steepness_], d = at.value[upper_] - at.value[lower_];
    const V from = clamp(k * (at.first - m), splat(-1e6), splat(1e6));
    const V to = clamp(k * (at.last - m), splat(-1e6), splat(1e6));
    const Shape& shape = search.shape;
    const V mean = shape.area && n == 2 ? (shape.area(to) - shape.area(from)) / (to - from)
                                        : mean_by_rule(shape, from, to, power, n == 3);
    return at.value[lower_] + d * mean;
  }

  void run(Curve* curves, int count, std::int64_t at) const {
    Lanes lane{};
    spread(curves, count);
    read(lane, curves, count);
    const V power = n == 3 ? exp_of(lane.value[asymmetry_]) : splat(1);
    Sums s;
    V limits{}, mean{}, deviance, null;
    for (int l = 0; l < lanes; ++l) mean[l] = curves[l < count ? l : 0].mean;
    settle(lane, power);
    if (search.counted) weigh_counts(lane, mean, deviance, null);
    add_up(s, lane);
    M fixed[parameters];
    for (int i = 0; i < parameters; ++i) {
      const V shift = i < 2 ? mean : V{}, value = within_users(i, lane.value[i] + shift);
      const V slack = 1e-9 * size_of(value) + 1e-15 * size_of(shift);
      const M limit = (value <= lane.low[i] + shift + slack) | (value >= lane.high[i] + shift - slack);
      fixed[i] = model.free >> i & 1 ? limit : ~M{};
      // a natural limit counts from a thousandth before it on: the search creeps up to it
      const V size = most(size_of(lane.low[i]), size_of(lane.high[i])), near = finite(size) ? 1e-3 * size : V{};
      const M natural =
          lane.natural[i] & ((value <= lane.low[i] + shift + near) | (value >= lane.high[i] + shift - near));
      if (model.free >> i & 1) limits += (limit ? splat(1 << i) : V{}) + (natural ? splat(256 << i) : V{});
      write(i, at, count, value);
    }
    covariance(s, fixed, at, count);
    write(ogive::batch_rss, at, count, s.rss);
    write(ogive::batch_limits, at, count, limits);
    write(ogive::batch_fraction_low, at, count, s.fraction_low);
    write(ogive::batch_fraction_high, at, count, s.fraction_high);
    write(ogive::batch_between, at, count, s.between);
    write(ogive::batch_level_low, at, count, s.level_low);
    write(ogive::batch_level_high, at, count, s.level_high);
    write(ogive::batch_area, at, count, area(lane, power) + mean);
    for (int l = 0; l < count; ++l) record(curves[l], at + l);
    if (data.swept) sweep(lane, fixed, power, at, count);
    if (!search.counted) return;
    write(ogive::batch_rss, at, count, deviance);
    write(ogive::batch_total, at, count, null);
  }

  void record(const Curve& c, std::int64_t at) const {
    const auto set = [&](int column, double value) { data.out[column * data.count + at] = value; };
    set(ogive::batch_total, c.total), set(ogive::batch_n, c.n), set(ogive::batch_steps, c.steps);
    set(ogive::batch_converged, c.converged), set(ogive::batch_distinct, c.distinct);
    set(ogive::batch_first, c.first), set(ogive::batch_last, c.last), set(ogive::batch_steepest, 44 / c.gap);
    set(ogive::batch_mean, c.mean), set(ogive::batch_weight, c.weight);
    if (c.inner < 3) set(ogive::batch_between, 3);
    for (int i = 0; i < parameters; ++i)
      if (!(model.free >> i & 1))  // held values come back as they were given
        set(i, model.held >> i & 1 ? c.given[i] : model.lower[i]);
  }
};

}  // namespace
