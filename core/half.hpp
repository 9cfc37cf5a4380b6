// float16 as a number: exact to double, and from double with one rounding, to even. By its bits, since not every
// compiler has the type; so no floating-point mode and no flag is touched.
#pragma once

#include <cstdint>

namespace ogive {

class Half {
  std::uint16_t bits_ = 0;

  static constexpr int dropped = 52 - 10;  // bits of a double's mantissa that a half has no room for
  static constexpr int rebias = 1023 - 15;

  // m / 2^count, rounded to even.
  static constexpr std::uint64_t shifted(std::uint64_t m, int count) {
    const std::uint64_t half = std::uint64_t(1) << (count - 1), odd = m >> count & 1;
    return (m + half - 1 + odd) >> count;
  }

 public:
  Half() = default;

  explicit Half(double x) {
    const auto bits = __builtin_bit_cast(std::uint64_t, x);
    const std::uint64_t size = bits & 0x7fffffffffffffff, mantissa = size & 0xfffffffffffff;
    const int exponent = int(size >> 52);
    std::uint64_t half;
    if (size > 0x7ff0000000000000)  // nan stays one, and quiet
      half = 0x7e00 | mantissa >> dropped;
    else if (exponent > rebias + 30)
      half = 0x7c00;
    else if (exponent > rebias)  // a carry goes into the exponent, as it should, up to infinity
      half = shifted(size, dropped) - (std::uint64_t(rebias) << 10);
    else if (exponent > rebias - 11)  // subnormal: at least half of the smallest
      half = shifted(mantissa | std::uint64_t(1) << 52, dropped + 1 + rebias - exponent);
    else
      half = 0;
    bits_ = std::uint16_t(half | bits >> 63 << 15);
  }

  explicit operator double() const {
    const int size = bits_ & 0x7fff, exponent = size >> 10;
    double magnitude;
    if (exponent == 0)
      magnitude = size * 0x1p-24;
    else if (exponent < 31)
      magnitude = __builtin_bit_cast(double, (std::uint64_t(size) << dropped) + (std::uint64_t(rebias) << 52));
    else
      magnitude = __builtin_bit_cast(double, std::uint64_t(size) << dropped | std::uint64_t(0x7ff) << 52);
    return bits_ >> 15 ? -magnitude : magnitude;
  }
};

}  // namespace ogive
