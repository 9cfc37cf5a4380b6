// The kernels of every shape for one CPU target: OGIVE_TARGET names it, the compiler's flags choose it.
#include "kernels.hpp"

#include "math/sigmoid.hpp"

namespace {

using ogive::Kernel;

// An output may be exactly the input, so GCC must not guard the loop with an overlap test: ivdep says that no
// element depends on an earlier one.
#define OGIVE_LOOP(NAME, BODY)                                              \
  template <class Shape>                                                    \
  struct NAME {                                                             \
    template <class T>                                                      \
    static void run(const T* x, T* first, T* second, std::ptrdiff_t n) {    \
      (void)second;                                                         \
      _Pragma("GCC ivdep") for (std::ptrdiff_t i = 0; i < n; ++i) { BODY; } \
    }                                                                       \
  }

OGIVE_LOOP(Value, first[i] = Shape::value(x[i]));
OGIVE_LOOP(Derivative, first[i] = Shape::derivative(x[i]));
OGIVE_LOOP(SecondDerivative, first[i] = Shape::second_derivative(x[i]));
OGIVE_LOOP(ValueAndDerivative, Shape::value_and_derivative(x[i], first[i], second[i]));
OGIVE_LOOP(Inverse, first[i] = Shape::inverse(x[i]));
OGIVE_LOOP(Log, first[i] = Shape::log(x[i]));

template <class Shape>
struct Rows {
  Kernel rows[8];
  int count = 0;

  template <template <class> class Role>
  constexpr void add(const char* role, int outputs = 1) {
    rows[count++] = {Shape::name, role, outputs, &Role<Shape>::template run<float>,
                     &Role<Shape>::template run<double>};
  }

  constexpr Rows() : rows{} {
    if constexpr (requires { Shape::value(1.0); }) add<Value>("");
    if constexpr (requires { Shape::derivative(1.0); }) add<Derivative>("derivative");
    if constexpr (requires { Shape::second_derivative(1.0); }) add<SecondDerivative>("second_derivative");
    if constexpr (requires(double a) { Shape::value_and_derivative(1.0, a, a); })
      add<ValueAndDerivative>("value_and_derivative", 2);
    if constexpr (requires { Shape::inverse(1.0); }) add<Inverse>("inverse");
    if constexpr (requires { Shape::log(1.0); }) add<Log>("log");
  }
};

template <class... Shapes>
struct Table {
  Kernel rows[8 * sizeof...(Shapes)];
  int count = 0;

  constexpr Table() : rows{} { (append(Rows<Shapes>{}), ...); }

  template <class Shape>
  constexpr void append(const Rows<Shape>& shape) {
    for (int i = 0; i < shape.count; ++i) rows[count++] = shape.rows[i];
  }
};

constexpr Table<Sigmoid> table;

}  // namespace

#define OGIVE_NAME(target) OGIVE_NAME_(target)
#define OGIVE_NAME_(target) kernels_##target
#define OGIVE_TEXT(target) OGIVE_TEXT_(target)
#define OGIVE_TEXT_(target) #target

namespace ogive {
Kernels OGIVE_NAME(OGIVE_TARGET)() { return {OGIVE_TEXT(OGIVE_TARGET), table.rows, table.count}; }
}  // namespace ogive
