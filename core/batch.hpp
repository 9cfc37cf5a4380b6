// What the engine that fits many curves offers to whoever calls it. No NumPy, no Python.
#pragma once

#include <cstdint>

namespace ogive {

// The columns of the output, each `count` doubles. Parameters and variances are on the scales of estimation: the
// midpoint on its axis, the exponent by its logarithm.
enum BatchColumn {
  batch_lower,
  batch_upper,
  batch_midpoint,
  batch_steepness,
  batch_asymmetry,
  batch_covariance,                   // 15: the upper triangle of the unscaled covariance of the five
  batch_rss = batch_covariance + 15,  // weighted residual sum of squares; the deviance of counts
  batch_total,                        // the same about the weighted mean
  batch_n,                            // observations used
  batch_steps,                        // steps of the search that won
  batch_converged,                    // 1, or 0
  batch_limits,                       // bit i: parameter i ended at a limit; bit 8 + i: that limit was natural
  batch_distinct,                     // distinct places, those at infinity included
  batch_first,
  batch_last,  // the range of finite places
  batch_fraction_low,
  batch_fraction_high,  // how far the curve has gone at its ends
  batch_between,        // 1 if some finite place has gone 2 to 98 % of the way, or has two places
  batch_area,           // mean height of the curve over its finite places on the axis
  batch_columns
};

struct BatchModel {
  int shape;        // a place in batch_shapes
  int powered;      // whether there is an exponent other than 1
  int free;         // bit i: parameter i is estimated
  int by_user;      // bit i: limits of parameter i were set by the user
  int swap;         // whether exchanging the asymptotes and turning the steepness gives the same model
  int reciprocal;   // whether the axis is -1/x, whose natural midpoints do not cross 0
  double lower[5];  // limits on the scales of estimation; nan for natural ones; equal where a value is held
  double upper[5];
  double extension;  // how much farther than twice its span beyond the places a natural midpoint may lie
  int searches;      // the most searches for one curve
  int likelihood;    // 0: normal; 1: binomial, y counts successes among w trials; 2: Poisson
};

// Curves side by side: curve i holds y[begin[i]] ... over length[i] points, and places g[place[i]] ... A nan in y, g
// or w is a missing value. Places beyond 1e29 in size are at infinity.
struct BatchData {
  const double *g, *y, *w;  // w may be null: all weights 1
  const std::int64_t *begin, *place, *length;
  std::int64_t count;
  double* out;  // batch_columns x count
};

// Returns 0, or 1 where memory ran out.
using BatchFit = int (*)(const BatchModel&, const BatchData&);

struct Batch {
  const char* const* shapes;
  int shape_count;
  int lanes;
  BatchFit fit;
};

}  // namespace ogive
