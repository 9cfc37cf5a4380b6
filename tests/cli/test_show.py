"""``ogive explain``, ``check``, ``properties``, ``plot`` and ``shapes``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import ogive as og

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run


def test_explain_ends_in_the_identity(run: Run) -> None:
    result = run("explain", "sigmoid")
    assert result.status == 0
    assert result.out.splitlines()[-1].split("  ")[1] == "= a·(1 - a)"
    assert result.out == f"{og.explain(og.sigmoid)}\n"


@pytest.mark.parametrize(
    ("form", "sign"), [("markdown", "$"), ("latex", "\\begin"), ("html", "<math>"), ("json", '"certificate"')]
)
def test_explain_in_every_format(run: Run, form: str, sign: str) -> None:
    assert sign in run("explain", "sigmoid", "--format", form).out


def test_more_detail_is_more_lines(run: Run) -> None:
    lengths = [len(run("explain", "sigmoid", "-d", str(detail)).out.splitlines()) for detail in range(5)]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[2] < lengths[4]


def test_a_formula_with_its_questions(run: Run) -> None:
    assert (
        run("explain", "k*x^2", "--var", "x", "--order", "2", "-d", "0")
        .out.splitlines()[-1]
        .strip()
        .startswith("= 2")
    )
    assert "= y·(1 - y)" in run("explain", "1/(1+e^-x)", "--target", "y*(1-y)").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sigmod"], "did you mean 'sigmoid'?"),
        (["x^^2"], "an operand is missing"),
        (["a*b"], "which of"),
        (["x^2", "--target", "3*x"], "is not the derivative"),
        (["x^2", "--route", "up"], "the routes are"),
        (["x" * 100_000], "Error:"),
        (["__import__('os').getcwd()"], "Error:"),
    ],
)
def test_a_question_that_makes_no_sense(run: Run, arguments: list[str], message: str) -> None:
    result = run("explain", *arguments)
    assert result.status == 2
    assert message in result.err
    assert result.out == ""


def test_what_was_explained_can_be_checked(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "derivation.json"
    assert run("explain", "sigmoid", "-f", "json", "-o", str(saved)).status == 0
    result = run("check", str(saved))
    assert result.status == 0
    assert "proven: 26 steps" in result.out


def test_a_changed_derivation_does_not_hold(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "derivation.json"
    record = json.loads(og.explain(og.sigmoid).to_json())
    record["result"] = "2*a"
    saved.write_text(json.dumps(record))
    result = run("check", str(saved))
    assert result.status == 1
    assert "false" in result.out


def test_what_is_not_proven_has_an_exit_status_of_its_own(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "derivation.json"
    record = json.loads(og.explain("x^a", "x").to_json())
    assert record["conditions"] == ["x > 0"]
    saved.write_text(json.dumps({**record, "conditions": []}))
    result = run("check", str(saved), "--json")
    assert result.status == 3
    found = json.loads(result.out)
    assert (found["status"], found["conditions"]) == ("not proven", ["x > 0"])


def test_a_sheet_can_be_checked_and_each_answer_has_its_exit_status(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "sheet.json"
    assert run("properties", "x^2", "-f", "json", "-o", str(saved)).status == 0
    result = run("check", str(saved))
    assert (result.status, "proven: 13 statements" in result.out) == (0, True)
    record = json.loads(saved.read_text(encoding="utf-8"))
    place = next(item for item in record["items"] if item["name"] == "extrema")
    swapped = {"words": ["no inflection"], "statement": "no inflection"}
    for status, change in (
        (3, swapped),
        (1, {"words": [{"formula": "1"} if w == {"formula": "0"} else w for w in place["words"]]}),
    ):
        changed = {**place, **change}
        changed["statement"] = changed["statement"] if status == 3 else place["statement"].replace("0", "1")
        items = [changed if item is place else item for item in record["items"]]
        saved.write_text(json.dumps({**record, "items": items}), encoding="utf-8")
        assert run("check", str(saved)).status == status
    saved.write_text(json.dumps({**record, "variable": "e"}), encoding="utf-8")
    assert run("check", str(saved)).status == 2


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json"])
def test_a_file_that_is_no_derivation(run: Run, tmp_path: Path, text: str) -> None:
    saved = tmp_path / "derivation.json"
    saved.write_text(text)
    result = run("check", str(saved))
    assert result.status == 2
    assert "derivation.json" in result.err


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_properties_in_every_format(run: Run, form: str) -> None:
    result = run("properties", "sigmoid", "-f", form)
    assert result.status == 0
    assert "symmetry" in result.out


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_plot_writes_a_picture(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"curve.{form}"
    assert run("plot", "sigmoid", "expit", "-o", str(path), "--span", "-2", "2").out == f"{path}\n"
    assert path.read_bytes().startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[form])


def test_plot_compares_and_says_how_many(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "curves.svg"
    assert run("plot", "sigmoid", "tanh", "normal", "gelu", "-o", str(path)).status == 0
    names = path.read_text(encoding="utf-8")
    for name in ("sigmoid", "tanh", "normal", "gelu"):
        assert f"<!-- {name} -->" in names
        assert f"<!-- slope of {name} -->" in names
    result = run("plot", *list(og.shapes)[:7], "-o", str(path))
    assert result.status == 2
    assert "one picture tells 6 shapes apart, not 7" in result.err


def test_plot_names_its_picture_after_the_shape(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("plot", "logistic", "--theme", "dark", "--no-slope").status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["sigmoid.png"]


def test_shapes_are_listed(run: Run) -> None:
    lines = run("shapes").out.splitlines()
    assert [line.split()[0] for line in lines] == list(og.shapes)


@pytest.mark.parametrize("name", og.shapes)
def test_a_shape_is_shown_whole(run: Run, name: str) -> None:
    """Every field of the row, and every bound; long lines go on with the words in the same order."""
    shape, sheet = og.shapes[name], " ".join(run("shapes", name).out.split())
    texts = (shape.title, shape.formula, *shape.aliases, *shape.references, *shape.uses, *shape.asymptotics)
    texts += (shape.slope_in_value or "no function of y", shape.slope_in_value_note, *map(str, shape.kinks))
    texts += ({"s-curve": "kind S-curve", "activation": "kind activation"}[shape.kind],)
    texts += tuple(f"{at.x:g} {at.value:g} {at.slope:g}" for at in shape.special)
    for role in shape.roles:
        bounds = " ".join(f"{bound:g}" for bound in shape.max_ulp[role].values())
        texts += (f"{role or 'value'} {bounds}",)
    for text in texts:
        assert " ".join(text.split()) in sheet


def test_a_sheet_is_as_it_was(run: Run) -> None:
    """The whole text once, so that a change of the layout is seen. Lines end without spaces and fit 118 columns."""
    assert run("shapes", "leaky_relu").out.splitlines()[:8] == [
        "leaky_relu: leaky rectified linear unit",
        "  kind           activation",
        "  value          y = (101*z+99*abs(z))/200",
        "  slope          y' = (101+99*sign(y))/200",
        "                 except at the kink, where 1/100 is returned",
        "  towards -inf   -inf, like z/100",
        "  towards inf    inf, like z",
        "  kink at 0      the slope jumps from 1/100 to 1, and 1/100 is returned; PyTorch says 0.01, JAX 1",
    ]
    for name in og.shapes:
        for line in run("shapes", name).out.splitlines():
            assert line == line.rstrip()
            assert len(line) <= 118 or "y = " in line or "y' = " in line


def test_shapes_for_programs(run: Run) -> None:
    rows = json.loads(run("shapes", "--json").out)
    assert [row["name"] for row in rows] == list(og.shapes)
    row = json.loads(run("shapes", "expit", "--json").out)
    assert row["special"][0] == ["-inf", "0.0", "0.0"]
    assert row["limits"] == ["0.0", "1.0"]
    assert row["kind"] == "s-curve"
    assert row["targets"] == og.build_config()["targets"]
    assert json.loads(run("shapes", "relu", "--json").out)["kinks"][0]["jax"] == 0.0
    assert "value_and_derivative" in row["kernels"]


# ---- Shapes of one's own -------------------------------------------------------------------------------------------


def test_a_formula_with_a_name_and_a_domain_stands_where_a_shape_does(run: Run, tmp_path: Path) -> None:
    shown = run("shapes", "hill2 = z^2/(1 + z^2) for 0 < z < inf").out
    assert shown.startswith("hill2\n")
    assert "towards 0      0, like 0" in shown
    assert "slope          not known for z > 0; on the whole line" in shown
    assert "accuracy       not promised" in shown
    assert run("eval", "mine = log(z) for z > 0", "1", "-1").out.splitlines()[1:] == [
        "1.0   0.0    1.0",
        "-1.0  nan    nan",
    ]
    assert run("eval", "sqrt(-z) for z < 0", "-4").out.split()[-3:] == ["-4.0", "2.0", "-0.25"]
    assert run("properties", "mine = log(z) for z > 0").out.startswith("Properties of mine\n")
    assert "quotient rule" in run("explain", "mine = z^2/(1 + z^2)").out
    pytest.importorskip("matplotlib")
    path = tmp_path / "mine.svg"
    assert run("plot", "mine = log(z) for z > 0", "-o", str(path)).status == 0
    assert "its slope" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("log(z)", "say where it is, as in 'log(z) for z > 0'"),
        ("log(z) for z >> 0", "after 'for' comes an interval such as 'z > 0' or '0 < z < 1', not 'z >> 0'"),
        ("log(z) for 3", "after 'for' comes an interval"),
        ("log(z) for 1 < z < 0", "the domain from 1 to 0 is empty"),
        ("1 = z", "a shape is an expression"),
        ("exp = z", "the name 'exp' is taken"),
        ("sigmoidd", "did you mean 'sigmoid'?"),
        ("if(z <= 0, y, z)", "a shape has one variable"),
    ],
)
def test_a_formula_that_makes_no_shape_is_explained(run: Run, text: str, message: str) -> None:
    result = run("eval", text, "1")
    assert result.status == 2
    assert message in " ".join(result.err.split())
