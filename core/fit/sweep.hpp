// What is left of the second derivatives of a curve while its free parameters follow the held ones: see batch_swept.
#pragma once

#include "partials.hpp"

namespace {

struct Sweep {
  static constexpr int size = parameters + 1;  // the gradient is the last column
  V at[size][size];

  explicit Sweep(const Symmetric<parameters>& matrix, const V* gradient) {
    for (int i = 0; i < size; ++i)
      for (int j = 0; j < size; ++j)
        at[i][j] = i < parameters && j < parameters ? matrix(i, j) : i < j ? gradient[i] : i > j ? gradient[j] : V{};
  }

  // Leave a parameter out, in the lanes that say so.
  void drop(int p, M lanes_of_it, V diagonal) {
    for (int i = 0; i < size; ++i) at[p][i] = lanes_of_it ? V{} : at[p][i], at[i][p] = lanes_of_it ? V{} : at[i][p];
    at[p][p] = lanes_of_it ? diagonal : at[p][p];
  }

  // Let a parameter follow the others; a pivot that is nothing but rounding of what it was says that the data do not
  // determine it: it stays, and its variance is infinite. Returns the lanes where it could follow.
  M pivot(int p, M wanted, V whole) {
    const M sound = at[p][p] > 1e-13 * whole, go = wanted & sound;
    const V inverse = 1.0 / (go ? at[p][p] : splat(1));
    for (int i = 0; i < size; ++i)
      for (int j = 0; j < size; ++j)
        if (i != p && j != p) at[i][j] -= go ? at[i][p] * at[p][j] * inverse : V{};
    for (int i = 0; i < size; ++i) {
      if (i == p) continue;
      at[p][i] = go ? at[p][i] * inverse : at[p][i];
      at[i][p] = go ? -at[i][p] * inverse : at[i][p];
    }
    at[p][p] = go ? inverse : at[p][p];
    drop(p, wanted & ~sound, splat(__builtin_inf()));
    return go;
  }

  // Sweep by the free parameters, those that are `out` left out; returns the lanes where all could follow.
  M run(int free, const M* out) {
    M sound = ~M{};
    V whole[parameters];
    for (int p = 0; p < parameters; ++p) {
      if (free >> p & 1) drop(p, out[p], V{});
      whole[p] = at[p][p];
    }
    for (int p = 0; p < parameters; ++p)
      if (free >> p & 1) sound &= pivot(p, ~out[p], whole[p]) | out[p];
    return sound;
  }

  // An element of what batch_swept describes, i <= j: symmetric, though a sweep changes signs on one side.
  V element(int i, int j, int free) const { return !(free >> i & 1) && (free >> j & 1) ? -at[i][j] : at[i][j]; }
};

}  // namespace
