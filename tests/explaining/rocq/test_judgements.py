"""What Rocq accepts, and what it refuses; skipped where coqc is not installed. Files are few: loading takes long."""

from __future__ import annotations

import json
import re
from pathlib import Path

import ogive as og
from benchmarks.rocq import FORGED
from ogive.explaining import ROUTES
from ogive.explaining.records.vocabulary import VOCABULARY
from ogive.explaining.rocq import AXIOMS, Claim, Judgement, Rocq, judge_claims, theorems_of_derivation
from ogive.explaining.rocq.claims import theorems_of
from ogive.explaining.rocq.judge import assumed
from ogive.explaining.rocq.theorems import Theorem, refutation, slope
from ogive.expressions import parse
from ogive.expressions.tree import Node

TESTS = Path(__file__).resolve().parents[2]


def read(text: str) -> Node:
    return parse(text, functions=VOCABULARY, names=("x",))


def refused(judge: Rocq, theorems: list[Theorem]) -> dict[str, str]:
    outcomes = judge.judge(theorems)
    return {theorem.name: o.message for theorem, o in zip(theorems, outcomes, strict=True) if not o.proved}


# ---- True claims ---------------------------------------------------------------------------------------------------

TRUE = {
    # each kind of fact that Rocq must be told; the slopes are textbook ones
    "x^2*e^x": "(x^2 + 2*x)*e^x",
    "x^(2/3)": "2/(3*x^(1/3))",
    "(2*x)^e": "2^e*e*x^(e-1)",
    "4^x": "2*ln(2)*2^(2*x)",
    "log((1+x)/(1-x))": "2/(1-x^2)",
    "log((-3)^2)*x": "log(9)",
    "sqrt(8*x)": "sqrt(2)/sqrt(x)",
    "asin(x^2)": "2*x/sqrt(1-x^4)",
    "asec(1/x)": "-1/sqrt(1-x^2)",
    "asinh(1/(2*x))": "-2/(abs(2*x)*sqrt(4*x^2+1))",
    "acoth(x)": "1/(1-x^2)",
    "atanh(cos(x))": "-csc(x)",
    "tan(x)": "1+tan(x)^2",
    "tanh(x)": "1-tanh(x)^2",
    "tanh(x/2)": "2*e^-x/(1+e^-x)^2",
    "cbrt(x)": "1/(3*cbrt(x)^2)",
    "abs(x)": "x/abs(x)",
    "x*(1+erf(x/√2))/2": "(1+erf(x/√2))/2 + x*exp(-x^2/2)/√(2*pi)",
    "e^(-ln(x))": "-1/x^2",
    "a*x^n": "a*n*x^(n-1)",
}


def test_true_slopes_are_accepted(judge: Rocq) -> None:
    theorems = [
        slope(f"true_{at}", read(text), "x", read(claimed), VOCABULARY)
        for at, (text, claimed) in enumerate(TRUE.items())
    ]
    assert refused(judge, theorems) == {}


def test_the_right_slopes_beside_the_forged_ones_are_accepted(judge: Rocq) -> None:
    theorems = [
        slope(f"right_{at}", read(text), "x", read(right), VOCABULARY)
        for at, (text, (_, right)) in enumerate(FORGED.items())
    ]
    assert refused(judge, theorems) == {}


def test_every_route_to_the_logistic_slope_is_accepted_line_by_line(judge: Rocq) -> None:
    theorems: dict[str, Theorem] = {}  # routes share lines: each statement once
    for number, route in enumerate(ROUTES):
        slopes, lines, skipped = theorems_of_derivation(og.explain("sigmoid", route=route), prefix=f"r{number}_")
        assert skipped == ()
        for theorem in (*slopes, *lines):
            theorems.setdefault(re.sub(r"\br\d_\w+", "", theorem.text), theorem)
    assert refused(judge, list(theorems.values())) == {}


def test_the_file_of_the_logistic_function_passes_by_itself(judge: Rocq) -> None:
    code, output = judge.run((TESTS / "golden" / "logistic.v").read_text(encoding="utf-8"))
    assert code == 0, output
    assert assumed(output) == AXIOMS


# ---- False claims --------------------------------------------------------------------------------------------------

UNDECIDED = {
    "log((-3)^2)*x",  # its forged slope, 2*log(-3), has no value: nothing to compare
    "x*(1+erf(x/√2))/2",  # no numbers for erf
}


def test_forged_slopes_are_refuted(judge: Rocq) -> None:
    """What is refuted cannot be accepted: Rocq has a proof of the contrary."""
    theorems = []
    for at, (text, (wrong, _)) in enumerate(FORGED.items()):
        if text not in UNDECIDED:
            theorem = refutation(f"forged_{at}", read(text), "x", read(wrong), VOCABULARY)
            assert theorem is not None, text
            theorems.append(theorem)
    assert refused(judge, theorems) == {}


def test_forged_slopes_without_numbers_are_not_accepted(judge: Rocq) -> None:
    claims = [Claim(read(text), "x", read(FORGED[text][0])) for text in sorted(UNDECIDED)]
    assert {finding.judgement for finding in judge_claims(judge, claims, VOCABULARY)} == {Judgement.NOT_PROVED}


def test_a_true_slope_is_not_refuted() -> None:
    """No point is found where the two are apart."""
    assert refutation("no", read("x^2"), "x", read("2*x"), VOCABULARY) is None


def test_a_result_that_is_undefined_somewhere_is_accepted_elsewhere(judge: Rocq) -> None:
    """2·x·x/x has no value at 0, where Rocq's has."""
    (finding,) = judge_claims(judge, [Claim(read("x^2"), "x", read("2*x*x/x"))], VOCABULARY)
    assert finding.judgement is Judgement.NARROWED


# ---- The judge itself ----------------------------------------------------------------------------------------------

CHEATS = {
    "by_axiom": "Axiom cheat : False.\nTheorem by_axiom : 1 = 2. Proof. destruct cheat. Qed.",
    "by_admitting": "Theorem by_admitting : 1 = 2. Proof. Admitted.",
    "by_nothing": "Theorem by_nothing : 1 = 2. Proof. lra. Qed.",
    "by_saying": 'Theorem by_saying : 1 = 2. Proof. idtac "Closed under the global context". Admitted.',
}


def test_what_rests_on_more_than_the_reals_is_refused(judge: Rocq) -> None:
    good = Theorem("good", ("good",), "Theorem good : 1 + 1 = 2. Proof. lra. Qed.", "", ())
    cheats = [Theorem(name, (name,), text, "", ()) for name, text in CHEATS.items()]
    found = refused(judge, [good, *cheats])
    assert found.keys() == CHEATS.keys()
    assert "rests on" in found["by_axiom"]


def test_a_theorem_without_a_true_witness_is_refused(judge: Rocq) -> None:
    empty = "Theorem empty : forall x : R, 0 < - 1 -> is_derive ln x 0. Proof. intros x H. exfalso. lra. Qed."
    witness = "Lemma empty_not_vacuous : exists x : R, 0 < - 1. Proof. exists 1. at_a_point. Qed."
    assert refused(judge, [Theorem("empty", ("empty",), empty, witness, ())]).keys() == {"empty"}


def test_published_problems_stay_accepted(judge: Rocq) -> None:
    """A sample of every third; benchmarks/rocq.py judges them all and says how many are not accepted."""
    rows = json.loads((TESTS / "data" / "published_derivatives.json").read_text(encoding="utf-8"))["problems"]
    theorems = []
    for at, row in enumerate(rows[::3]):
        names = (row["var"],)
        expression = parse(row.get("read_as", row["expr"]), functions=VOCABULARY, names=names)
        answer = parse(row.get("answer_read_as", row["answer"]), functions=VOCABULARY, names=names)
        if "note" not in row:
            theorems += theorems_of(Claim(expression, row["var"], answer, row["order"]), f"p{at}", VOCABULARY)
    assert len(theorems) > 25
    assert refused(judge, theorems) == {}
