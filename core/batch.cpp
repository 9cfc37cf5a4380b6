// Fits many curves at once, for one CPU target: OGIVE_TARGET names it, the compiler's flags choose it.
#include "batch.hpp"

#include <cstdlib>

#include "fit/finish.hpp"
#include "fit/grid.hpp"
#include "fit/reach.hpp"
#include "fit/settle.hpp"

namespace {

using Size = std::int64_t;

constexpr Size block = 256;  // curves that are searched together, so that lanes are refilled, and fit a cache
constexpr int designs = 4;   // tables kept: plates repeat a few designs

// Memory for one call; freed at its end.
template <class T>
class Room {
  void* at_;

 public:
  explicit Room(Size count) : at_(nullptr) {
    const Size bytes = (count * Size(sizeof(T)) + 127) / 64 * 64;
    at_ = std::aligned_alloc(64, std::size_t(bytes));
  }
  ~Room() { std::free(at_); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  T* data() const { return static_cast<T*>(at_); }
  explicit operator bool() const { return at_ != nullptr; }
};

bool same(const double* a, const double* b, int n) {
  return __builtin_memcmp(a, b, std::size_t(n) * sizeof(double)) == 0;
}

// Whether a design was laid out for the values that a curve has to keep; asymptotes do not shape a grid.
bool suits(const Design& d, const Curve& c, int held) {
  for (int i = midpoint_; i < parameters; ++i)
    if ((held >> i & 1) && d.held[i] != c.given[i]) return false;
  return true;
}

template <int n>
struct Block {
  const ogive::BatchModel& model;
  const ogive::BatchData& data;
  Points points;
  Curve* curves;
  Start *starts, *list;
  int* found;
  Design* tables;
  F* components;
  double* scratch;
  Search<n>& search;
  Grid grid{model};
  Settle rules{model, points};
  bool by_steps = rules.steps_matter();
  int known = 0, oldest = 0;

  // The design of a curve, with its grid.
  Design& design(Curve& c) {
    const double *g = points.g + c.start, *w = points.w + c.start;
    for (int i = 0; i < known; ++i)
      if (tables[i].n == c.n && same(tables[i].places, g, c.n) && suits(tables[i], c, model.held)) {
        adopt(c, tables[i]);
        if (!same(tables[i].weights, w, c.n)) weigh(tables[i], w, c.weight);
        return tables[i];
      }
    Design& d = tables[known < designs ? known++ : oldest++ % designs];
    d.n = c.n, d.layout = measure(g, c.n, scratch);
    for (int i = 0; i < parameters; ++i) d.held[i] = c.given[i];
    __builtin_memcpy(d.places, g, std::size_t(c.n) * sizeof(double));
    adopt(c, d);
    lay_levels(d);
    lay_grid(d, c, model);
    grid.tabulate(d);
    weigh(d, w, c.weight);
    return d;
  }

  void adopt(Curve& c, const Design& d) const {
    static_cast<Layout&>(c) = d.layout;
    limit(c, model);
  }

  void weigh(Design& d, const double* w, double weight) {
    __builtin_memcpy(d.weights, w, std::size_t(d.n) * sizeof(double));
    weigh_levels(d, weight);
    grid.direct(d, weight);
  }

  void begin(Curve& c, int i) {
    c.f = __builtin_inf(), c.a = c.b = 0, c.sign = 1, c.centre = 0.5, c.steps = c.converged = c.pins = 0;
    c.step_rss = __builtin_inf();
    for (Passage& passage : c.passage) passage.rss = __builtin_inf();
    if (c.told) return go_on(c, i);
    Design& d = design(c);
    double own[max_levels + lanes + 1];
    float wy[max_levels];
    add_up(c, d, points, own);
    if (!search.counted && by_steps && !d.binned) best_step(c, d, own);
    if (!search.counted && rules.passages_matter()) best_passages(c, d, own);
    const Scaled s = scaled(c, d, own, wy);
    F* component = components + 1;
    float* left = reinterpret_cast<float*>(component + max_nodes / wide + 2);
    grid.components(d, wy, component);
    const float lowest = grid.score(d, s, component, reinterpret_cast<F*>(left));
    Start* to = starts + i * most_starts;
    found[i] = grid.far_off(c, i, to, grid.minima(d, left, lowest, c.total, i, to));
    if (!search.counted || !by_steps) return;
    Step steps[2];
    steps_of_counts(c, d, points, model.likelihood == binomial_, steps[0], steps[1]);
    for (const Step& step : steps)
      if (step.sign) to[found[i]++] = rules.at(step, c, i);
  }

  // Take up a curve where it was left: as a start, or as it is.
  void go_on(Curve& c, int i) {
    static_cast<Layout&>(c) = measure(points.g + c.start, c.n, scratch);
    limit(c, model);
    const double* at = c.given;
    c.a = at[lower_] - c.mean, c.b = at[upper_] - c.mean, c.sign = at[steepness_] < 0 ? -1 : 1;
    c.theta[0] = at[midpoint_], c.theta[1] = c.sign * at[steepness_], c.theta[2] = at[asymmetry_];
    c.centre = grid.mean_fraction(c, points), c.converged = model.evaluate;
    found[i] = !model.evaluate;
    starts[i * most_starts] = {i, at[midpoint_], at[steepness_], at[asymmetry_], c.total};
  }

  // First the best start of every curve; then what may still beat what came of it.
  void find(int count) {
    int best = 0, others = 0;
    for (int i = 0; i < count; ++i)
      if (found[i]) list[best++] = starts[i * most_starts];
    search.run(list, best, false);
    for (int i = 0; i < count; ++i) {
      if (!found[i]) continue;
      for (int s = 1; s < found[i]; ++s)
        if (promising(curves[i], starts[i * most_starts], starts[i * most_starts + s]))
          list[others++] = starts[i * most_starts + s];
      others += rules.passages(curves[i], i, list + others);
    }
    search.run(list, others, true);
    if (!model.evaluate) settle(count);
  }

  // What runs off to infinity goes to its limit.
  void settle(int count) {
    int some = 0;
    for (int i = 0; i < count; ++i) some += rules.step(curves[i], i, list[some]);
    search.run(list, some, false);
    some = 0;
    for (int i = 0; i < count; ++i)
      for (const double part : Settle::gentle)
        some += found[i] && !curves[i].told && rules.gentler(part, curves[i], i, list[some]);
    search.run(list, some, false);
    for (int i = 0; i < count; ++i) curves[i].pins = 0;
    for (int which = 0; which < rules.attempts(); ++which) {
      some = 0;
      for (int i = 0; i < count; ++i)
        if (found[i] && !curves[i].told && !curves[i].pins && curves[i].f > rounding(curves[i], model.likelihood))
          some += rules.attempt(which, curves[i], i, list[some]);
      search.run(list, some, false);
    }
  }

  // A grid point near a minimum lies above it by about as much as the best one does.
  bool promising(const Curve& c, const Start& first, const Start& other) const {
    if (grid.rigid() || search.counted) return true;
    const double gained = first.rss - 2 * c.f;
    return other.rss - 2 * gained - 0.25 * other.rss < 2 * c.f;
  }

  void fail(Size at) const {
    for (int i = 0; i < ogive::batch_columns; ++i) data.out[i * data.count + at] = __builtin_nan("");
    for (int i = 0; data.swept && i < ogive::batch_swept; ++i) data.swept[i * data.count + at] = 0;
  }

  void run(Size from, Size to) {
    int sound = 0;
    Size start = 0;
    Size rows[block];
    for (Size i = from; i < to; ++i) {
      Curve& c = curves[sound];
      c.start = start;
      if (!gather(c, data, i, points, model.likelihood)) {
        if (data.ends) {
          data.ends[i] = data.ends[data.count + i] = __builtin_nan("");
          continue;
        }
        fail(i);
        data.out[ogive::batch_n * data.count + i] = c.n;
        continue;
      }
      start += c.n;
      rows[sound] = i;
      begin(c, sound++);
    }
    if (data.ends) return reach(sound, rows);
    find(sound);
    finish(sound, rows);
  }

  void reach(int count, const Size* rows) {
    for (int i = 0; i < count; ++i) list[i] = starts[i * most_starts];
    Reach<n>{search, model, data, points}.run(list, curves, count, rows);
  }

  void finish(int count, const Size* rows) {
    const Finish<n> finisher{search, model, data};
    for (int i = 0; i < count;) {
      int together = 1;
      while (together < lanes && i + together < count && rows[i + together] == rows[i] + together) ++together;
      finisher.run(curves + i, together, rows[i]);
      i += together;
    }
  }
};

template <int n>
int fit(const ogive::BatchModel& model, const ogive::BatchData& data) {
  Size longest = 1, points = 1;
  for (Size from = 0; from < data.count; from += block) {
    Size sum = 0;
    for (Size i = from; i < data.count && i < from + block; ++i) {
      sum += data.length[i];
      longest = data.length[i] > longest ? data.length[i] : longest;
    }
    points = sum > points ? sum : points;
  }
  const Room<double> gathered(4 * points), scratch(longest);
  const Room<F> scores(2 * (max_nodes / wide + 2));
  const Room<double> room(7 * longest * lanes);
  const Room<Curve> curves(block);
  const Room<Start> starts(block * most_starts), list(block * most_starts);
  const Room<int> found(block);
  const Room<Design> tables(designs);
  const Size levels = longest < max_levels ? longest : max_levels, node_levels = max_nodes * levels;
  const Room<double> observed(designs * 2 * longest), fractions(designs * node_levels);
  const Room<float> directions(designs * node_levels);
  const Room<int> order(designs * longest);
  if (!gathered || !scores || !scratch || !room || !curves || !starts || !list || !found || !tables || !observed ||
      !fractions || !directions || !order)
    return 1;
  for (int i = 0; i < designs; ++i)
    static_cast<Memory&>(tables.data()[i]) = {observed.data() + 2 * i * longest,
                                              observed.data() + (2 * i + 1) * longest, order.data() + i * longest,
                                              reinterpret_cast<V*>(fractions.data() + i * node_levels),
                                              reinterpret_cast<F*>(directions.data() + i * node_levels)};
  const Points at{gathered.data(), gathered.data() + points, gathered.data() + 2 * points,
                  gathered.data() + 3 * points};
  Search<n> search(model, curves.data(), at, int(longest), room.data());
  Block<n> blocks{model,         data,           at,           curves.data(),
                  starts.data(), list.data(),    found.data(), tables.data(),
                  scores.data(), scratch.data(), search};
  for (Size from = 0; from < data.count; from += block)
    blocks.run(from, from + block < data.count ? from + block : data.count);
  return 0;
}

int run(const ogive::BatchModel& model, const ogive::BatchData& data) {
  return model.powered ? fit<3>(model, data) : fit<2>(model, data);
}

const char* name_of(int shape) { return shapes[shape].name; }

}  // namespace

#define OGIVE_NAME(target) OGIVE_NAME_(target)
#define OGIVE_NAME_(target) batch_##target

namespace ogive {
Batch OGIVE_NAME(OGIVE_TARGET)() { return {&name_of, sizeof shapes / sizeof *shapes, lanes, &run}; }
}  // namespace ogive
