"""Files that are no derivations, or are built to be misread, to hang or to crash: each ends in an answer or an error."""
# ruff: noqa: E501 - one attack a line

import json
from collections.abc import Callable
from typing import Any

import pytest

import ogive as og
from ogive.explaining import check
from ogive.explaining.faces.json import DerivationFormatError

GOOD = og.explain("x^2*exp(x)").to_json()


def record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOOD)
    return found


def put(**values: Any) -> str:
    return json.dumps({**record(), **values})


def root(**values: Any) -> str:
    return put(root={**record()["root"], **values})


def nested(levels: int) -> str:
    inner: dict[str, Any] = record()["root"]
    for _ in range(levels):
        inner = {**inner, "substeps": [inner]}
    return json.dumps({**record(), "root": inner}) if levels < 300 else "[" * levels


FILES: dict[str, str] = {
    "empty": "", "not JSON": "{", "a list": "[]", "a number": "7", "null": "null", "no format": "{}",
    "other format": put(format="ogive-derivation-9"), "NaN order": put(order=float("nan")), "infinite order": put(order=float("inf")),
    "order 0": put(order=0), "order -1": put(order=-1), "huge order": put(order=10**9), "order true": put(order=True), "order text": put(order="1"),
    "detail 9": put(detail=9), "detail NaN": put(detail=float("nan")), "no root": put(root=None), "root text": put(root="x"),
    "names a number": put(names=7), "names null": put(names=None), "depends text": put(depends="x"), "conditions a number": put(conditions=7),
    "conditions of no kind": put(conditions=["x"]), "condition not text": put(conditions=[7]), "a false condition": put(conditions=["1 > 2"]),
    "path NaN": root(path=[float("nan")]), "path huge": root(path=[10**30]), "path text": root(path=["0"]), "path a number": root(path=0),
    "substeps null": root(substeps=None), "substeps text": root(substeps="x"), "level inf": root(level=float("inf")), "certificate null": root(certificate=None),
    "certificate empty": root(certificate={}), "bindings list": root(bindings=[]), "rule null": root(rule=None), "no such rule": root(rule="magic"),
    "before missing": root(before=None), "before huge number": root(before="9" * 20000), "before deep": root(before="(" * 500 + "x" + ")" * 500),
    "huge power": put(expression="x^(10^9)"), "tower": put(expression="9^9^9^9^9^9*x"), "huge factorial of powers": put(expression="(1 + x)^999999999"),
    "huge result": put(result="(x + 1)^100000"), "long sum": put(expression="+".join(["x"] * 5000)), "nested 100": nested(100), "nested lists": nested(100_000),
    "variable missing": put(variable="q"), "variable empty": put(variable=""), "variable a function": put(variable="sin"), "result empty": put(result=""),
    "result an equation": put(result="y = x"), "result a derivative": put(result="diff(x^2*exp(x), x)"), "result unknown": put(result="foo(x)"),
    "expression an equation": put(expression="x = 1"), "expression a limit": put(expression="limit(x/h, h, 0)"), "nul": put(result="\0"),
    "surrogate": put(result="\ud800"), "right to left": put(result="\u202e2*x"), "depends on itself": put(depends={"x": "x"}),
}  # fmt: skip


def proven(text: str) -> bool:
    """Whether a file is called proven; one that cannot be read is not, and says why."""
    try:
        return check(text).ok
    except DerivationFormatError as error:
        return not str(error)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_never_proven(name: str) -> None:
    assert proven(GOOD)
    assert not proven(FILES[name])


def claiming(expression: str, names: list[str], steps: list[tuple[str, list[int], str, str]], result: str) -> str:
    parts = [
        {
            "id": str(at), "rule": rule, "bindings": {}, "before": before, "after": after, "path": path, "conditions": [],
            "level": 4, "certificate": {"method": "normal-form"}, "substeps": [],
        }
        for at, (rule, path, before, after) in enumerate(steps, start=1)
    ]  # fmt: skip
    top = {
        "id": "0", "rule": "derive", "bindings": {}, "before": steps[0][2], "after": steps[-1][3], "path": [], "conditions": [],
        "level": 0, "certificate": {"method": "steps"}, "substeps": parts,
    }  # fmt: skip
    return json.dumps({
        "format": "ogive-derivation-1", "names": names, "depends": {}, "expression": expression, "variable": "x", "order": 1,
        "route": "rules", "detail": 2, "result": result, "conditions": [], "root": top,
    })  # fmt: skip


# The file says that the name of a function is that of a number: sin(x) would be read as a product.
MISREAD: dict[str, Callable[[], str]] = {
    f"{name}({argument})": lambda name=name, argument=argument: claiming(
        f"{name}({argument})", ["x", name],
        [("constant-factor", [], f"diff({name}({argument}), x)", f"{name}*diff({argument}, x)"), ("identity", [1], f"{name}*diff({argument}, x)", f"{name}*1"),
         ("one-factor", [], f"{name}*1", name)], name,
    )
    for name in ("sin", "exp", "sigmoid", "tanh", "log", "σ", "sqrt", "erf") for argument in ("x",)
}  # fmt: skip


@pytest.mark.parametrize("name", MISREAD)
def test_no_file_makes_a_function_a_number(name: str) -> None:
    with pytest.raises(DerivationFormatError, match="could be misread"):
        check(MISREAD[name]())


def test_names_that_double_in_size_do_not_take_for_ever() -> None:
    """g1 = x + x, g2 = g1 + g1, ...: put back, the last of them has 2^60 terms."""
    line, steps = "x", []
    for at in range(60):
        name = f"u_{at}"
        steps.append(
            {
                "id": str(at + 1), "rule": "abbreviate", "bindings": {name: f"{line} + {line}"}, "before": f"diff({line} + {line}, x)",
                "after": f"diff({name}, x)", "path": [], "conditions": [], "level": 4, "certificate": {"method": "normal-form"}, "substeps": [],
            }
        )  # fmt: skip
        line = name
    text = put(
        names=["x", *(f"u_{at}" for at in range(60))], expression="x + x", result="0",
        root={**record()["root"], "before": "diff(x + x, x)", "after": f"diff({line}, x)", "substeps": steps},
    )  # fmt: skip
    assert not check(text).ok
