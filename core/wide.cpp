// Kernels for the element types that need no vector code: long double and complex. Compiled once, with the C
// library's functions; the forms are those of math/, so that the tails are as good.
#include "kernels.hpp"
#include "math/wide/algebraic.hpp"
#include "math/wide/arctan.hpp"
#include "math/wide/cloglog.hpp"
#include "math/wide/elu.hpp"
#include "math/wide/gelu.hpp"
#include "math/wide/gelu_tanh.hpp"
#include "math/wide/gompertz.hpp"
#include "math/wide/gudermannian.hpp"
#include "math/wide/hard_sigmoid.hpp"
#include "math/wide/hard_swish.hpp"
#include "math/wide/hard_tanh.hpp"
#include "math/wide/leaky_relu.hpp"
#include "math/wide/mish.hpp"
#include "math/wide/normal.hpp"
#include "math/wide/relu.hpp"
#include "math/wide/selu.hpp"
#include "math/wide/sigmoid.hpp"
#include "math/wide/silu.hpp"
#include "math/wide/smoothstep.hpp"
#include "math/wide/softplus.hpp"
#include "math/wide/softsign.hpp"
#include "math/wide/tanh.hpp"

namespace {

using ogive::WideKernel;
using Size = std::ptrdiff_t;

// ---- Loops --------------------------------------------------------------------------------------------------------

template <class T>
struct WorkingType {
  using type = T;
};
template <>
struct WorkingType<std::complex<float>> {
  using type = Complex;
};

template <class F, class T>
void run(const T* x, T* first, T* second, Size n) {
  using Work = typename WorkingType<T>::type;
  for (Size i = 0; i < n; ++i) {
    const Work z(x[i]);
    first[i] = T(F::at(z));
    if constexpr (requires { F::second_at(z); }) second[i] = T(F::second_at(z));
  }
}

#define OGIVE_ROLE(Role, function)              \
  template <class Shape>                        \
  struct Role {                                 \
    template <class T>                          \
    static auto at(T x)                         \
      requires requires { Shape::function(x); } \
    {                                           \
      return Shape::function(x);                \
    }                                           \
  }
OGIVE_ROLE(Value, value);
OGIVE_ROLE(Derivative, derivative);
OGIVE_ROLE(SecondDerivative, second_derivative);
OGIVE_ROLE(Inverse, inverse);
OGIVE_ROLE(Log, log);
OGIVE_ROLE(LogComplement, log_complement);

template <class Shape>
struct ValueAndDerivative : Value<Shape> {
  template <class T>
  static auto second_at(T x) {
    return Shape::derivative(x);
  }
};

// ---- The table ----------------------------------------------------------------------------------------------------

template <class F, class T, class Work = T>
constexpr ogive::Loop<T> loop_of() {
  if constexpr (requires(Work x) { F::at(x); }) return &run<F, T>;
  return nullptr;
}

template <template <class> class Role, class Shape>
constexpr WideKernel row(const char* role) {
  using F = Role<Shape>;
  return {Shape::name, role, loop_of<F, Real>(), loop_of<F, std::complex<float>, Complex>(), loop_of<F, Complex>()};
}

constexpr int roles = 7;

template <class... Shapes>
struct Table {
  WideKernel rows[roles * sizeof...(Shapes)];
  int count = 0;

  constexpr Table() : rows{} { (add_shape<Shapes>(), ...); }

  template <class Shape>
  constexpr void add_shape() {
    rows[count++] = row<Value, Shape>("");
    rows[count++] = row<Derivative, Shape>("derivative");
    rows[count++] = row<SecondDerivative, Shape>("second_derivative");
    rows[count++] = row<ValueAndDerivative, Shape>("value_and_derivative");
    rows[count++] = row<Inverse, Shape>("inverse");
    rows[count++] = row<Log, Shape>("log");
    rows[count++] = row<LogComplement, Shape>("log_complement");
  }
};

constexpr Table<
    // S-curves
    Sigmoid, Tanh, Softsign, Algebraic, HardSigmoid, Arctan, Gudermannian, Smoothstep, Normal, Gompertz, Cloglog,
    // activations
    Softplus, Relu, LeakyRelu, Elu, Selu, Silu, Gelu, GeluTanh, Mish, HardSwish, HardTanh>
    table;

}  // namespace

namespace ogive {
WideKernels wide_kernels() { return {table.rows, table.count}; }
}  // namespace ogive
