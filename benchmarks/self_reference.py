"""How long `og.self_reference` takes: the first call with its imports, and the median over a list of functions.

python benchmarks/self_reference.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import ogive as og

FUNCTIONS = (
    *og.shapes, "L/(1 + exp(-k*(z - c)))", "log(1 + exp(k*z))/k", "exp(-b*exp(-c*z))", "(1 + exp(-k*z))**(-1/n)",
    "(1 + erf(z/sqrt(2)))/2", "erf(z)", "exp(-exp(-z))", "1 - exp(-exp(z))", "exp(z)", "log(z)", "sqrt(z)", "1/z",
    "z/(1 + z)", "K*z/(M + z)", "z**n/(1 + z**n)", "1 - exp(-(z/s)**k)", "sinh(z)", "tan(z)", "coth(z)", "asinh(z)",
    "acosh(z)", "atanh(z)", "asin(z)", "acos(z)", "atan(sinh(z))", "1/(1 + exp(-z))**2", "1.7159*tanh(2*z/3)",
    "z*abs(z)", "sin(z)", "cosh(z)", "z**2", "1/(1 + z**2)", "sech(z)", "sqrt(1 + z**2)", "tanh(z)**2", "z*exp(z)",
    "z*(1 + erf(z/sqrt(2)))/2", "exp(-z**2)", "z*log(z)", "abs(z)", "log(cosh(z))", "lambertw(z)", "erfinv(z)",
)  # fmt: skip
FIRST = """
import time
start = time.perf_counter()
import ogive as og
og.self_reference("tanh(z)")
print(time.perf_counter() - start)
"""


def main() -> None:
    """Measure and print."""
    first = float(subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout)
    found, seconds = {}, []
    for expression in FUNCTIONS:
        start = time.perf_counter()
        found[expression] = og.self_reference(expression).kind
        seconds.append(time.perf_counter() - start)
    unknown = [name for name, kind in found.items() if kind == "unknown"]
    assert not unknown, unknown
    print(f"functions {len(FUNCTIONS)}, unknown 0")
    print(f"first call with imports {first * 1e3:.0f} ms")
    print(f"median {statistics.median(seconds) * 1e3:.0f} ms, largest {max(seconds) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
