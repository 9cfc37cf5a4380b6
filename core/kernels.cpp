// The kernels of every shape for one CPU target: OGIVE_TARGET names it, the compiler's flags choose it. Compiling
// them takes a while, so it is done in parts, side by side: OGIVE_PART of ogive::kernel_parts.
#include "kernels.hpp"

#include <cstdint>

#include "math/algebraic.hpp"
#include "math/arctan.hpp"
#include "math/cloglog.hpp"
#include "math/elu.hpp"
#include "math/gelu.hpp"
#include "math/gelu_tanh.hpp"
#include "math/gompertz.hpp"
#include "math/gudermannian.hpp"
#include "math/hard_sigmoid.hpp"
#include "math/hard_swish.hpp"
#include "math/hard_tanh.hpp"
#include "math/leaky_relu.hpp"
#include "math/mish.hpp"
#include "math/normal.hpp"
#include "math/relu.hpp"
#include "math/selu.hpp"
#include "math/sigmoid.hpp"
#include "math/silu.hpp"
#include "math/smoothstep.hpp"
#include "math/softplus.hpp"
#include "math/softsign.hpp"
#include "math/tanh.hpp"

namespace {

using ogive::Kernel;
using Size = std::ptrdiff_t;

// ---- Roles --------------------------------------------------------------------------------------------------------

template <class Shape, class T>
inline T reach_of(T x) {
  if constexpr (requires { Shape::reach(x); })
    return Shape::reach(x);
  else
    return abs_of(x);
}

// How a role reads from a shape. A shape may split a function in two: `value` then holds where |x| <= Shape::near,
// and `far_value` beyond; a shape whose two sides differ says by `reach(x)` what stands for |x|, and for one role
// alone by `reach_inverse(p)` and the like. Which form is needed is seen a block at a time, so the common case pays
// one comparison for it. A shape that is written for float64 alone computes float32 through it, and rounds once at
// the end. Where it has a form for a whole register of floats, arrays of them go through that. Where it takes a first
// half made by `begin(x)` beside its argument, and nothing else, a block goes through the halves one after the other.
#define OGIVE_ROLE(Role, function)                                                                        \
  template <class Shape>                                                                                  \
  struct Role : Shape {                                                                                   \
    template <class T>                                                                                    \
    static T reach(T x) {                                                                                 \
      if constexpr (requires { Shape::reach_##function(x); })                                             \
        return Shape::reach_##function(x);                                                                \
      else                                                                                                \
        return reach_of<Shape>(x);                                                                        \
    }                                                                                                     \
    template <class T>                                                                                    \
    static constexpr bool halved =                                                                        \
        requires(T x) { Shape::function(x, Shape::begin(x)); } && !requires(T x) { Shape::function(x); }; \
    static constexpr int outputs = 1;                                                                     \
    static constexpr bool exists = requires { Shape::function(1.0); } || halved<double>;                  \
    static constexpr bool split = requires { Shape::far_##function(1.0); };                               \
    static constexpr bool whole = requires(Floats x) { Shape::whole_##function(x); };                     \
    static Floats whole_at(Floats x) { return Shape::whole_##function(x); }                               \
    template <class T>                                                                                    \
    static void finish(T x, Pair<T> half, T& first, T&) {                                                 \
      first = Shape::function(x, half);                                                                   \
    }                                                                                                     \
    template <class T>                                                                                    \
    static void at(T x, T& first, T& second) {                                                            \
      if constexpr (halved<T>)                                                                            \
        finish(x, Shape::begin(x), first, second);                                                        \
      else if constexpr (requires { Shape::function(x); })                                                \
        first = T(Shape::function(x));                                                                    \
      else                                                                                                \
        first = T(Shape::function(double(x), Shape::begin(double(x))));                                   \
    }                                                                                                     \
    template <class T>                                                                                    \
    static void far_at(T x, T& first, T&) {                                                               \
      first = T(Shape::far_##function(x));                                                                \
    }                                                                                                     \
  }
OGIVE_ROLE(Value, value);
OGIVE_ROLE(Derivative, derivative);
OGIVE_ROLE(SecondDerivative, second_derivative);
OGIVE_ROLE(Inverse, inverse);
OGIVE_ROLE(Log, log);
OGIVE_ROLE(LogComplement, log_complement);

template <class Shape>
struct ValueAndDerivative : Shape {
  static constexpr int outputs = 2;
  template <class T>
  static constexpr bool halved = requires(T x) { Shape::value_and_derivative(x, Shape::begin(x), x, x); };
  static constexpr bool exists = requires(double y) { Shape::value_and_derivative(1.0, y, y); } || halved<double>;
  static constexpr bool split = requires(double y) { Shape::far_value_and_derivative(1.0, y, y); };
  static constexpr bool whole = false;
  template <class T>
  static void finish(T x, Pair<T> half, T& first, T& second) {
    Shape::value_and_derivative(x, half, first, second);
  }
  template <class T>
  static void at(T x, T& first, T& second) {
    if constexpr (halved<T>) {
      finish(x, Shape::begin(x), first, second);
    } else if constexpr (requires { Shape::value_and_derivative(x, first, second); }) {
      Shape::value_and_derivative(x, first, second);
    } else {
      double value, slope;
      Shape::value_and_derivative(double(x), value, slope);
      first = T(value), second = T(slope);
    }
  }
  template <class T>
  static void far_at(T x, T& first, T& second) {
    if constexpr (requires { Shape::far_value_and_derivative(x, first, second); }) {
      Shape::far_value_and_derivative(x, first, second);
    } else {
      double value, slope;
      Shape::far_value_and_derivative(double(x), value, slope);
      first = T(value), second = T(slope);
    }
  }
};

// ---- Loops --------------------------------------------------------------------------------------------------------

// Both measured: larger blocks, and requests nearer or farther, are slower on arrays out of cache.
template <class T>
constexpr Size block = 1024 / sizeof(T);  // elements between two looks at whether the far form is needed
template <class T>
constexpr Size ahead = 4096 / sizeof(T);  // elements that memory is asked for in advance
template <class T>
constexpr Size lanes = 64 / sizeof(T);  // of the widest vector, and of a cache line

// flatten: a function that was left as a call would not become vector code.
// noinline: two copies of a pass take a tenth longer to compile, and a call for each block costs nothing.
// OGIVE_INDEPENDENT: an output may be exactly the input, so no element depends on an earlier one, and the compiler
// need not test for it.
#if defined(__clang__)
#define OGIVE_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define OGIVE_INDEPENDENT _Pragma("GCC ivdep")
#endif

// The near form of a block. A long function in one piece leaves the processor waiting: its window holds too few
// elements to overlap them. In two halves, with what passes between them kept beside, it holds enough.
template <class F, class T>
struct Near {
  [[gnu::flatten]] void prepare(const T*, Size) {}
  void at(Size, T x, T& first, T& second) const { F::at(x, first, second); }
};
template <class F, class T>
  requires(F::template halved<T>)
struct Near<F, T> {
  alignas(64) T high[block<T>], low[block<T>];
  [[gnu::flatten]] void prepare(const T* x, Size n) {
    OGIVE_INDEPENDENT
    for (Size i = 0; i < n; ++i) {
      const Pair<T> half = F::begin(x[i]);
      high[i] = half.high;
      low[i] = half.low;
    }
  }
  void at(Size i, T x, T& first, T& second) const { F::finish(x, {high[i], low[i]}, first, second); }
};

template <class F, class T>
[[gnu::flatten]] inline void plain(const T* x, T* first, T* second, Size n) {
  Near<F, T> near;
  near.prepare(x, n);
  OGIVE_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    T a, b = 0;
    near.at(i, x[i], a, b);
    first[i] = a;
    if (F::outputs == 2) second[i] = b;
  }
}

// The plain form throughout; tells whether it held for every element. The bits of |x| are ordered as |x| is, with nan
// on top: a nan only costs its block a second look. (A reach below 0 is near.)
template <class F, class T>
[[gnu::flatten]] inline bool near_pass(const T* x, T* first, T* second, Size n) {
  Near<F, T> near;
  near.prepare(x, n);
  Int<T> largest = 0;
  OGIVE_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    const Int<T> bits = to_bits(reach_of<F>(x[i]));
    largest = bits > largest ? bits : largest;
    T a, b = 0;
    near.at(i, x[i], a, b);
    first[i] = a;
    if (F::outputs == 2) second[i] = b;
  }
  return largest <= to_bits(F::template near<T>);
}

template <class F, class T>
[[gnu::flatten]] inline void mixed_pass(const T* x, T* first, T* second, Size n) {
  OGIVE_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    const bool far = reach_of<F>(x[i]) > F::template near<T>;
    T a, b = 0, far_a, far_b = 0;
    F::at(x[i], a, b);
    F::far_at(x[i], far_a, far_b);
    first[i] = far ? far_a : a;
    if (F::outputs == 2) second[i] = far ? far_b : b;
  }
}

// A register at a time.
template <class F>
[[gnu::flatten]] inline void whole_pass(const float* x, float* first, Size n) {
  for (Size i = 0; i < n; i += lanes<float>) store(F::whole_at(loaded(x + i)), first + i);
}

template <class F, class T>
constexpr bool in_registers = F::whole && sizeof(T) == sizeof(float);

template <class F, class T>
[[gnu::noinline]] void pass(const T* x, T* first, T* second, Size n) {
  if constexpr (in_registers<F, T>) {
    whole_pass<F>(x, first, n);
  } else if constexpr (F::split) {
    alignas(64) T kept[block<T>];
    if (x == first || x == second) {  // in place: the second look needs the input again
      __builtin_memcpy(kept, x, n * sizeof(T));
      x = kept;
    }
    if (!near_pass<F>(x, first, second, n)) mixed_pass<F>(x, first, second, n);
  } else {
    plain<F>(x, first, second, n);
  }
}

// Fewer elements than a vector has lanes, through a full one: quicker than one by one.
template <class F, class T>
[[gnu::noinline]] void few(const T* x, T* first, T* second, Size n) {
  alignas(64) T in[lanes<T>] = {}, out[2][lanes<T>];
  __builtin_memcpy(in, x, n * sizeof(T));
  pass<F>(in, out[0], out[1], lanes<T>);
  __builtin_memcpy(first, out[0], n * sizeof(T));
  if (F::outputs == 2) __builtin_memcpy(second, out[1], n * sizeof(T));
}

// A single element, as in a call with a Python float, needs none of the above.
template <class F, class T>
inline void one(const T* x, T* first, T* second) {
  T a, b = 0;
  if constexpr (F::split) {
    if (reach_of<F>(*x) > F::template near<T>)
      F::far_at(*x, a, b);
    else
      F::at(*x, a, b);
  } else {
    F::at(*x, a, b);
  }
  *first = a;
  if (F::outputs == 2) *second = b;
}

// Starts at a cache line of the first output: arrays from one allocator mostly share their alignment, and a vector
// that straddles two lines costs twice.
template <class F, class T>
void run(const T* x, T* first, T* second, Size n) {
  if (n == 1) return in_registers<F, T> ? few<F>(x, first, second, n) : one<F>(x, first, second);
  const auto advance = [&](Size count) {
    x += count, first += count, n -= count;
    if (F::outputs == 2) second += count;
  };
  const Size astray = Size(reinterpret_cast<std::uintptr_t>(first) % 64 / sizeof(T));
  if (astray && n > lanes<T>) {
    few<F>(x, first, second, lanes<T> - astray);
    advance(lanes<T> - astray);
  }
  while (n >= lanes<T>) {
    const Size count = n < block<T> ? n - n % lanes<T> : block<T>;
    for (Size i = 0; i < count; i += lanes<T>) __builtin_prefetch(x + ahead<T> + i);
    pass<F>(x, first, second, count);
    advance(count);
  }
  if (n > 0) few<F>(x, first, second, n);
}

// ---- The table ----------------------------------------------------------------------------------------------------

constexpr int roles = 7;

// Every shape whose place among all of them belongs to this part.
template <class... Shapes>
struct Table {
  Kernel rows[roles * sizeof...(Shapes)];
  int count = 0;

  constexpr Table() : rows{} { add_from<0, Shapes...>(); }

  template <int place, class Shape, class... Rest>
  constexpr void add_from() {
    if constexpr (place % ogive::kernel_parts == OGIVE_PART) add_shape<Shape>();
    if constexpr (sizeof...(Rest) > 0) add_from<place + 1, Rest...>();
  }

  template <class Shape>
  constexpr void add_shape() {
    add<Value<Shape>>("");
    add<Derivative<Shape>>("derivative");
    add<SecondDerivative<Shape>>("second_derivative");
    add<ValueAndDerivative<Shape>>("value_and_derivative");
    add<Inverse<Shape>>("inverse");
    add<Log<Shape>>("log");
    add<LogComplement<Shape>>("log_complement");
  }

  template <class F>
  constexpr void add(const char* role) {
    if constexpr (F::exists) rows[count++] = {F::name, role, F::outputs, &run<F, float>, &run<F, double>};
  }
};

constexpr Table<
    // S-curves
    Sigmoid, Tanh, Softsign, Algebraic, HardSigmoid, Arctan, Gudermannian, Smoothstep, Normal, Gompertz, Cloglog,
    // activations
    Softplus, Relu, LeakyRelu, Elu, Selu, Silu, Gelu, GeluTanh, Mish, HardSwish, HardTanh>
    table;

}  // namespace

#define OGIVE_NAME(target, part) OGIVE_NAME_(target, part)
#define OGIVE_NAME_(target, part) kernels_##target##_##part
#define OGIVE_TEXT(target) OGIVE_TEXT_(target)
#define OGIVE_TEXT_(target) #target

namespace ogive {
Kernels OGIVE_NAME(OGIVE_TARGET, OGIVE_PART)() { return {OGIVE_TEXT(OGIVE_TARGET), table.rows, table.count}; }
}  // namespace ogive
