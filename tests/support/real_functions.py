"""Functions for the test of property sheets: as typed, and written out again by hand for mpmath.

The second column shares nothing with Ogive. It is Python over the helpers below, which follow the textbook's real
convention: a value is missing (None) where a denominator vanishes, a logarithm or even root has no real value, or a
function is outside its domain. An odd root of a negative number is real where it is written as a root (cbrt), and
missing where it is written as a fractional power, as Ogive's own convention has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import mpmath as mp

__all__ = ["ROWS", "Row", "value"]

DIGITS: Final = 60


class MissingError(ArithmeticError):
    """The function has no real value here."""


def need(condition: bool) -> None:
    if not condition:
        raise MissingError


def exp(u: Any) -> Any:
    """Return e^u; beyond what mpmath can hold, a number as good as infinity or zero."""
    return mp.exp(u) if abs(u) < 1e12 else mp.mpf(10) ** (10**12 if u > 0 else -(10**12))


def ln(u: Any) -> Any:
    need(u > 0)
    return mp.log(u)


def sqrt(u: Any) -> Any:
    need(u >= 0)
    return mp.sqrt(u)


def cbrt(u: Any) -> Any:
    return mp.sign(u) * mp.cbrt(abs(u))


def over(a: Any, b: Any) -> Any:
    need(b != 0)
    return a / b


def power(base: Any, exponent: Any) -> Any:
    """A power whose exponent is not a whole number, or depends on the variable: the base must be positive."""
    if base == 0:
        need(exponent > 0)
        return mp.mpf(0)
    need(base > 0)
    return mp.exp(exponent * mp.log(base))


def asin(u: Any) -> Any:
    need(-1 <= u <= 1)
    return mp.asin(u)


def acos(u: Any) -> Any:
    need(-1 <= u <= 1)
    return mp.acos(u)


def acosh(u: Any) -> Any:
    need(u >= 1)
    return mp.log(u + mp.sqrt(u * u - 1))


def atanh(u: Any) -> Any:
    need(-1 < u < 1)
    return mp.log((1 + u) / (1 - u)) / 2


def erfinv(u: Any) -> Any:
    need(-1 < u < 1)
    return mp.erfinv(u)


def tan(u: Any) -> Any:
    return over(mp.sin(u), mp.cos(u))


def expm1(u: Any) -> Any:
    """Return e^u - 1; mpmath looks without end for its digits where u is tiny or huge beyond all measure."""
    if abs(u) > 1:
        return exp(u) - 1
    return mp.expm1(u) if u == 0 or abs(u) > 1e-40 else u + u * u / 2


def log1p(u: Any) -> Any:
    return mp.log1p(u) if u == 0 or abs(u) > 1e-40 else u - u * u / 2


NAMES: Final = {
    "ln": ln, "sqrt": sqrt, "cbrt": cbrt, "over": over, "power": power, "asin": asin, "acos": acos, "acosh": acosh,
    "atanh": atanh, "erfinv": erfinv, "tan": tan, "exp": exp, "sin": mp.sin, "cos": mp.cos, "atan": mp.atan,
    "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "asinh": mp.asinh, "erf": mp.erf, "sign": mp.sign,
    "abs": abs, "pi": mp.pi, "e": mp.e, "mpf": mp.mpf,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One function.

    text
        As a user types it.
    by_hand
        The same for mpmath.
    special
        Points where something may happen: ends, holes and joints of the domain, zeros, turning points.
    how
        Why the second column is right, where it is not plain.
    """

    text: str
    by_hand: str
    special: tuple[str, ...] = ()
    how: str = "written out by hand"


def value(row: Row, x: Any) -> Any:
    """Return the value at a point to 60 digits, or None."""
    try:
        found = eval(row.by_hand, dict(NAMES), {"x": mp.mpf(x)})  # noqa: S307 - our own text, above all else fixed here
    except (MissingError, ZeroDivisionError, OverflowError):
        return None
    found = mp.mpmathify(found)
    return found if isinstance(found, mp.mpf) and mp.isfinite(found) else None


def rows() -> tuple[Row, ...]:
    found = []
    for line in TABLE.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        text, by_hand, special, *how = (part.strip() for part in line.split("|||"))
        found.append(Row(text, by_hand, tuple(special.split()), *how))
    return tuple(found)


# text ||| by hand ||| special points [ ||| how]
TABLE: Final = r"""
# ---- ends of the domain that belong to it ----
sqrt(x) ||| sqrt(x) ||| 0
sqrt(x)*x ||| sqrt(x)*x ||| 0
sqrt(1-x^2) ||| sqrt(1-x**2) ||| -1 0 1
sqrt(x^2-1) ||| sqrt(x**2-1) ||| -1 1
-sqrt(x) ||| -sqrt(x) ||| 0
sqrt(x)+sqrt(1-x) ||| sqrt(x)+sqrt(1-x) ||| 0 1/2 1
sqrt(x-2) ||| sqrt(x-2) ||| 2
sqrt(4-x) ||| sqrt(4-x) ||| 4
arcosh(x) ||| acosh(x) ||| 1
arcsin(x) ||| asin(x) ||| -1 0 1
arccos(x) ||| acos(x) ||| -1 0 1
arcsin(x)+arccos(x) ||| asin(x)+acos(x) ||| -1 0 1 ||| pi/2 on [-1, 1] (textbook)
x*sqrt(1-x) ||| x*sqrt(1-x) ||| 0 2/3 1
sqrt(x)-x ||| sqrt(x)-x ||| 0 1/4 1
sqrt(x)/(1+x) ||| sqrt(x)/(1+x) ||| 0 1
x^(1/2) ||| power(x, mpf(1)/2) ||| 0
x^(3/2) ||| power(x, mpf(3)/2) ||| 0
x^(-1/2) ||| power(x, -mpf(1)/2) ||| 0
sqrt(x)*sqrt(x) ||| sqrt(x)*sqrt(x) ||| 0 ||| x on [0, oo)
sqrt(x^2) ||| sqrt(x**2) ||| 0 ||| |x|
sqrt(x^3) ||| sqrt(x**3) ||| 0
sqrt(x^4) ||| sqrt(x**4) ||| 0 ||| x^2
arcsin(sqrt(x)) ||| asin(sqrt(x)) ||| 0 1
sqrt(e^x-1) ||| sqrt(exp(x)-1) ||| 0
sqrt(ln x) ||| sqrt(ln(x)) ||| 0 1
ln(1+sqrt(x)) ||| ln(1+sqrt(x)) ||| 0
# ---- ends that do not belong to it ----
ln x ||| ln(x) ||| 0 1
x*ln x ||| x*ln(x) ||| 0 1
ln(x)/x ||| over(ln(x), x) ||| 0 1
ln(x)^2 ||| ln(x)**2 ||| 0 1
1/ln x ||| over(1, ln(x)) ||| 0 1
ln(ln x) ||| ln(ln(x)) ||| 1
ln(1-x^2) ||| ln(1-x**2) ||| -1 0 1
artanh(x) ||| atanh(x) ||| -1 0 1
erfinv(x) ||| erfinv(x) ||| -1 0 1
ln(x/(1-x)) ||| ln(over(x, 1-x)) ||| 0 1/2 1
ln(x^2) ||| ln(x**2) ||| 0 1 -1
2*ln x ||| 2*ln(x) ||| 0 1
ln|x| ||| ln(abs(x)) ||| 0 1 -1
e^(ln x) ||| exp(ln(x)) ||| 0 ||| x for x > 0
x^x ||| power(x, x) if x > 0 else over(1, 0) ||| 0 1 ||| for x > 0, as real analysis has it
x^(1/ln x) ||| power(x, over(1, ln(x))) ||| 0 1 ||| e for x > 0, x != 1
1/sqrt(x) ||| over(1, sqrt(x)) ||| 0
1/sqrt(1-x^2) ||| over(1, sqrt(1-x**2)) ||| -1 0 1
x^sqrt(2) ||| power(x, mp_sqrt2) ||| 0
# ---- holes ----
(x^2-1)/(x-1) ||| over(x**2-1, x-1) ||| 1 -1 ||| x + 1 but at 1
x/x ||| over(x, x) ||| 0
x^4/x ||| over(x**4, x) ||| 0
x^2/x ||| over(x**2, x) ||| 0
sin(x)/x ||| over(sin(x), x) ||| 0
(e^x-1)/x ||| over(exp(x)-1, x) ||| 0
x/(e^x-1) ||| over(x, exp(x)-1) ||| 0
(x-1)/(x^2-1) ||| over(x-1, x**2-1) ||| 1 -1
e^(-1/x^2) ||| exp(-over(1, x**2)) ||| 0
e^(1/x) ||| exp(over(1, x)) ||| 0 -1/2
e^(-1/x) ||| exp(-over(1, x)) ||| 0 1/2
arctan(1/x) ||| atan(over(1, x)) ||| 0
1/x ||| over(1, x) ||| 0
1/x^2 ||| over(1, x**2) ||| 0
1/x^3 ||| over(1, x**3) ||| 0
x+1/x ||| x+over(1, x) ||| 0 1 -1
x-1/x ||| x-over(1, x) ||| 0 1 -1
1/(x-1) ||| over(1, x-1) ||| 1
1/(x^2-1) ||| over(1, x**2-1) ||| -1 0 1
x/(x^2-1) ||| over(x, x**2-1) ||| -1 0 1
x^2/(x-1) ||| over(x**2, x-1) ||| 0 1 2
(x+1)/(x-1) ||| over(x+1, x-1) ||| -1 1
1/(e^x-1) ||| over(1, exp(x)-1) ||| 0
x*e^(1/x) ||| x*exp(over(1, x)) ||| 0 1
tanh(1/x) ||| tanh(over(1, x)) ||| 0
x^0 ||| over(x, x) if x == 0 else mpf(1) ||| 0 ||| x^0 = 1; 0^0 is left undefined here and not asked
1/(1/x) ||| over(1, over(1, x)) ||| 0 ||| x but at 0
x^(-1) ||| over(1, x) ||| 0
# ---- joints ----
|x| ||| abs(x) ||| 0
x*|x| ||| x*abs(x) ||| 0
|x|-1 ||| abs(x)-1 ||| -1 0 1
|x-1|+|x+1| ||| abs(x-1)+abs(x+1) ||| -1 0 1
|x|/x ||| over(abs(x), x) ||| 0
x/(1+|x|) ||| x/(1+abs(x)) ||| 0
sign(x) ||| sign(x) ||| 0
e^(-|x|) ||| exp(-abs(x)) ||| 0
|x^2-1| ||| abs(x**2-1) ||| -1 0 1
|x|^3 ||| abs(x)**3 ||| 0
cbrt(x) ||| cbrt(x) ||| 0
cbrt(x)^2 ||| cbrt(x)**2 ||| 0
cbrt(x^2) ||| cbrt(x**2) ||| 0
x*cbrt(x) ||| x*cbrt(x) ||| 0
cbrt(x-1) ||| cbrt(x-1) ||| 1
1/cbrt(x) ||| over(1, cbrt(x)) ||| 0
if(x<0, 1/x, x) ||| over(1, x) if x < 0 else x ||| 0
if(x<0, -1, 1) ||| mpf(-1) if x < 0 else mpf(1) ||| 0
if(x<0, 0, x^2) ||| mpf(0) if x < 0 else x**2 ||| 0
if(x<0, x, x^2) ||| x if x < 0 else x**2 ||| 0 1/2
if(x<1, x, 2-x) ||| x if x < 1 else 2-x ||| 0 1 2
if(x<=0, x, x+1) ||| x if x <= 0 else x+1 ||| 0
if(x<0, e^x, 1) ||| exp(x) if x < 0 else mpf(1) ||| 0
if(x<0, e^x, 1+x) ||| exp(x) if x < 0 else 1+x ||| 0
if(x<0, -x, sqrt(x)) ||| -x if x < 0 else sqrt(x) ||| 0
if(x>0, ln x, x) ||| ln(x) if x > 0 else x ||| 0 1
if(x<0, 0, 1/x) ||| mpf(0) if x < 0 else over(1, x) ||| 0
if(x=0, 5, x) ||| mpf(5) if x == 0 else x ||| 0
if(x=0, 0, 1/x) ||| mpf(0) if x == 0 else 1/x ||| 0
if(x!=0, x, 1) ||| x if x != 0 else mpf(1) ||| 0
if(x<2, x^2, 4) ||| x**2 if x < 2 else mpf(4) ||| 0 2
# ---- not a real function, or hardly one ----
(-2)^x ||| power(mpf(-2), x) ||| 0 1 2 ||| a power with a variable exponent is e^(x ln u)
sqrt(-1-x^2) ||| sqrt(-1-x**2) ||| 0 ||| nowhere real
ln(-x^2) ||| ln(-x**2) ||| 0 ||| nowhere real
sqrt(-x^2) ||| sqrt(-x**2) ||| 0 ||| real at 0 only
arcsin(2+x^2) ||| asin(2+x**2) ||| 0 ||| nowhere real
1^x ||| mpf(1) ||| 0
0^2*x ||| 0*x ||| 0
# ---- everywhere ----
x ||| x ||| 0
5 + 0*x ||| 5+0*x ||| 0
x^2 ||| x**2 ||| 0
x^3 ||| x**3 ||| 0
x^3-x ||| x**3-x ||| -1 0 1
x^4-2*x^2 ||| x**4-2*x**2 ||| -1 0 1
x^2+x+1 ||| x**2+x+1 ||| -1/2
-x^2+4*x-3 ||| -x**2+4*x-3 ||| 1 2 3
(x-1)^2*(x+2) ||| (x-1)**2*(x+2) ||| -2 -1 0 1
x^5-5*x ||| x**5-5*x ||| -1 0 1
1/(1+x^2) ||| 1/(1+x**2) ||| 0
x/(1+x^2) ||| x/(1+x**2) ||| -1 0 1
x^2/(1+x^2) ||| x**2/(1+x**2) ||| 0
(x^2-1)/(x^2+1) ||| (x**2-1)/(x**2+1) ||| -1 0 1
x/sqrt(1+x^2) ||| x/sqrt(1+x**2) ||| 0
sqrt(1+x^2) ||| sqrt(1+x**2) ||| 0
sqrt(1+x^2)-x ||| sqrt(1+x**2)-x ||| 0
sqrt(x^2+x)-x ||| sqrt(x**2+x)-x ||| -1 0
e^x ||| exp(x) ||| 0
e^(-x) ||| exp(-x) ||| 0
2^x ||| exp(x*mp_ln2) ||| 0
x*e^x ||| x*exp(x) ||| -1 0 -2
x*e^(-x) ||| x*exp(-x) ||| 0 1 2
x^2*e^(-x) ||| x**2*exp(-x) ||| 0 2
e^(-x^2) ||| exp(-x**2) ||| 0
x*e^(-x^2) ||| x*exp(-x**2) ||| 0
e^x-x ||| exp(x)-x ||| 0
e^x+e^(-x) ||| exp(x)+exp(-x) ||| 0
e^(2x)-2*e^x ||| exp(2*x)-2*exp(x) ||| 0
1/(1+e^-x) ||| 1/(1+exp(-x)) ||| 0
1/(1+e^x) ||| 1/(1+exp(x)) ||| 0
1/(1+e^(-sqrt(3)*x)) ||| 1/(1+exp(-mp_sqrt3*x)) ||| 0
x/(1+e^-x) ||| x/(1+exp(-x)) ||| 0
ln(1+e^x) ||| mp_log1p(exp(x)) ||| 0
e^(-e^(-x)) ||| exp(-exp(-x)) ||| 0
1-e^(-e^x) ||| -mp_expm1(-exp(x)) ||| 0
tanh x ||| tanh(x) ||| 0
sinh x ||| sinh(x) ||| 0
cosh x ||| cosh(x) ||| 0
1/cosh x ||| 1/cosh(x) ||| 0
arctan x ||| atan(x) ||| 0
x*arctan x ||| x*atan(x) ||| 0
arsinh x ||| asinh(x) ||| 0
erf(x) ||| erf(x) ||| 0
x*tanh x ||| x*tanh(x) ||| 0
2*arctan(tanh(x/2)) ||| 2*atan(tanh(x/2)) ||| 0
ln(1+x^2) ||| ln(1+x**2) ||| -1 0 1
x^3/(1+x^2) ||| x**3/(1+x**2) ||| 0
# ---- waves ----
sin x ||| sin(x) ||| 0
cos x ||| cos(x) ||| 0
tan x ||| tan(x) ||| 0
x + sin x ||| x+sin(x) ||| 0
e^(sin x) ||| exp(sin(x)) ||| 0
sin(x)^2+cos(x)^2 ||| sin(x)**2+cos(x)**2 ||| 0
sin(x)*cos(x) ||| sin(x)*cos(x) ||| 0
"""

with mp.workdps(DIGITS):
    NAMES |= {
        "mp_sqrt2": mp.sqrt(2),
        "mp_sqrt3": mp.sqrt(3),
        "mp_ln2": mp.log(2),
        "mp_log1p": log1p,
        "mp_expm1": expm1,
    }

ROWS: Final = rows()
