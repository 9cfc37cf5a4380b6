// Kernels for the element types that need no vector code: long double and complex. Compiled once.
#include "kernels.hpp"

namespace ogive {
WideKernels wide_kernels() { return {nullptr, 0}; }
}  // namespace ogive
