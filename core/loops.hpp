// The loops that NumPy calls: one pass of a kernel over operands of any stride, in the floating-point mode that the
// kernels are written for, right for operands that overlap, and on several threads where a user has asked for them.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <numpy/ndarraytypes.h>

#include <atomic>
#include <cerrno>
#include <cfenv>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <type_traits>

#include "kernels.hpp"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {

// ---- The floating-point mode -----------------------------------------------------------------------------

// The kernels' error-free sums need rounding to nearest and subnormal numbers, so each loop runs in the default mode
// whatever the caller's is (libraries for networks flush subnormal numbers to zero). Vector kernels evaluate both
// sides of a select and may raise flags that no element deserves; no function here has an error to report. So mode
// and flags are put back as they were. Kernels of float and double touch only the vector unit's register, which is
// quick to save; the C library's may touch others.
template <class Store>
class DefaultMode {
#if defined(__x86_64__)
  static constexpr bool vector_unit_only = std::is_same_v<Store, float> || std::is_same_v<Store, double>;
  static constexpr unsigned default_control = 0x1f80, flags = 0x3f;  // no exception traps, no flag is up
  unsigned control_ = _mm_getcsr();
#else
  static constexpr bool vector_unit_only = false;
#endif
  std::fenv_t environment_{};

 public:
  DefaultMode() {
    if (!vector_unit_only) {
      std::fegetenv(&environment_);
      std::fesetenv(FE_DFL_ENV);
    }
#if defined(__x86_64__)
    if ((control_ & ~flags) != default_control) _mm_setcsr(default_control);
#endif
  }
  ~DefaultMode() {
    if (!vector_unit_only) std::fesetenv(&environment_);
#if defined(__x86_64__)
    _mm_setcsr(control_);
#endif
  }
  DefaultMode(const DefaultMode&) = delete;
  DefaultMode& operator=(const DefaultMode&) = delete;
};

// ---- Threads ---------------------------------------------------------------------------------------------

// How many threads a large pass may use: a context variable, so that it holds for the context that asks (a thread, an
// asyncio task) and whatever that starts from its copy. It is looked up only once somebody has asked.
struct Threads {
  static constexpr long most = 1024;
  static constexpr npy_intp least_part = 65536;  // elements, that outweigh the start of a thread by far
  PyObject* variable = nullptr;
  std::atomic<bool> asked{false};

  // From OGIVE_THREADS, else 1; -1 with a Python error.
  int create() {
    long count = 1;
    if (const char* text = std::getenv("OGIVE_THREADS"); text && *text) {
      char* end = nullptr;
      errno = 0;
      count = std::strtol(text, &end, 10);
      if (*end || errno || count < 1 || count > most) {
        PyErr_Format(PyExc_ImportError,
                     "OGIVE_THREADS=%s is not a number of threads; set it to 1 up to %ld, or unset it", text, most);
        return -1;
      }
    }
    PyObject* usual = PyLong_FromLong(count);
    if (!usual) return -1;
    variable = PyContextVar_New("ogive.threads", usual);
    Py_DECREF(usual);
    asked = count > 1;
    return variable ? 0 : -1;
  }

  // The parts that a pass over n elements is cut into. NumPy may have released the interpreter.
  npy_intp parts(npy_intp n) const {
    const npy_intp useful = n / least_part;
    if (useful < 2 || !asked.load(std::memory_order_relaxed)) return 1;
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject* value = nullptr;
    long count = 1;
    if (PyContextVar_Get(variable, nullptr, &value) == 0 && value) count = PyLong_AsLong(value);
    Py_XDECREF(value);
    PyGILState_Release(state);
    return count < useful ? count : useful;
  }
};
inline Threads threads;

// Calls work(begin, end) for each part of 0 ... n, this thread too. The threads live as long as the call: nothing is
// left that a fork could lose. Where no thread can be had, this one does the part.
template <class Work>
void in_parts(npy_intp n, npy_intp parts, const Work& work) {
  constexpr npy_intp grain = 1024;  // whole pages of the usual types
  const npy_intp size = (n / parts + grain - 1) / grain * grain;
  std::thread others[Threads::most];
  npy_intp begin = 0;
  for (int i = 0; n - begin > size; begin += size, ++i) {
    const npy_intp from = begin, to = begin + size;
    try {
      others[i] = std::thread([&work, from, to] { work(from, to); });
    } catch (...) {
      work(from, to);
    }
  }
  work(begin, n);
  for (std::thread& other : others)
    if (other.joinable()) other.join();
}

// ---- Operands --------------------------------------------------------------------------------------------

constexpr npy_intp block = 512;

// One operand of a ufunc call, seen as contiguous Work elements a block at a time: in place when it already
// is, through a small buffer when it is strided or of another type, or when it must be read before any output is
// written.
template <class Store, class Work>
class Operand {
  char* at_;
  npy_intp step_;
  bool direct_;
  alignas(64) Work buffer_[block];

 public:
  Operand(char* at, npy_intp step, bool kept = false)
      : at_(at), step_(step), direct_(std::is_same_v<Store, Work> && step == npy_intp(sizeof(Work)) && !kept) {}

  bool direct() const { return direct_; }
  Work* data() { return direct_ ? reinterpret_cast<Work*>(at_) : buffer_; }
  void load(npy_intp n) {
    if (direct_) return;
    for (npy_intp i = 0; i < n; ++i) buffer_[i] = Work(*reinterpret_cast<Store*>(at_ + i * step_));
  }
  void store(npy_intp n) {
    if (direct_) return;
    for (npy_intp i = 0; i < n; ++i) *reinterpret_cast<Store*>(at_ + i * step_) = Store(buffer_[i]);
  }
  void advance(npy_intp n) { at_ += n * step_; }
};

// Whether two operands of n elements share memory other than element by element, as an array with itself does. Ranges
// that interlock count as shared.
inline bool overlap(const char* x, npy_intp x_step, const char* y, npy_intp y_step, npy_intp n, npy_intp size) {
  if (x == y && x_step == y_step) return false;
  const auto bounds = [=](const char* at, npy_intp step, std::uintptr_t& low, std::uintptr_t& high) {
    const auto first = reinterpret_cast<std::uintptr_t>(at), last = first + std::uintptr_t((n - 1) * step);
    low = step < 0 ? last : first, high = (step < 0 ? first : last) + std::uintptr_t(size);
  };
  std::uintptr_t low, high, other_low, other_high;
  bounds(x, x_step, low, high);
  bounds(y, y_step, other_low, other_high);
  return low < other_high && other_low < high;
}

// ---- The loop --------------------------------------------------------------------------------------------

// A pass over elements `begin` to `end`. NumPy copies operands that overlap before it calls, but for an input that
// strides ahead of the output: element by element that is right, and kernels look twice at a block. So each block of
// such an input is `kept` before any of its results is written.
template <class Store, class Work, int Outputs>
void pass(char** args, const npy_intp* steps, ogive::Loop<Work> kernel, npy_intp begin, npy_intp end, bool kept) {
  const DefaultMode<Store> mode;
  const auto at = [&](int i) { return args[i] + begin * steps[i]; };
  npy_intp left = end - begin;
  if constexpr (std::is_same_v<Store, Work>) {
    constexpr npy_intp size = sizeof(Work);
    if (!kept && steps[0] == size && steps[1] == size && (Outputs == 1 || steps[2] == size)) {
      kernel(reinterpret_cast<Work*>(at(0)), reinterpret_cast<Work*>(at(1)),
             Outputs == 2 ? reinterpret_cast<Work*>(at(2)) : nullptr, left);
      return;
    }
  }
  Operand<Store, Work> x(at(0), steps[0], kept), first(at(1), steps[1]);
  Operand<Store, Work> second(Outputs == 2 ? at(2) : at(1), Outputs == 2 ? steps[2] : 0);
  while (left > 0) {
    const npy_intp n = left < block ? left : block;
    x.load(n);
    kernel(x.data(), first.data(), second.data(), n);
    first.store(n);
    if (Outputs == 2) second.store(n);
    x.advance(n), first.advance(n), second.advance(n);
    left -= n;
  }
}

template <class Store, class Work, int Outputs>
void loop(char** args, const npy_intp* dimensions, const npy_intp* steps, void* data) {
  const auto kernel = reinterpret_cast<ogive::Loop<Work>>(data);
  const npy_intp n = dimensions[0];
  constexpr npy_intp size = sizeof(Store);
  bool kept = overlap(args[0], steps[0], args[1], steps[1], n, size);
  if (Outputs == 2) kept = kept || overlap(args[0], steps[0], args[2], steps[2], n, size);
  const npy_intp parts = kept ? 1 : threads.parts(n);
  const auto work = [&](npy_intp begin, npy_intp end) {
    pass<Store, Work, Outputs>(args, steps, kernel, begin, end, kept);
  };
  if (parts > 1)
    in_parts(n, parts, work);
  else
    work(0, n);
}

}  // namespace
