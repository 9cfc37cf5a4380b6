"""The sheet of properties: statements that are known from the textbooks, and signs against SymPy."""

from __future__ import annotations

import json

import pytest

import ogive as og

SLOPE_OF_SIGMOID = {
    "range": "takes exactly the values (0, 1/4]",
    "extrema": "maximum 1/4 at z = 0",
    "symmetry": "even: f′(-z) = f′(z)",
    "monotone": "rises on z < 0 and falls on z > 0",
    "limits": "tends to 0 as z → -∞ and 0 as z → ∞",
    "zeros": "never zero: positive everywhere",
    "smoothness": "has derivatives of every order on its domain",
}


@pytest.mark.parametrize(("name", "statement"), SLOPE_OF_SIGMOID.items())
def test_slope_of_the_sigmoid(name: str, statement: str) -> None:
    item = og.properties("sigmoid", of="derivative")[name]
    assert item.proved
    assert item.statement == statement
    assert item.certificate


def test_bound_is_a_square() -> None:
    item = og.properties(og.sigmoid, of="derivative")["range"]
    assert "1/4 - y·(1 - y) = (2·y - 1)²/4 ≥ 0, zero only at y = 1/2" in item.reason


def test_where_a_common_text_is_wrong() -> None:
    sheet = og.properties("sigmoid", of="derivative")
    assert "monotonically decreasing" in sheet.to_text()
    assert "vanishing gradient" in [item.name for item in sheet.items]
    assert not og.properties("sigmoid").notes


def test_faces() -> None:
    sheet = og.properties("sigmoid")
    assert sheet.to_html() == sheet._repr_html_()
    assert "<math>" in sheet.to_html()
    assert "$" in sheet.to_markdown()
    data = json.loads(sheet.to_json())
    assert [item["name"] for item in data["items"]] == [item.name for item in sheet.items]
    assert sheet.to_text() == og.properties("expit").to_text()


def test_unknown_property_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="there is no property 'colour'; there are domain, range"):
        og.properties("sigmoid")["colour"]


def test_of_is_checked() -> None:
    with pytest.raises(ValueError, match="'value' or 'derivative'"):
        og.properties("sigmoid", of="slope")
