"""Exercises: the same from the same seed, right answers right, known mistakes named exactly."""

from __future__ import annotations

import pytest

import ogive as og
from ogive.explaining.practice.mistakes import MISTAKES, wrong_derivatives
from ogive.explaining.practice.scores import Scores
from ogive.explaining.practice.tasks import TOPICS
from ogive.explaining.records.subject import all_functions
from ogive.expressions import parse, to_text

CASES = [(topic, level, seed) for topic in TOPICS for level in (1, 2, 3) for seed in range(6)]


@pytest.mark.parametrize(("topic", "level", "seed"), CASES)
def test_generated_exercises(topic: str, level: int, seed: int) -> None:
    exercise = og.practice(seed, topic=topic, level=level, count=1)[0]
    assert (exercise.topic, exercise.level) == (topic, level)
    assert exercise.check(exercise.answer).right
    assert exercise.check(f"= {exercise.answer}").right
    assert exercise.hints
    assert exercise.hint(99) == f"The answer is {exercise.answer}."
    assert exercise.question.endswith((".", "?"))
    assert "<math>" in exercise.to_html()
    assert "$" in exercise.to_markdown()
    for name, wrong in exercise.traps:
        found = exercise.check(to_text(wrong))
        assert found.verdict == "wrong"
        assert found.mistake in MISTAKES
        assert name in MISTAKES


def test_same_seed_same_sheet() -> None:
    assert og.practice(7, count=10).to_text(answers=True) == og.practice(7, count=10).to_text(answers=True)
    assert og.practice(7).to_text() != og.practice(8).to_text()
    assert [each.level for each in og.practice(1, count=6)] == [1, 1, 2, 2, 3, 3]
    assert og.practice(1, count=2)._repr_html_().count("<li>") == 2


def exercise(function: str):
    """The exercise to differentiate a function of z."""
    base = og.practice(1, topic="derive", count=1)[0]
    tree = parse(function, functions=all_functions())
    solution = parse(f"diff({function}, z)", functions=all_functions())
    fields = {name: getattr(base, name) for name in ("topic", "level", "words", "hints", "variable", "allowed")}
    return type(base)(**fields, function=tree, solution=solution)


@pytest.mark.parametrize(
    ("function", "answer", "mistake"),
    [
        ("1/(1+e^(-z))", "e^(-z)/(1+e^(-z))^2", ""),
        ("e^(-2z)", "2e^(-2z)", "sign-lost"),
        ("sin(3z)", "cos(3z)", "inner-derivative-dropped"),
        ("z^4", "4z^4", "exponent-kept"),
        ("z^4", "z^3", "factor-of-power-dropped"),
        ("z^2 sin z", "2z cos z", "product-of-derivatives"),
        ("z^2 sin z", "2z sin z", "half-of-the-product-rule"),
        ("z^2/(1+z)", "2z", "quotient-of-derivatives"),
        ("z^2/(1+z)", "(z^2 - 2z(1+z))/(1+z)^2", "quotient-order"),
        ("z^2/(1+z)", "(2z(1+z) - z^2)/(1+z)", "quotient-square-dropped"),
        ("sin(3z)", "3 cos(3)", "outer-at-inner-derivative"),
        ("tanh z", "tanh z", "not-differentiated"),
        ("z^2", "z^3/3", "integrated"),
        ("tanh z", "1 - z^2", "input-for-output"),
        ("sigmoid(z)", "sigmoid'(sigmoid(z))", "slope-at-the-value"),
        ("5 e^(2z)", "2 e^(2z)", "constant-differentiated"),
    ],
)
def test_named_mistakes(function: str, answer: str, mistake: str) -> None:
    found = exercise(function).check(answer)
    assert found.mistake == mistake
    assert found.verdict == ("wrong" if mistake else "right")


def test_exchanged_rules_never_give_the_right_answer_a_name() -> None:
    """Right answers in other forms are right, whatever an exchanged rule may give."""
    for function in ("z*e^z", "ln(1+e^z)", "z/sqrt(1+z^2)", "e^(-e^(-z))"):
        task = exercise(function)
        assert task.check(f"diff({function}, z) + z - z").verdict == "form"  # a derivative still to be taken
        functions = all_functions()
        names = {name for name, _ in wrong_derivatives(parse(function, functions=functions), "z", functions)}
        assert names <= set(MISTAKES)


def test_form_and_reading() -> None:
    refer = og.practice(1, topic="self-reference", level=1, count=1)[0]
    assert refer.check("z^2").verdict == "form"
    value = og.practice(1, topic="value", level=1, count=1)[0]
    exact = eval_fraction(value.answer)
    assert value.check(f"{exact:.3f}").verdict in ("rounded", "right")
    assert value.check("0.9").verdict == "wrong"
    assert value.check("1/(").verdict == "unreadable"
    assert "the answer should be in numbers alone" in value.check("q").message


def eval_fraction(text: str) -> float:
    top, _, bottom = text.partition("/")
    return int(top) / int(bottom or 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"topic": "art"}, "the topics are value"), ({"level": 4}, "1, 2 or 3"), ({"count": 0}, "from 1 to 100")],
)
def test_options_are_checked(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        og.practice(1, **options)


def test_scores(tmp_path) -> None:
    path = tmp_path / "scores.json"
    assert Scores.read(path) == Scores()
    kept = Scores().plus("value", right=True).plus("value", right=False, mistake="sign-lost")
    kept.write(path)
    assert Scores.read(path) == kept
    assert kept.to_text() == "value: 1 of 2\nmost often: sign-lost (1)\n"
    for content in (
        "{",
        "[]",
        '{"format": "ogive-scores-1", "right": 3}',
        '{"format": "x", "right": {}, "asked": {}, "mistakes": {}}',
    ):
        path.write_text(content)
        with pytest.raises(ValueError, match="give another file"):
            Scores.read(path)
