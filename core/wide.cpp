// Kernels for the element types that need no vector code: long double and complex. Compiled once, with the C
// library's functions; the forms are those of math/, so that the tails are as good.
#include <cmath>

#include "kernels.hpp"

namespace {

using ogive::WideKernel;
using Size = std::ptrdiff_t;
using Real = long double;
using Complex = std::complex<double>;

// ---- Logistic -----------------------------------------------------------------------------------------------------

struct Sigmoid {
  static constexpr char name[] = "sigmoid";

  static Real value(Real x) {
    const Real t = std::exp(-std::abs(x));
    return (x < 0 ? t : 1) / (1 + t);
  }
  static Real derivative(Real x) {
    const Real t = std::exp(-std::abs(x));
    return t / (1 + t) / (1 + t);
  }
  static Real second_derivative(Real x) { return -std::copysign(derivative(x), x) * std::tanh(std::abs(x) / 2); }
  static Real inverse(Real p) {
    return p > 0.25L && p < 0.75L ? 2 * std::atanh(2 * p - 1) : std::log(p) - std::log1p(-p);
  }
  static Real log(Real x) { return (x < 0 ? x : 0) - std::log1p(std::exp(-std::abs(x))); }
  static Real log_complement(Real x) { return log(-x); }

  // With t = e^-|x| and c = cos(y/2), |1 + e^-z|^2 is (1-t)^2 + 4 t c^2 for x >= 0 and that over t^2 for x < 0: sums
  // of squares, so that nothing cancels next to the poles at odd multiples of i pi.
  struct Polar {
    double t, cosine, sine, one_minus_t, norm;
    explicit Polar(Complex z)
        : t(std::exp(-std::abs(z.real()))),
          cosine(std::cos(z.imag() / 2)),
          sine(std::sin(z.imag() / 2)),
          one_minus_t(-std::expm1(-std::abs(z.real()))),
          norm(one_minus_t * one_minus_t + 4 * t * cosine * cosine) {}
  };
  // norm times the value, over t for x < 0.
  static Complex direction(Complex z, const Polar& p) {
    const double twice_square = 2 * p.cosine * p.cosine, sine = 2 * p.sine * p.cosine;
    if (z.real() < 0) return {twice_square - p.one_minus_t, sine};
    return {p.one_minus_t + p.t * twice_square, p.t * sine};
  }
  static Complex value(Complex z) {
    const Polar p(z);
    if (p.norm == 0) return Complex(1) / Complex(0);
    return (z.real() < 0 ? p.t : 1) * direction(z, p) / p.norm;
  }
  static Complex derivative(Complex z) { return value(z) * value(-z); }
  // The principal logarithm of the value.
  static Complex log(Complex z) {
    const Polar p(z);
    const double shift = p.t * (p.t + 2 * (p.cosine - p.sine) * (p.cosine + p.sine));  // norm - 1
    const double half_log = 0.5 * (std::abs(shift) < 0.5 ? std::log1p(shift) : std::log(p.norm));
    return {(z.real() < 0 ? z.real() : 0) - half_log, std::arg(direction(z, p))};
  }
  static Complex log_complement(Complex z) { return log(-z); }
};

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

// ---- Normal -------------------------------------------------------------------------------------------------------

struct Normal {
  static constexpr char name[] = "normal";

  static constexpr Real half_root = 0x1.6a09e667f3bcc908p-1L, half_root_low = 0x1.65f626cdd52bp-66L;  // sqrt(1/2)
  static constexpr Real density = 0x1.9884533d436508dp-2L;                                            // 1/sqrt(2 pi)

  // erfc(y + low) / 2 with y + low = -x sqrt(1/2): the rounding of y would be magnified by x^2.
  static Real value(Real x) {
    const Real y = -x * half_root, low = std::isinf(x) ? 0 : std::fma(-x, half_root, -y) - x * half_root_low;
    const Real slope = 1.1283791670955125739L * std::exp(-y * y);  // 2 / sqrt(pi)
    return (std::erfc(y) - slope * low) / 2;
  }
  static Real derivative(Real x) {
    const Real square = x * x, low = std::isinf(square) ? 0 : std::fma(x, x, -square);
    return density * std::exp(-square / 2) * (1 - low / 2);
  }
  static Real second_derivative(Real x) {
    const Real slope = derivative(x);
    return slope == 0 ? std::copysign(0, -x) : -x * slope;
  }
  static Real log(Real x) {
    if (x > 0) return std::log1p(-value(-x));
    if (!(x < -100)) return std::log(value(x));
    Real sum = 0, term = 1;  // 1 - 1/x^2 + 3/x^4 - ...
    for (int n = 1; n < 12; ++n) sum += term *= -(2 * n - 1) / x / x;
    return -x * x / 2 + (std::log(-density / x) + std::log1p(sum));
  }
  static Real log_complement(Real x) { return log(-x); }
  // Newton's method on the value next to 1/2, and on its logarithm, which is nearly a parabola, elsewhere.
  static Real inverse(Real p) {
    if (!(p >= 0 && p <= 1)) return __builtin_nanl("");
    if (p == 0 || p == 1) return p == 0 ? -__builtin_infl() : __builtin_infl();
    if (p > 0.75L) return -inverse(1 - p);
    const bool centre = p > 0.25L;
    Real x = centre ? (p - 0.5L) / density : -std::sqrt(-2 * std::log(p));
    for (int i = 0; i < 12; ++i) {
      const Real rest = centre ? std::erf(x * half_root) / 2 - (p - 0.5L) : (log(x) - std::log(p)) * value(x);
      x -= rest / derivative(x);
    }
    return x;
  }
};

// ---- Gompertz and complementary log-log ---------------------------------------------------------------------------

struct Cloglog {
  static constexpr char name[] = "cloglog";

  static Real value(Real x) { return -std::expm1(-std::exp(x)); }
  static Real derivative(Real x) {
    const Real z = x > 20 ? 20 : x;  // nothing is left from 9.4 on
    return std::exp(z - std::exp(z));
  }
  static Real second_derivative(Real x) { return -derivative(x) * std::expm1(x > 20 ? 20 : x); }
  static Real inverse(Real p) { return std::log(-std::log1p(-p)); }
  static Real log(Real x) {
    const Real u = std::exp(x > 20 ? 20 : x);
    if (x < -70) return x;
    return u > 1 ? std::log1p(-std::exp(-u)) : std::log(-std::expm1(-u));
  }
  static Real log_complement(Real x) { return -std::exp(x); }
};

struct Gompertz {
  static constexpr char name[] = "gompertz";

  static Real value(Real x) { return std::exp(-std::exp(-x)); }
  static Real derivative(Real x) { return Cloglog::derivative(-x); }
  static Real second_derivative(Real x) { return -Cloglog::second_derivative(-x); }
  static Real inverse(Real p) { return -std::log(-std::log(p)); }
  static Real log(Real x) { return -std::exp(-x); }
  static Real log_complement(Real x) { return Cloglog::log(-x); }
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

constexpr Table<Sigmoid, Tanh, Softsign, Algebraic, HardSigmoid, Arctan, Gudermannian, Smoothstep, Normal, Gompertz,
                Cloglog>
    table;

}  // namespace

namespace ogive {
WideKernels wide_kernels() { return {table.rows, table.count}; }
}  // namespace ogive
