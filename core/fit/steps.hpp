// Transitions too short for a grid: steps, and passages between two neighbouring places.
//
// Where the transition is shorter than the gap between two places the others lie on one of two levels, and what a
// curve can leave of the squares follows from sums over the levels of its design. Each gap may hold a minimum.
#pragma once

#include "design.hpp"

namespace {

// The best step that goes through a point, which the grid may miss: it would have to meet the point's height.
inline void best_step(Curve& c, const Design& d, const double* sums) {
  const Inverses& by = d.inverses;
  double before = 0, most = -1;
  c.step_rss = __builtin_inf();
  for (int i = 0; i < d.levels; ++i) {
    const Level& level = d.level[i];
    const double own = sums[i], after = -(before + own), a = before * by.before[i], b = after * by.after[i],
                 at = own * by.own[i];
    const bool through = by.before[i] * by.after[i] * by.own[i] > 0 && (at - a) * (b - at) > 0 &&
                         level.place > -at_infinity && level.place < at_infinity;
    const double explained = through ? before * a + after * b + own * at : -1;
    if (explained > most) most = explained, c.step_place = level.place, c.step_sign = b > a ? 1 : -1;
    before += own;
  }
  if (most >= 0) c.step_rss = c.total - most;
}

// The best passages between two levels. Of the places beside a gap each is on its way if it lies between the levels,
// else it belongs to the level; at the ends of a design the level beyond is what it has to be.
inline void best_passages(Curve& c, const Design& d, const double* own) {
  double before[max_levels + lanes + 2], rss[max_levels + lanes];
  const int gaps = d.levels - 1;
  before[0] = 0;
  for (int i = 0; i <= gaps + lanes; ++i) before[i + 1] = before[i] + own[i];
  const Inverses& by = d.inverses;
  for (int i = 0; i < gaps; i += lanes) {
    const V s = load(own + i), next_s = load(own + i + 1), sum = load(before + i), rest = -load(before + i + 2);
    const V by_before = load(by.before + i), by_after = load(by.after + i + 1);
    const V at = s * load(by.own + i), next = next_s * load(by.own + i + 1);
    const V a = by_before > 0.0 ? sum * by_before : at, b = by_after > 0.0 ? rest * by_after : next;
    const V way = b - a, up = (next - at) * way;
    const M rises = up > 0.0, on_0 = rises & ((at - a) * way > 0.0) & ((b - at) * way > 0.0);
    const M on_1 = rises & ((b - next) * way > 0.0) & ((next - a) * way > 0.0);
    const V low = sum + s, high = rest + next_s;
    const V left = on_0 | (by_before <= 0.0) ? sum * a + s * at : low * low * load(by.before + i + 1);
    const V right = on_1 | (by_after <= 0.0) ? rest * b + next_s * next : high * high * load(by.after + i);
    store(rss + i, c.total - (left + right));
  }
  if (gaps > 0 && d.level[0].place < -at_infinity) rss[0] = __builtin_inf();
  if (gaps > 0 && d.level[gaps].place > at_infinity) rss[gaps - 1] = __builtin_inf();
  for (Passage& best : c.passage) {
    int k = 0;
    for (int i = 1; i < gaps; ++i) k = rss[i] < rss[k] ? i : k;
    best.rss = gaps > 0 ? rss[k] : __builtin_inf();
    if (gaps <= 0) continue;
    rss[k] = __builtin_inf();
    const double at = own[k] * by.own[k], next = own[k + 1] * by.own[k + 1];
    best.from = by.before[k] > 0 ? before[k] * by.before[k] : at;
    best.to = by.after[k + 1] > 0 ? -before[k + 2] * by.after[k + 1] : next;
    best.at[0] = at, best.at[1] = next;
    best.end = by.before[k] > 0 ? (by.after[k + 1] > 0 ? 0 : 1) : -1;
    best.place[0] = d.level[k].place, best.place[1] = d.level[k + 1].place;
  }
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

}  // namespace
