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
  batch_between,        // how many finite places have gone 2 to 98 % of the way, up to 3 (3 of a curve of two places)
  batch_area,           // mean height of the curve over its finite places on the axis
  batch_steepest,       // the largest steepness that the places can tell from a step
  batch_mean,           // of the responses, weighted
  batch_weight,         // what the weights add up to
  batch_level_low,   // how many places have gone 15 % of the way at most, up to 2 (2 for one at an end of the axis)
  batch_level_high,  // how many have gone 85 % at least
  batch_columns
};

// What curves that have parameters in common need besides: the upper triangle of a matrix of 6 rows, the second
// derivatives of half the deviance of a curve by the five parameters with its gradient as the last column, swept by
// the free ones (those at a limit left out, their rows 0). Where i and j are free it holds the inverse, where i is
// free and j is not it says how far i follows j (or, in the last column, its Newton step, with a minus), and where
// neither is free it holds what is left: the second derivatives and the gradient by the held ones, while the free
// ones follow. J. H. Goodnight, A tutorial on the sweep operator, The American Statistician 33 (1979) 149-158.
constexpr int batch_swept = 21;

struct BatchModel {
  int shape;        // a place among the engine's shapes
  int powered;      // whether there is an exponent other than 1
  int free;         // bit i: parameter i is estimated
  int held;         // bit i: parameter i is held, at a value of its own for each curve
  int by_user;      // bit i: limits of parameter i were set by the user
  int swap;         // whether exchanging the asymptotes and turning the steepness gives the same model
  int reciprocal;   // whether the axis is -1/x, whose natural midpoints do not cross 0
  double lower[5];  // limits on the scales of estimation; nan for natural ones; equal where a value is held
  double upper[5];
  double extension;  // how much farther than twice its span beyond the places a natural midpoint may lie
  int likelihood;    // 0: normal; 1: binomial, y counts successes among w trials; 2: Poisson
  int evaluate;      // whether curves are taken as they are given, and nothing is searched
};

// Curves side by side: curve i holds y[begin[i]] ... over length[i] points, and places g[place[i]] ... A nan in y, g
// or w is a missing value. Places beyond 1e29 in size are at infinity.
struct BatchData {
  const double *g, *y, *w;  // w may be null: all weights 1
  const std::int64_t *begin, *place, *length;
  std::int64_t count;
  // 5 x count, or null: the values of held parameters, and where the search for the others starts; a search that has
  // no start (some nan) looks everywhere, and one that has is not settled at infinity
  const double* given;
  double* out;    // batch_columns x count
  double* swept;  // batch_swept x count, or null
  // Where the ends of the profile of a dose are asked for, of curves that are given at their minimum, nothing else is
  // done: 3 x count, half the deviance there, by how much it may rise, and the argument of the shape at the dose (0
  // for a midpoint); 2 x count, the ends (nan: not found).
  const double* rise;
  double* ends;
};

// Returns 0, or 1 where memory ran out.
using BatchFit = int (*)(const BatchModel&, const BatchData&);

struct Batch {
  const char* (*shape_name)(int);
  int shape_count;
  int lanes;
  BatchFit fit;
};

}  // namespace ogive
