// The element types that need no vector code.
#pragma once

#include <cmath>
#include <complex>

namespace {

using Real = long double;
using Complex = std::complex<double>;

}  // namespace
