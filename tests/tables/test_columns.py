"""Columns of any kind as numbers and labels: what is masked is missing, and what is different stays apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

import ogive as og
from ogive.tables.columns import as_array, floats, labels
from ogive.tables.groups import codes_of_labels, shown
from ogive.tables.numbers import parse_number, read_numbers

# The masked table: eight doses, and 999 under a mask.
X = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
Y = [99, 98, 999, 76, 50, 24, 9, 3]
MASK = [False, False, True, False, False, False, False, False]
RIGHT = [99.0, 98.0, float("nan"), 76.0, 50.0, 24.0, 9.0, 3.0]


def test_what_is_under_a_mask_is_missing_for_one_fit_and_for_many() -> None:
    table = {"x": X, "y": np.ma.masked_array(np.array(Y, float), MASK)}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y")
    alone = og.fit("log-logistic-4", "x", "y", data=table)
    plain = og.fit("log-logistic-4", X, RIGHT)
    assert (fits["n"][0], fits["status"][0], alone.n, alone.data.missing) == (7, "ok", 7, 1)
    # 0.96960 came from both fitters with nan in the masked place
    assert fits["midpoint"][0] == pytest.approx(0.96960, abs=5e-6)
    assert alone.params == plain.params


@pytest.mark.parametrize("kind", ["integers", "objects", "text"])
def test_masks_hold_for_numbers_of_every_kind(kind: str) -> None:
    values = {
        "integers": np.array(Y),
        "objects": np.array(Y, dtype=object),
        "text": np.array([str(y) for y in Y]),
    }[kind]
    np.testing.assert_array_equal(floats(np.ma.masked_array(values, MASK), "y"), RIGHT)
    assert labels(np.ma.masked_array(values, MASK))[2] is None


@pytest.mark.parametrize("none", [None, float("nan"), np.nan, "", "  ", np.datetime64("NaT")])
def test_a_missing_label_makes_no_curve(none: object) -> None:
    own = ["A"] * 8 + [none] * 8
    table = {"id": own, "x": X * 2, "y": RIGHT * 2}
    with pytest.warns(UserWarning, match="8 rows have no value in id .the first is row 9"):
        fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="id")
    assert fits["id"].tolist() == ["A"]
    with pytest.warns(UserWarning, match="8 rows have no label in by .the first is row 9"):
        alone = og.fit("log-logistic-4", "x", "y", data=table, by="id")
    assert alone.groups == ("A",)
    assert alone.data.missing == 9


def test_a_number_and_the_text_that_spells_it_are_two_labels() -> None:
    table = {"id": [1] * 8 + ["1"] * 8, "x": X * 2, "y": RIGHT + [y / 2 for y in RIGHT]}
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="id")
    assert fits["id"].tolist() == [1, "1"]
    with pytest.raises(ValueError, match="the labels 1 and '1' both read '1'"):
        og.fit("log-logistic-4", "x", "y", data=table, by="id")


@pytest.mark.parametrize(
    ("first", "second"),
    [(1000001.0, 1000002.0), (-1, -2), (True, 1), (2**53, 2**53 + 1), ("A", "a"), ("A", "A "), (0.1, 0.1 + 1e-12)],
)
def test_labels_that_differ_stay_apart(first: object, second: object) -> None:
    assert codes_of_labels([first, second, first])[0].tolist() == [0, 1, 0]
    table = {"id": [first] * 8 + [second] * 8, "x": X * 2, "y": RIGHT + [y / 2 for y in RIGHT]}
    assert len(og.fit_many("log-logistic-4", table, x="x", y="y", by="id")["midpoint"]) == 2
    if first is not True:
        assert len(og.fit("log-logistic-4", "x", "y", data=table, by="id").groups) == 2


@pytest.mark.parametrize("kind", ["i1", "u1", "i4", "i8", "u8", "f4", "f8", "bool", "U3", "O"])
def test_labels_of_every_dtype_are_told_apart_as_python_does(kind: str) -> None:
    random = np.random.default_rng(3)
    limits = {"i1": (-128, 128), "u1": (0, 256), "i4": (-5, 5), "i8": (-(2**62), 2**62), "u8": (2**63, 2**63 + 9)}
    low, high = limits.get(kind, (0, 4))
    values = random.integers(low, high, 200, dtype=kind if kind in limits else "i8").astype(kind)
    if kind in {"i1", "i8"}:
        values[:2] = np.iinfo(kind).min, np.iinfo(kind).max
    table = {"id": values, "x": np.ones(200), "y": np.ones(200)}
    module, others = pytest.importorskip("pandas"), [table]
    others.append(module.DataFrame(table))
    if kind == "i4":
        others.append(module.DataFrame(table | {"id": module.Categorical(values)}))
    for each in others:
        found = og.fit_many("log-logistic-4", each, x="x", y="y", by="id", threads=1)
        assert [str(v) for v in found["id"]] == [str(v) for v in dict.fromkeys(values.tolist())]


def test_labels_that_are_equal_are_one() -> None:
    assert codes_of_labels([1, 1.0, np.int64(1), 0.0, -0.0])[0].tolist() == [0, 0, 0, 1, 1]


def test_large_labels_beside_a_missing_one_stay_apart() -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    big = [2**60, 2**60 + 1, None]
    for column in (pandas.array(big, dtype="Int64"), polars.Series(big)):
        frame = {"pandas": pandas, "polars": polars}[type(column).__module__.partition(".")[0]]
        table = frame.DataFrame({"id": column, "x": [1.0] * 3, "y": [1.0] * 3})
        with pytest.warns(UserWarning, match="1 rows have no value in id"):
            fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="id")
        assert len(fits) == 2


def test_keys_of_several_columns_are_not_mixed_up() -> None:
    y = RIGHT + [y / 2 for y in RIGHT]
    table = {"a": ["A B"] * 8 + ["A"] * 8, "b": ["C"] * 8 + ["B C"] * 8, "x": X * 2, "y": y}
    with pytest.raises(ValueError, match="both read 'A B C'"):
        og.fit("log-logistic-4", "x", "y", data=table, by=["a", "b"])
    assert len(og.fit_many("log-logistic-4", table, x="x", y="y", by=["a", "b"])["midpoint"]) == 2


@pytest.mark.parametrize("kind", ["mapping", "pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("name", ["status", "q_value", "midpoint", "n"])
def test_a_label_called_as_a_result_is_refused(kind: str, name: str) -> None:
    columns = {name: ["A"] * 8, "x": X, "y": RIGHT}
    table: Any = columns
    if kind != "mapping":
        module = pytest.importorskip(kind)
        table = module.table(columns) if kind == "pyarrow" else module.DataFrame(columns)
    with pytest.raises(ValueError, match=f"the column '{name}' has the name of a result"):
        og.fit_many("log-logistic-4", table, x="x", y="y", by=name)


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two columns are called '1'"):
        og.fit_many("log-logistic-4", {1: X, "1": X, "y": Y}, x="1", y="y")


@pytest.mark.parametrize("kind", ["pandas", "pyarrow"])
def test_two_columns_of_one_name_in_a_frame_are_refused(kind: str) -> None:
    module = pytest.importorskip(kind)
    rows = [list(row) for row in zip(X, RIGHT, RIGHT, strict=True)]
    if kind == "pandas":
        table: Any = module.DataFrame(rows, columns=["x", "y", "y"])
    else:
        table = module.Table.from_arrays(
            [module.array(list(c)) for c in zip(*rows, strict=True)], names=["x", "y", "y"]
        )
    for ask in (
        lambda: og.fit("log-logistic-4", "x", "y", data=table),
        lambda: og.fit_many("log-logistic-4", table, x="x", y="y"),
    ):
        with pytest.raises(ValueError, match="2 columns called 'y'"):
            ask()


def test_datasets_with_axes_and_frames_without_labels_are_tables() -> None:
    pandas = pytest.importorskip("pandas")
    alone = og.fit("log-logistic-4", X, RIGHT)
    frame = pandas.DataFrame({"x": X, "y": RIGHT}, index=list("abcdefgh"))
    fits = og.fit_many("log-logistic-4", frame, x="x", y="y")
    assert fits["midpoint"].tolist() == pytest.approx([alone.params["midpoint"]], rel=1e-9)
    xarray = pytest.importorskip("xarray")
    dataset = xarray.Dataset({"y": (("id", "x"), [RIGHT, RIGHT])}, coords={"x": X, "id": ["A", "B"]})
    fits = og.fit_many("log-logistic-4", dataset, x="x", y="y", by="id")
    assert fits["id"].tolist() == ["A", "B"]
    assert fits["n"].tolist() == [7, 7]
    assert og.fit("log-logistic-4", "x", "y", data=dataset, by="id").n == 14


def test_a_column_has_one_dimension() -> None:
    with pytest.raises(ValueError, match="the column 'y' has 2 dimensions"):
        og.fit_many("log-logistic-4", {"x": X, "y": np.ones((8, 2))}, x="x", y="y")
    with pytest.raises(ValueError, match="a label must be text, a number or a date"):
        og.fit_many("log-logistic-4", {"x": X, "y": RIGHT, "id": [{1}] * 8}, x="x", y="y", by="id")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["1", "1_0"], "row 2 holds '1_0'"),
        ([1.0, "high"], "row 2 holds 'high'"),
        ([1.0, [2]], "row 2 holds"),
        (np.array(["2020-01-01"], "M8[D]"), "dates or times|row 1 holds '2020-01-01'"),
        ([dt.date(2020, 1, 1)], "row 1 holds '2020-01-01'"),
        (np.array([1j]), "complex numbers|row 1 holds '1j'"),
    ],
)
def test_what_is_no_number_is_named(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        og.fit("log-logistic-4", values, [1.0] * len(values))
    with pytest.raises(ValueError, match=message):
        og.fit_many("log-logistic-4", {"x": values, "y": [1.0] * len(values)}, x="x", y="y")


def test_text_numbers_are_read_as_other_programs_read_them() -> None:
    found = read_numbers([" 1.5 ", "\N{MINUS SIGN}2", "+.5e1", "NA", "", None, "inf", "nan", "7."])
    np.testing.assert_array_equal(found.values, [1.5, -2, 5, *[np.nan] * 3, np.inf, np.nan, 7])
    assert found.absent.tolist() == [3, 4, 5, 7]
    assert not found.wrong
    assert read_numbers(["1.5", "1,5", "1.234,5"], decimal=",").wrong == ((0, "1.5"), (2, "1.234,5"))
    assert read_numbers(["-", "1"], missing=("-",)).absent.tolist() == [0]
    for text in ("1_0", "0x1", "1,5", "", "one", "1e", "१"):
        with pytest.raises(ValueError, match="is not a number"):
            parse_number(text)


def test_lists_keep_what_their_values_are() -> None:
    assert as_array([1, "1"]).tolist() == [1, "1"]
    assert as_array([1, 2.5]).dtype.kind == "f"
    assert as_array([True, 1]).tolist() == [True, 1]
    assert as_array(["a", "b"]).dtype.kind == "U"
    assert as_array([1, None]).tolist() == [1, None]
    with pytest.raises(TypeError, match="a column is a list or an array"):
        as_array("abc")


def test_a_label_is_shown_in_the_shortest_form_that_is_still_this_number() -> None:
    assert [shown(v) for v in (0.1, 1e-9, 1000001.0, 3.0, 12, "x", ("a", 2.0))] == [
        "0.1", "1e-09", "1000001.0", "3", "12", "x", "a 2",
    ]  # fmt: skip


# ---- Limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fit", [og.fit, og.fit_many])
def test_limits_that_are_turned_round_or_given_twice_are_refused(fit: Any) -> None:
    table = {"x": X, "y": RIGHT}
    given = {"data": table} if fit is og.fit else {}
    asked = ("log-logistic-4", "x", "y") if fit is og.fit else ("log-logistic-4", table)
    given |= {} if fit is og.fit else {"x": "x", "y": "y"}
    with pytest.raises(ValueError, match=r"low < high, not \(10, 1\)"):
        fit(*asked, **given, bounds={"midpoint": (10, 1)})
    speaking = (og.dose_response.fit(X, RIGHT).model, *asked[1:])  # which also says bottom for lower
    for options in ({"bounds": {"lower": (0, 1), "bottom": (0, 10)}}, {"fixed": {"lower": 1, "bottom": 10}}):
        with pytest.raises(ValueError, match="names lower twice, the second time as 'bottom'"):
            fit(*speaking, **given, **options)
