// Kernels for the element types that need no vector code: long double and complex. Compiled once, with the C
// library's functions; the forms are those of math/, so that the tails are as good.
#include "kernels.hpp"
#include "math/wide/elu.hpp"
#include "math/wide/gelu_tanh.hpp"
#include "math/wide/hard_swish.hpp"
#include "math/wide/hard_tanh.hpp"
#include "math/wide/leaky_relu.hpp"
#include "math/wide/mish.hpp"
#include "math/wide/relu.hpp"
#include "math/wide/selu.hpp"
#include "math/wide/sigmoid.hpp"
#include "math/wide/silu.hpp"
#include "math/wide/softplus.hpp"

namespace {

using ogive::WideKernel;
using Size = std::ptrdiff_t;

// ---- Hyperbolic tangent -------------------------------------------------------------------------------------------

struct Tanh {
  static constexpr char name[] = "tanh";

  static Real value(Real x) { return std::tanh(x); }
  static Real derivative(Real x) {
    const Real t = std::exp(-2 * std::abs(x));
    return 4 * t / (1 + t) / (1 + t);
  }
  static Real second_derivative(Real x) { return -2 * std::tanh(x) * derivative(x); }
  static Real inverse(Real p) { return std::atanh(p); }
  static Complex value(Complex z) { return std::tanh(z); }
  static Complex derivative(Complex z) { return 4.0 * Sigmoid::derivative(2.0 * z); }
  static Complex inverse(Complex p) { return std::atanh(p); }
};

// ---- Softsign -----------------------------------------------------------------------------------------------------

struct Softsign {
  static constexpr char name[] = "softsign";

  static Real value(Real x) { return std::isinf(x) ? std::copysign(1, x) : x / (1 + std::abs(x)); }
  static Real derivative(Real x) { return 1 / (1 + std::abs(x)) / (1 + std::abs(x)); }
  static Real second_derivative(Real x) {
    return x == 0 ? -x : std::copysign(2 * derivative(x) / (1 + std::abs(x)), -x);
  }
  static Real inverse(Real p) { return std::abs(p) > 1 ? __builtin_nanl("") : p / (1 - std::abs(p)); }
};

// ---- Algebraic ----------------------------------------------------------------------------------------------------

struct Algebraic {
  static constexpr char name[] = "algebraic";

  static Real value(Real x) { return std::isinf(x) ? std::copysign(1, x) : x / std::hypot(Real(1), x); }
  static Real derivative(Real x) {
    const Real root = std::hypot(Real(1), x);
    return 1 / root / root / root;
  }
  static Real second_derivative(Real x) {
    const Real root = std::hypot(Real(1), x);
    return -3 * value(x) / root / root / root / root;
  }
  static Real inverse(Real p) { return p / std::sqrt((1 - p) * (1 + p)); }
};

// ---- Hard sigmoid -------------------------------------------------------------------------------------------------

struct HardSigmoid {
  static constexpr char name[] = "hard_sigmoid";

  static Real value(Real x) { return x >= 3 ? 1 : x <= -3 ? 0 : (x + 3) / 6; }
  static Real derivative(Real x) { return std::isnan(x) ? x : std::abs(x) < 3 ? Real(1) / 6 : 0; }
  static Real second_derivative(Real x) { return std::isnan(x) ? x : 0; }
  static Real inverse(Real p) { return p >= 0 && p <= 1 ? 6 * p - 3 : __builtin_nanl(""); }
};

// ---- Arc tangent --------------------------------------------------------------------------------------------------

constexpr Real half_pi = 0x1.921fb54442d1846ap+0L;

struct Arctan {
  static constexpr char name[] = "arctan";

  static Real value(Real x) { return std::atan(x); }
  static Real derivative(Real x) { return std::abs(x) < 1e30L ? 1 / (1 + x * x) : 1 / x / x; }
  static Real second_derivative(Real x) {
    const Real slope = derivative(x);
    return slope == 0 ? -x * 0 : -2 * x * slope * slope;
  }
  static Real inverse(Real p) { return std::abs(p) <= half_pi ? std::tan(p) : __builtin_nanl(""); }
  static Complex value(Complex z) { return std::atan(z); }
  static Complex derivative(Complex z) { return 1.0 / ((1.0 + Complex(0, 1) * z) * (1.0 - Complex(0, 1) * z)); }
  static Complex inverse(Complex p) { return std::tan(p); }
};

// ---- Gudermannian -------------------------------------------------------------------------------------------------

struct Gudermannian {
  static constexpr char name[] = "gudermannian";

  static Real value(Real x) { return 2 * std::atan(std::tanh(x / 2)); }
  static Real derivative(Real x) {
    const Real t = std::exp(-std::abs(x));
    return 2 * t / (1 + t * t);
  }
  static Real second_derivative(Real x) { return -derivative(x) * std::tanh(x); }
  static Real inverse(Real p) {
    if (!(std::abs(p) <= half_pi)) return __builtin_nanl("");
    if (std::abs(p) < 1) return 2 * std::atanh(std::tan(p / 2));
    return std::copysign(std::log(std::tan((half_pi - std::abs(p)) / 2)), p);
  }
};

// ---- Smoothstep ---------------------------------------------------------------------------------------------------

struct Smoothstep {
  static constexpr char name[] = "smoothstep";

  static Real value(Real x) { return x <= 0 ? 0 : x >= 1 ? 1 : x * (3 - 2 * x) * x; }
  static Real derivative(Real x) { return x <= 0 || x >= 1 ? 0 : 6 * x * (1 - x); }
  static Real second_derivative(Real x) { return x <= 0 || x >= 1 ? 0 : 6 - 12 * x; }
  static Real inverse(Real p) {
    if (p > 0.5L) return 1 - inverse(1 - p);
    const Real third = std::asin(std::sqrt(p)) / 3;
    return std::sin(third) * (std::sin(third) + std::sqrt(Real(3)) * std::cos(third));
  }
};

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
    Sigmoid, Tanh, Softsign, Algebraic, HardSigmoid, Arctan, Gudermannian, Smoothstep,
    // activations
    Softplus, Relu, LeakyRelu, Elu, Selu, Silu, GeluTanh, Mish, HardSwish, HardTanh>
    table;

}  // namespace

namespace ogive {
WideKernels wide_kernels() { return {table.rows, table.count}; }
}  // namespace ogive
