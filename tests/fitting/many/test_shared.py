"""Curves that have parameters in common: the numbers of the joint fit, set by set, whatever the table looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogive as og
from ogive.cli import main
from ogive.fitting.many.screens.screen import fit_file
from ogive.fitting.many.tables.source import BrokenOrderError

DOSES = 10.0 ** np.arange(-9, -4.4, 0.5)
ASKED: dict[str, Any] = {"x": "x", "y": "y", "by": ["plate", "drug"], "within": "plate"}
NAMES = ("lower", "upper", "midpoint", "steepness", "asymmetry")
PLATEAUS = ["lower", "upper"]


def plates(
    count: int,
    curves: int,
    share: list[str],
    *,
    seed: int = 0,
    power: float = 0,
    flat: float = 0,
    likelihood: str = "",
) -> dict[str, np.ndarray]:
    """Return a table of simulated plates, the shared parameters drawn once a plate and the others once a curve."""
    random = np.random.default_rng(seed)

    def drawn(name: str, low: float, high: float) -> np.ndarray:
        size = (count, 1) if name in share else (count, curves)
        return np.broadcast_to(random.uniform(low, high, size), (count, curves))[..., None]

    lower, upper = drawn("lower", 0.05, 0.15), drawn("upper", 0.85, 1.1)
    place, steep = drawn("midpoint", -8, -5.8), drawn("steepness", -2, -0.7)
    bent = drawn("asymmetry", 0.6, 1.6) ** power
    fraction = (1 / (1 + np.exp(-steep * np.log(10) * (np.log10(DOSES) - place)))) ** bent
    fraction = np.where(random.random((count, curves, 1)) < flat, 1.0, fraction)
    y = lower + (upper - lower) * fraction
    trials = random.integers(20, 60, y.shape).astype(float)
    if likelihood == "binomial":
        y = random.binomial(trials.astype(int), np.clip(y, 0, 1)).astype(float)
    elif likelihood == "poisson":
        y = random.poisson(50 * y).astype(float)
    else:
        y = y + random.normal(0, 0.03, y.shape)
    return {
        "plate": np.repeat(np.arange(count), curves * len(DOSES)),
        "drug": np.tile(np.repeat(np.arange(curves), len(DOSES)), count),
        "x": np.tile(DOSES, count * curves), "y": y.ravel(), "t": trials.ravel(),
        "sd": random.uniform(0.02, 0.05, y.size),
    }  # fmt: skip


def joint(table: dict[str, np.ndarray], plate: int, model: str, share: list[str], **options: Any) -> og.Fit:
    """Return the joint fit of one plate by the one-curve fitter."""
    rows = table["plate"] == plate
    columns = {name: table[name][rows] for name in options.pop("columns", ())}
    labels = table["drug"][rows].astype(str)
    return og.fit(model, table["x"][rows], table["y"][rows], by=labels, share=share, **columns, **options)


def agree(fits: Any, table: dict[str, np.ndarray], model: str, share: list[str], **options: Any) -> int:
    """Hold every plate against its joint fit; returns how many curves were compared."""
    compared = 0
    for plate in np.unique(table["plate"]):
        one = joint(table, int(plate), model, share, **options)
        for i in np.flatnonzero(fits["plate"] == plate):
            for name in NAMES:
                key = name if name in share else f"{name}:{fits['drug'][i]}"
                if key not in one.names:
                    continue
                assert fits[name][i] == pytest.approx(one.params[key], rel=1e-8), (plate, i, name)
                error = pytest.approx(one.stderr[key], rel=1e-8, nan_ok=True)
                assert fits[f"{name}_stderr"][i] == error, (plate, i, name)
                compared += 1
    return compared


# ---- The joint minimum -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "share",
    [
        ["lower"], ["upper"], PLATEAUS, ["midpoint"], ["steepness"], [*PLATEAUS, "steepness"],
        ["midpoint", "steepness"], [*PLATEAUS, "midpoint", "steepness"],
    ],
    ids="+".join,
)  # fmt: skip
def test_a_set_has_the_numbers_of_its_joint_fit(share: list[str]) -> None:
    table = plates(4, 5, share)
    fits = og.fit_many("log-logistic-4", table, share=share, ec=(10, 50), **ASKED)
    assert agree(fits, table, "log-logistic-4", share) == 80
    one = joint(table, 2, "log-logistic-4", share)
    assert fits["rss"][fits["plate"] == 2].sum() == pytest.approx(one.rss, rel=1e-10)
    row = int(np.flatnonzero((fits["plate"] == 2) & (fits["drug"] == 1))[0])
    for percent in (10, 50):
        dose = one.effective_dose(percent, group="1")
        found = [fits[f"ec{percent}{end}"][row] for end in ("", "_low", "_high")]
        assert found == pytest.approx([dose.value, dose.low, dose.high], rel=1e-7)
    name = "midpoint" if "midpoint" in share else "midpoint:1"
    assert (fits["midpoint_low"][row], fits["midpoint_high"][row]) == pytest.approx(
        tuple(one.interval(name)), rel=1e-8
    )


@pytest.mark.parametrize("share", [PLATEAUS, ["steepness"], ["midpoint"], [*PLATEAUS, "steepness"]], ids="+".join)
def test_a_set_with_flat_curves_ends_no_higher_than_its_joint_fit(share: list[str]) -> None:
    # three in ten curves have no effect: their minima are many, and lie far away
    table = plates(6, 6, share, seed=3, flat=0.3)
    fits = og.fit_many("log-logistic-4", table, share=share, **ASKED)
    for plate in range(6):
        one = joint(table, plate, "log-logistic-4", share)
        assert fits["rss"][fits["plate"] == plate].sum() <= one.rss * (1 + 1e-9)


@pytest.mark.parametrize("share", [PLATEAUS, ["asymmetry"], [*PLATEAUS, "asymmetry"]], ids="+".join)
def test_five_parameters(share: list[str]) -> None:
    table = plates(3, 5, share, power=1)
    fits = og.fit_many("log-logistic-5", table, share=share, **ASKED)
    assert agree(fits, table, "log-logistic-5", share) == 75


@pytest.mark.parametrize("model", ["normal-4", "gompertz-4", "arctan-4", "algebraic-4", "cloglog-4"])
def test_every_shape(model: str) -> None:
    table = plates(2, 4, PLATEAUS)
    table["x"] = np.log10(table["x"])
    fits = og.fit_many(model, table, share=PLATEAUS, **ASKED)
    assert agree(fits, table, model, PLATEAUS) == 32


@pytest.mark.parametrize("likelihood", ["binomial", "poisson"])
def test_counts(likelihood: str) -> None:
    table = plates(3, 5, PLATEAUS, likelihood=likelihood)
    kind: dict[str, Any] = {"trials": "t"} if likelihood == "binomial" else {"likelihood": "poisson"}
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, **kind, **ASKED)
    given_trials = {"trials": table["t"]} if likelihood == "binomial" else {}
    for plate in range(3):
        rows = table["plate"] == plate
        one = og.fit(
            "log-logistic-4", table["x"][rows], table["y"][rows], by=table["drug"][rows].astype(str), share=PLATEAUS,
            likelihood=likelihood, **{name: values[rows] for name, values in given_trials.items()},
        )  # fmt: skip
        own = fits["plate"] == plate
        assert fits["deviance"][own].sum() == pytest.approx(one.deviance, rel=1e-9)
        for i, drug in zip(np.flatnonzero(own), fits["drug"][own], strict=True):
            assert fits["upper"][i] == pytest.approx(one.params["upper"], rel=1e-8)
            assert fits["upper_stderr"][i] == pytest.approx(one.stderr["upper"], rel=1e-8, nan_ok=True)
            assert fits["midpoint"][i] == pytest.approx(one.params[f"midpoint:{drug}"], rel=1e-8)
            assert fits["midpoint_stderr"][i] == pytest.approx(one.stderr[f"midpoint:{drug}"], rel=1e-8, nan_ok=True)


def test_weights_limits_and_fixed_values() -> None:
    table = plates(3, 4, PLATEAUS)
    options: dict[str, Any] = {"fixed": {"steepness": -1.2}, "bounds": {"upper": (0.5, 0.9)}}
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, sd="sd", **options, **ASKED)
    bound = 0
    for plate in range(3):
        one = joint(table, plate, "log-logistic-4", PLATEAUS, columns=["sd"], **options)
        own = fits["plate"] == plate
        assert fits["rss"][own].sum() == pytest.approx(one.rss, rel=1e-9)
        assert fits["upper"][own] == pytest.approx(one.params["upper"], rel=1e-8)
        assert fits["lower_stderr"][own] == pytest.approx(one.stderr["lower"], rel=1e-8)
        bound += one.status is og.Status.AT_BOUND
        assert (fits["status"][own] == "at a bound").all() == (one.status is og.Status.AT_BOUND)
        assert np.isnan(fits["upper_stderr"][own]).all() == bool(np.isnan(one.stderr["upper"]))
    assert bound


def test_sets_with_flat_curves_end_no_higher_than_the_joint_fit() -> None:
    """Flat curves leave many basins: neither fitter may be sure of the best, but the batch looks at more of them."""
    table = plates(12, 6, PLATEAUS, flat=0.3, seed=5)
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    higher = 0
    for plate in range(12):
        one = joint(table, plate, "log-logistic-4", PLATEAUS)
        higher += fits["rss"][fits["plate"] == plate].sum() > one.rss * (1 + 1e-7)
    assert higher == 0
    assert (fits["status"] == "no effect").any()
    assert (fits["status"] == "ok").any()


def test_a_hundred_curves_share_their_plateaus_as_they_were_made() -> None:
    table = plates(1, 100, PLATEAUS, seed=3)
    random = np.random.default_rng(3)
    lower, upper = random.uniform(0.05, 0.15), random.uniform(0.85, 1.1)
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    # the truth lies within four standard errors, and a hundred curves determine the plateaus to a few thousandths
    assert abs(fits["lower"][0] - lower) < 4 * fits["lower_stderr"][0] < 0.02
    assert abs(fits["upper"][0] - upper) < 4 * fits["upper_stderr"][0] < 0.02


# ---- Tables ------------------------------------------------------------------------------------------------------


def test_neither_order_nor_threads_nor_other_sets_change_anything() -> None:
    table = plates(6, 5, PLATEAUS)
    expected = og.fit_many("log-logistic-4", table, share=PLATEAUS, threads=1, **ASKED)
    order = np.lexsort((table["plate"], table["drug"]))  # the curves of a plate lie apart
    mixed = {name: values[order] for name, values in table.items()}
    fits = og.fit_many("log-logistic-4", mixed, share=PLATEAUS, threads=2, **ASKED)
    back = np.lexsort((fits["drug"], fits["plate"]))
    for name in ("lower", "midpoint", "midpoint_stderr", "rss", "p_value"):
        np.testing.assert_array_equal(fits[name][back], expected[name], err_msg=name)
    alone = {name: values[table["plate"] == 4] for name, values in table.items()}
    few = og.fit_many("log-logistic-4", alone, share=PLATEAUS, **ASKED)
    np.testing.assert_array_equal(few["midpoint"], expected["midpoint"][expected["plate"] == 4])


def test_without_within_all_curves_of_the_table_share() -> None:
    table = plates(1, 6, ["steepness"])
    fits = og.fit_many("log-logistic-4", table, x="x", y="y", by="drug", share="steepness")
    assert len(set(fits["steepness"])) == 1
    assert fits["steepness"][0] == pytest.approx(joint(table, 0, "log-logistic-4", ["steepness"]).params["steepness"])


def test_wide_tables_and_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    table = plates(2, 4, PLATEAUS)
    long = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    names = [f"d{i}" for i in range(len(DOSES))]
    plate = pandas.DataFrame(table["y"].reshape(8, -1), columns=names).assign(
        plate=np.repeat([0, 1], 4), drug=np.tile(np.arange(4), 2)
    )
    fits = og.fit_many(
        "log-logistic-4", plate, x=list(DOSES), y=names, by=["plate", "drug"], share=PLATEAUS, within="plate"
    )
    np.testing.assert_allclose(fits["midpoint"].to_numpy(), long["midpoint"], rtol=1e-13)
    unlabelled = plate.assign(plate=[None, *plate["plate"][1:]])
    with pytest.warns(UserWarning, match="1 rows have no value in plate"):
        fits = og.fit_many(
            "log-logistic-4", unlabelled, x=list(DOSES), y=names, by=["plate", "drug"], share=PLATEAUS, within="plate"
        )
    assert fits["status"].tolist()[0] == "bad data"
    assert fits["status"].tolist()[1:] == ["ok"] * 7


def test_a_curve_that_cannot_be_fitted_stands_aside() -> None:
    table = plates(2, 5, PLATEAUS)
    table["y"][:10] = np.inf
    table["y"][12] = np.nan
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    assert fits["status"][0] == "bad data"
    assert np.isnan(fits["lower"][0])
    rest = {name: values[10:] for name, values in table.items()}
    assert agree({name: values[1:] for name, values in fits.items()}, rest, "log-logistic-4", PLATEAUS) == 36
    assert fits["n"][1] == 9


def test_formulas_share_too() -> None:
    table = plates(2, 3, PLATEAUS)
    table["x"] = np.log10(table["x"])
    fits = og.fit_many("logistic-4", table, share=PLATEAUS, fixed={"lower_slope": 0.01, "upper_slope": 0.0}, **ASKED)
    one = joint(table, 1, "logistic-4", PLATEAUS, fixed={"lower_slope": 0.01, "upper_slope": 0.0})
    own = fits["plate"] == 1
    assert fits["rss"][own].sum() == pytest.approx(one.rss, rel=1e-10)
    assert fits["midpoint"][own][2] == pytest.approx(one.params["midpoint:2"], rel=1e-10)
    assert fits["upper_stderr"][own] == pytest.approx(one.stderr["upper"], rel=1e-10)


@settings(max_examples=15, deadline=None)
@given(st.floats(-3, 3), st.floats(0.2, 5), st.integers(0, 5))
def test_units_of_the_response_change_nothing_else(shift: float, factor: float, seed: int) -> None:
    table = plates(1, 4, PLATEAUS, seed=seed)
    fits = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    moved = og.fit_many("log-logistic-4", table | {"y": shift + factor * table["y"]}, share=PLATEAUS, **ASKED)
    np.testing.assert_allclose(moved["midpoint"], fits["midpoint"], rtol=1e-7)
    np.testing.assert_allclose(moved["upper"], shift + factor * fits["upper"], rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(moved["upper_stderr"], factor * fits["upper_stderr"], rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"share": ["lower"], "within": "plate", "by": "drug"}, "add 'plate' to by="),
        ({"within": "plate", "by": ["plate", "drug"]}, "none is shared: name them in share="),
        ({"share": ["lower"], "fixed": {"lower": 0}, "by": "drug"}, "'lower' is fixed, so it cannot be shared"),
        ({"share": ["lowr"], "by": "drug"}, "has no parameter 'lowr'; did you mean 'lower'"),
    ],
)
def test_what_does_not_go_together_is_told(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        og.fit_many("log-logistic-4", plates(1, 2, PLATEAUS), x="x", y="y", **options)


# ---- Files, the shell, clusters ----------------------------------------------------------------------------------


def written(table: dict[str, np.ndarray], path: Path) -> Path:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table(table), path)
    return path


def test_a_file_is_cut_between_sets_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = plates(8, 5, PLATEAUS)
    source, target = written(table, tmp_path / "screen.parquet"), tmp_path / "fits.parquet"
    asked = {**ASKED, "within": ["plate"], "share": PLATEAUS}
    blocks = []

    def stop(*_: Any) -> None:
        blocks.append(1)
        if len(blocks) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_file("log-logistic-4", source, target, rows=70, progress=stop, **asked)
    summary = fit_file("log-logistic-4", source, target, rows=70, **asked)
    assert summary.resumed > 0
    assert summary.curves == 40
    fits, expected = parquet.read_table(target), og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    for name in ("lower", "midpoint_stderr", "q_value"):
        np.testing.assert_array_equal(fits[name].to_numpy(), expected[name], err_msg=name)


def test_sets_out_of_order_are_refused(tmp_path: Path) -> None:
    table = plates(6, 4, PLATEAUS)
    order = np.argsort(table["drug"], kind="stable")
    source = written({name: values[order] for name, values in table.items()}, tmp_path / "screen.parquet")
    with pytest.raises(BrokenOrderError, match="the rows of the set plate=0 are not next to each other"):
        fit_file(
            "log-logistic-4", source, tmp_path / "f.parquet", rows=30, share=PLATEAUS, **ASKED | {"within": ["plate"]}
        )


def test_the_command_shares_within_plates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    source, target = written(plates(3, 4, PLATEAUS), tmp_path / "screen.parquet"), tmp_path / "fits.parquet"
    asked = [
        "screen",
        str(source),
        "--x",
        "x",
        "--y",
        "y",
        "--by",
        "plate,drug",
        "--share",
        "lower",
        "--share",
        "upper",
    ]
    with pytest.raises(SystemExit) as left:
        main([*asked, "--within", "plate", "-o", str(target)])
    assert not left.value.code
    assert "12 curves from 120 rows" in capsys.readouterr().out
    assert len(set(parquet.read_table(target)["upper"].to_pylist())) == 3
    with pytest.raises(SystemExit) as left:
        main(["fit", *asked[1:], "--within", "plate"])
    assert left.value.code == 2
    assert "--within is for ogive screen" in capsys.readouterr().err


def test_a_cluster_brings_sets_together() -> None:
    frames, pandas = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    from ogive.fitting.many.screens.cluster import fit_dask

    table = pandas.DataFrame(plates(5, 4, PLATEAUS))
    expected = og.fit_many("log-logistic-4", table, share=PLATEAUS, **ASKED)
    mixed = frames.from_pandas(table.sample(frac=1, random_state=1), npartitions=3)
    fits = fit_dask("log-logistic-4", mixed, share=PLATEAUS, **ASKED).compute()
    fits = fits.sort_values(["plate", "drug"]).reset_index(drop=True)[list(expected.columns)]
    pandas.testing.assert_frame_equal(fits, expected, rtol=1e-9)
    with pytest.raises(ValueError, match="no partition sees them all"):
        fit_dask("log-logistic-4", mixed, x="x", y="y", by=["plate", "drug"], share=PLATEAUS)
