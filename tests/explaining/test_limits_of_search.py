"""What cannot be proved, or not with so much work, is unknown: never an error, never a hang."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ogive as og
from ogive.expressions import ExpressionError

HOSTILE = [
    "exp(exp(exp(exp(z))))", "(1 + z)^1000", "z^1000 - 1", "z^z", "1/(1 + exp(-z^20))", "abs(abs(abs(abs(z))))",
    "log(log(log(z)))", "exp(1/z)", "0*z", "5", "1/0", "cbrt(z^3 - z)", "sin(z)^20*exp(z)", "sqrt(-1 - z^2)",
]  # fmt: skip


@pytest.mark.parametrize("expression", HOSTILE)
def test_every_question_has_an_answer(expression: str) -> None:
    sheet = og.properties(expression, effort=0.2)
    assert all(
        item.proved or item.statement == "unknown" or item.statement.endswith(" (not proven)") for item in sheet.items
    )
    assert sheet.to_text()
    assert og.self_reference(expression, effort=0.2).kind
    assert og.equivalent(expression, f"diff({expression}, z)").answer in ("equal", "different", "unknown")


@pytest.mark.parametrize("expression", ["9^9^9^9", "(" * 5000 + "z" + ")" * 5000, "__import__('os')", "1/("])
def test_unreadable_input(expression: str) -> None:
    for ask in (og.properties, og.self_reference):
        with pytest.raises(ExpressionError):
            ask(expression)
    with pytest.raises(ExpressionError):
        og.equivalent(expression, "z")


def test_effort_is_a_limit() -> None:
    sheet = og.properties("tanh(tanh(tanh(z)))", effort=0)
    assert not sheet["monotone"].proved
    assert "effort" in sheet["monotone"].reason


MEMORY = """
from pathlib import Path
import ogive as og
{call}
lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(lines["VmHWM"].split()[0]) // 1024)
"""
"""The most that a program of its own holds: `getrusage` counts the process that starts it too, with all its tests."""

LARGE = [
    'og.properties("cosh(100000*x)")', 'og.properties("exp(100000*x) + x")', 'og.self_reference("cosh(100000*x)")',
    'og.properties("sinh(1000*x)*x^50")', 'og.equivalent("cosh(100000*x)", "sinh(100000*x) + exp(-100000*x)")',
]  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's account of a process")
@pytest.mark.parametrize("call", LARGE)
def test_large_exponents_take_little_memory(call: str) -> None:
    """Below 300 MB, the interpreter and NumPy included; tried: 60 MB, where it was 1 GB."""
    ran = subprocess.run([sys.executable, "-c", MEMORY.format(call=call)], capture_output=True, text=True, check=True)
    assert int(ran.stdout.split()[-1]) < 300
