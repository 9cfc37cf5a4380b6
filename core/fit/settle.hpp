// What the data leave undetermined: where a minimum lies at infinity, everybody stops somewhere on the way. The way
// has an end here: the natural limit of the parameter that runs off, if going there costs less than 1e-9 of the sum
// of squares. (The fitter of single curves, ogive/fitting/search/infinity.py, goes by the same rules.)
#pragma once

#include "grid.hpp"

namespace {

constexpr double abrupt = 0.25;  // the part of the largest steepness from which on a curve may be a step

struct Settle {
  const ogive::BatchModel& model;
  Points points;

  bool natural(int i) const { return (model.free >> i & 1) && !(model.by_user >> i & 1); }

  static Start from(const Curve& c, int curve, double midpoint, double size, int pins) {
    return {curve, midpoint, c.sign * size, c.theta[2], 2 * c.f, pins};
  }

  static double steepest(const Curve& c) { return c.sign > 0 ? c.high[steepness_] : -c.low[steepness_]; }

  bool is_abrupt(const Curve& c) const { return natural(steepness_) && c.theta[1] > abrupt * steepest(c); }

  static bool is_inside(const Curve& c) { return c.theta[0] >= c.first && c.theta[0] <= c.last; }

  bool steps_matter() const {
    return natural(steepness_) && natural(midpoint_) && natural(lower_) && natural(upper_);
  }

  // ---- Starts; each says whether there is such a one ------------------------------------------------------------

  static Start at(const Step& step, const Curve& c, int curve) {
    return {curve, step.place, (step.sign > 0 ? c.high : c.low)[steepness_], 0, 0};
  }

  // A step through a point that is better than what the searches from the grid have found.
  bool step(const Curve& c, int curve, Start& start) const {
    start = at({c.step_place, c.step_sign}, c, curve);
    start.pins = pin_steepness;
    return c.step_rss < 2 * c.f * (1 - 1e-9);
  }

  bool passages_matter() const { return (model.free >> midpoint_ & 1) && (model.free >> steepness_ & 1); }

  // At an end of the design the level beyond may be far off: the curve is an exponential there.
  static int exponential(const Passage& p, int curve, Start* to) {
    const bool last = p.end > 0;
    const double level = last ? p.from : p.to, near = p.at[last ? 0 : 1] - level, far = p.at[last ? 1 : 0] - level;
    const double ratio = far / near, width = p.place[1] - p.place[0];
    if (!(ratio > 1.05)) return 0;
    const double k = __builtin_log(ratio) / width, m = last ? p.place[1] + 3 / k : p.place[0] - 3 / k;
    *to = {curve, m, (far > 0) == last ? k : -k, 0, p.rss, 0, true};
    return 1;
  }

  // Passages that may leave less than what the searches from the best start have found, or as little: tails at other
  // places may then do better. Returns how many.
  int passages(const Curve& c, int curve, Start* to) const {
    // of a curve that may be none at all one is enough
    const int most = c.f < 0.25 * c.total ? most_passages : 1;
    int count = 0, tried = 0;
    for (const Passage& p : c.passage) {
      if (tried++ == most || !(p.rss < (1 + 1e-6) * 2 * c.f)) break;
      // what is on a level is just not seen to leave it
      const auto z = [&p](double y, double low, double high) {
        const double f = (y - p.from) / (p.to - p.from), inside = f > low ? (f < high ? f : high) : low;
        return __builtin_log(inside / (1 - inside));
      };
      if (p.end) count += exponential(p, curve, to + count);
      double z0 = z(p.at[0], 0.004, 0.99), z1 = z(p.at[1], 0.01, 0.996);
      if (!(z1 - z0 > 0.1)) z0 = -5, z1 = 5;
      const double k = (z1 - z0) / (p.place[1] - p.place[0]);
      to[count++] = {curve, p.place[0] - z0 / k, p.to > p.from ? k : -k, 0, p.rss, 0, true};
    }
    return count;
  }

  // Down the valley of a step through a point, to a part of the largest steepness, where it is a step no more: there
  // may be another minimum.
  static constexpr double gentle[] = {0.125, 0.05};
  bool gentler(double part, const Curve& c, int curve, Start& start) const {
    if (!is_abrupt(c) || !is_inside(c) || !natural(midpoint_) || c.inner < 2) return false;
    double before, after;
    beside(c, c.theta[0], before, after);
    const double m = c.theta[0], near = m - before < after - m ? before : after, most = steepest(c);
    const double z = c.theta[1] * (near - m);
    start = from(c, curve, near - z / (part * most), part * most, 0);
    return z > -3 && z < 3;
  }

  // The ends that are tried, the most undetermined first: a step between two points, a step through one, a midpoint
  // as far out as it goes, and the asymptote beyond it; that of counts has no limit that stands for infinity.
  int attempts() const { return model.likelihood == normal_ ? 4 : 3; }
  bool attempt(int which, const Curve& c, int curve, Start& start) const {
    const double m = c.theta[0], k = c.theta[1], most = steepest(c);
    double before, after;
    if (which < 2) {
      if (!is_abrupt(c) || c.inner < 2) return false;
      beside(c, m, before, after);
      if (which == 0) {
        start = from(c, curve, 0.5 * (before + after), most, pin_steepness | pin_midpoint);
        return natural(midpoint_);
      }
      const double near = m - before < after - m ? before : after;
      start = from(c, curve, near - (near - m) * k / most, most, pin_steepness);
      return is_inside(c);
    }
    if (is_inside(c) || !natural(midpoint_)) return false;
    const double end = m < c.first ? c.low[midpoint_] : c.high[midpoint_];
    const int beyond = (m < c.first) == (c.sign > 0) ? lower_ : upper_;
    start = which == 2 ? from(c, curve, end, k, pin_midpoint)
                       : from(c, curve, m, k, beyond == lower_ ? pin_lower : pin_upper);
    return m != end && (which == 2 || natural(beyond));
  }

  // The finite places on both sides of a midpoint.
  void beside(const Curve& c, double m, double& before, double& after) const {
    before = c.first, after = c.last;
    double next = c.last, former = c.first;  // the places next to the ends, for a midpoint beyond them
    for (int j = 0; j < c.n; ++j) {
      const double g = points.g[c.start + j];
      if (g <= m && g > before && g < c.last) before = g;
      if (g > m && g < after && g > c.first) after = g;
      if (g > c.first && g < next) next = g;
      if (g < c.last && g > former) former = g;
    }
    if (m < c.first) before = c.first, after = next;
    if (m >= c.last) before = former, after = c.last;
  }
};

}  // namespace
