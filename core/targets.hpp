// The processors that the core is compiled for, and which of them this one is. No NumPy, no Python: meson.build asks
// it too, for the one target that a build in place needs.
#pragma once

#include <cstring>

namespace ogive {

// Whether this processor has what a target is compiled with: the features that core/meson.build names, one by one,
// since older compilers know no names for sets of them.
inline bool runs_here(const char* target) {
#if defined(__x86_64__)
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (std::strcmp(target, "v3") == 0) return v3;
  if (std::strcmp(target, "v4") == 0) return v4;
#endif
  (void)target;
  return true;
}

}  // namespace ogive
