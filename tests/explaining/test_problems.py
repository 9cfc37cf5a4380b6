"""Published problems with published answers: all solved, each answer proven, the wrong ones found."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import ogive as og
from ogive.explaining.exact.world import World
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.expressions import compile_numpy, parse
from ogive.expressions.tree import Node, substitute

DATA = Path(__file__).parent.parent / "data" / "derivative_problems.json"
PROBLEMS = json.loads(DATA.read_text(encoding="utf-8"))["problems"]


def answer_of(problem: dict[str, Any]) -> Node:
    """The derivative that we find, at the point that the problem asks for, if it asks for one."""
    derivation = og.explain(problem["expr"], problem["var"], order=problem["order"])
    verdict = derivation.check()
    assert verdict.ok, str(verdict)
    result = parse(derivation.result, functions=VOCABULARY)
    return substitute(result, {problem["var"]: parse(str(problem["at"]))}) if "at" in problem else result


def printed(problem: dict[str, Any]) -> Node:
    return parse(re.sub(r"Rational\((\d+),(\d+)\)", r"(\1/\2)", problem["answer"]), functions=VOCABULARY)


def is_decimal(problem: dict[str, Any]) -> bool:
    """A value printed with the digits of a double is compared as a rounded number, not as an exact one."""
    return "at" in problem and re.fullmatch(r"[\d.e-]+", problem["answer"]) is not None and "." in problem["answer"]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["id"])
def test_problem(problem: dict[str, Any]) -> None:
    ours = answer_of(problem)
    if is_decimal(problem):
        value = float(compile_numpy(ours, (), functions=VOCABULARY)())
        right = value == pytest.approx(float(Fraction(problem["answer"])), rel=1e-14)
    else:
        right = World(VOCABULARY).equal(ours, printed(problem))
    assert right == problem["printed_answer_correct"]
    if "correct_answer" in problem and not is_decimal(problem):
        assert World(VOCABULARY).equal(ours, parse(problem["correct_answer"]))


def test_the_wrong_answers_are_among_them() -> None:
    assert [problem["id"] for problem in PROBLEMS if not problem["printed_answer_correct"]] == ["D059", "D075"]
