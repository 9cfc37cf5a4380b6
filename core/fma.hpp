// a * b + c rounded once, for processors that have no instruction for it. The functions are defined in fma.cpp, once,
// for written out at each of their thousands of uses they took most of the time a compiler spends on a target.
//
// GCC makes vector code of a loop that calls them: `simd` promises that a form for a whole register lies beside each
// under the name that the x86-64 vector function ABI gives it. Other compilers call the plain one, an element a time.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
#define OGIVE_HAS_VECTOR_FORM simd("notinbranch"),
#else
#define OGIVE_HAS_VECTOR_FORM
#endif

extern "C" {
__attribute__((OGIVE_HAS_VECTOR_FORM const, nothrow, visibility("hidden"))) float ogive_fmaf(float, float, float);
__attribute__((OGIVE_HAS_VECTOR_FORM const, nothrow, visibility("hidden"))) double ogive_fma(double, double, double);
}

#undef OGIVE_HAS_VECTOR_FORM
