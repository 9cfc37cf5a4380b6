"""A derivation checked line by line."""

from __future__ import annotations

import pytest

import ogive as og

WORKS = [
    (
        "a = 1/(1+e^-z)\n= -(1+e^-z)^-2 * (-e^-z)\n\n# simplify\n= e^-z/(1+e^-z)^2\na' = a(1-a)",
        [("given", ""), ("right", ""), ("right", ""), ("right", "")],
    ),
    ("y = e^(-2z)\ny' = e^(-2z) * 2\n= 2e^(-2z)", [("given", ""), ("wrong", "sign-lost"), ("follows", "")]),
    ("f(x) = x^2 sin x\nf'(x) = 2x cos x", [("given", ""), ("wrong", "product-of-derivatives")]),
    (
        "diff((1+z)^2/z, z)\n= (2(1+z)z - (1+z)^2)/z^2\n= (2z+2z^2-(1+z^2))/z^2\n= (2z + z^2 - 1)/z^2",
        [("given", ""), ("right", ""), ("wrong", "power-of-a-sum"), ("follows", "")],
    ),
    ("y = e^z + z\ndy/dz = e^z + 1\n= e^z - 1", [("given", ""), ("right", ""), ("wrong", "sign-of-a-term")]),
    (
        "y = ln(1+e^z)\ny' = e^z/(1+e^z)\n= e^z/1 + e^z/e^z",
        [("given", ""), ("right", ""), ("wrong", "reciprocal-of-a-sum")],
    ),
    (
        "y = e^(2z+1)\ny' = 2e^(2z+1)\n= 2(e^(2z) + e)",
        [("given", ""), ("right", ""), ("wrong", "exponential-of-a-sum")],
    ),
    ("y = tanh(z)\ny' = 1 - z^2\n", [("given", ""), ("wrong", "input-for-output")]),
    ("y = z^2\ny' = 2z = z + z\n= 2z = 3z", [("given", ""), ("right", ""), ("unreadable", "")]),
    ("y = z^2\nfoo(\n= 2z", [("given", ""), ("unreadable", ""), ("right", "")]),
]


@pytest.mark.parametrize(("text", "verdicts"), WORKS, ids=range(len(WORKS)))
def test_lines(text: str, verdicts: list[tuple[str, str]]) -> None:
    work = og.check_work(text)
    assert [(line.status, line.mistake) for line in work.lines] == verdicts
    assert work.right == all(status in ("given", "right") for status, _ in verdicts)


def test_numbers_are_those_of_the_text() -> None:
    work = og.check_work("# mine\n\ny = z^2\ny' = z^2")
    assert [line.number for line in work.lines] == [3, 4]
    assert work.first_error is not None
    assert work.to_text().endswith("The first line that does not hold is line 4.\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no line"), ("\n" * 300, "too many"), ("x < 1", "says what the function is"), ("1/(", "is missing")],
)
def test_bad_first_lines(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        og.check_work(text)
