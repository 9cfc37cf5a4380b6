// What the mathematics offers to whoever registers it: named loops over contiguous arrays. No NumPy, no
// Python.
#pragma once

#include <complex>
#include <cstddef>

namespace ogive {

// One pass over n elements. `second` is the second output of kernels that have two (value and slope), else
// unused. An output may be exactly the input array; any other overlap is the caller's to avoid.
template <class T>
using Loop = void (*)(const T* x, T* first, T* second, std::ptrdiff_t n);

// The roles a function can have in a shape; the ufunc of role "" is named as the shape itself.
struct Kernel {
  const char* shape;
  const char* role;
  int outputs;
  Loop<float> f32;
  Loop<double> f64;
};

// The kernels of a target come in parts of about the same size, compiled side by side.
constexpr int kernel_parts = 4;

struct Kernels {
  const char* target;
  const Kernel* rows;
  int count;
};

// Element types that need no vector code, compiled once. Rows are found by shape and role; null loops are
// dtypes the function is not offered in.
struct WideKernel {
  const char* shape;
  const char* role;
  Loop<long double> longdouble;
  Loop<std::complex<float>> complex64;
  Loop<std::complex<double>> complex128;
};

struct WideKernels {
  const WideKernel* rows;
  int count;
};

WideKernels wide_kernels();

}  // namespace ogive
