"""Fitting many curves at once: a table in, a row a curve out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogive.fitting.many.blocks.request import check_sets, kind_of, plan
from ogive.fitting.many.blocks.threads import fit_curves, named_statuses, rates_of
from ogive.fitting.many.tables.frames import opened
from ogive.fitting.many.tables.layout import listed, read_table, set_codes
from ogive.fitting.question.likelihoods import USUAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ogive.models import Model

__all__ = ["fit_many"]


def fit_many(
    model: Model | str,
    table: Any,
    *,
    x: Any,
    y: str | Sequence[str],
    by: str | Sequence[str] = (),
    sd: str | Sequence[str] | None = None,
    trials: str | Sequence[str] | None = None,
    likelihood: str = USUAL,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    share: str | Sequence[str] = (),
    within: str | Sequence[str] = (),
    ec: Sequence[float] = (),
    level: float = 0.95,
    keep: str | Sequence[str] = (),
    threads: int | None = None,
) -> Any:
    """Fit a curve to every group of rows of a table, a million curves as well as one.

    The numbers are those that `ogive.fit` finds for each curve alone (for each set, where parameters are shared): the
    same model, limits, standard errors (J'J), test for an effect and statuses. They do not depend on the number of
    threads nor on what else is in the table.

    Parameters
    ----------
    model
        A name (``"log-logistic-4"``, see `ogive.models.models`) or a `Model`. Smooth shapes on an axis go
        through the compiled engine; formulas and sloping asymptotes are fitted one by one.
    table
        A pandas, polars or Arrow table, an Arrow dataset or reader, a DuckDB relation, an xarray dataset, or a
        mapping of columns (lists, arrays, masked arrays). How tables are read: docs/tables.md.
    x, y
        Long layout: the columns of points and responses. Wide layout (a row a curve): y lists the columns of
        responses, and x the points they were measured at, as numbers or as columns. Missing values (null, nan,
        masked, and in text empty or NA) are left out.
    by
        The columns that tell curves apart; in wide layout, columns to carry along. Labels keep their types: 1 and "1"
        are two. Rows without a label are left out, with a warning.
    sd
        The column (wide: the columns) of standard deviations, relative to each other.
    trials
        The column (wide: the columns) of numbers of trials; y then counts successes. Implies
        ``likelihood="binomial"``.
    likelihood
        ``"normal"``, ``"binomial"`` (the curve is a probability) or ``"poisson"`` (the curve is a mean count).
    fixed, bounds
        Values to hold and limits (low, high) to keep, by name of parameter.
    share, within
        Parameters that curves have in common, and the columns of ``by`` that say which curves: with
        ``by=["plate", "drug"], share=["lower", "upper"], within="plate"`` the curves of a plate have one pair of
        plateaus. Without ``within`` all curves of the table do. The curves of a set are one fit, with one residual
        variance.
    ec
        Parts of the full effect, in percent, whose doses are wanted: ``ec=(10, 50, 90)``.
    level
        The confidence of intervals.
    keep
        More columns to carry into the results, from the first row of each curve: plates, units.
    threads
        How many threads; by default one for each processor.

    Returns
    -------
    table of the same kind
        A row for each curve, in order of appearance: the ``by`` and ``keep`` columns; each parameter and its
        ``_stderr``; ``midpoint_low`` and ``midpoint_high``; ``ec10``, ``ec10_low``, ``ec10_high`` for each dose asked
        for; ``auc`` (the mean height of the curve over the measured range of the axis); ``max_slope`` (per unit of
        x; on a log axis ``max_slope_per_e_fold`` of dose); ``rss``; ``r_squared``; ``n``; ``f_value`` and
        ``p_value`` (the test against a flat line, calibrated as in `ogive.fit`); ``q_value``
        (the false-discovery rate over the table, Benjamini and Hochberg 1995); ``status``; ``steps``. Curves with
        parameters in common each have a row with the common values in it; ``rss``, ``r_squared`` and ``n`` are those
        of the curve, and its test is F on the residual variance of its set. For counts
        ``deviance`` and ``null_deviance`` stand for ``rss``, ``r_squared`` and ``f_value``, and the test is that of
        their difference.

        Limits are Wald's, symmetric on the axis, or those of the profile where one of these lies more than 5 % of the
        width away. They are open (infinite, or 0 on a log axis) where the data leave a side open, and where no effect
        was found. Doses of models with an exponent, and curves that share parameters, have Wald's.

    Raises
    ------
    ValueError
        If a column, parameter or model is unknown, a column holds text, or what is shared is fixed. A curve that
        cannot be fitted is no error: its status says so, and the rest of its set is fitted without it.

    Examples
    --------
    >>> import ogive as og
    >>> table = {"drug": ["A"] * 8, "dose": [0, 0.1, 0.3, 1, 3, 10, 30, 100],
    ...          "response": [98.2, 99.1, 96.9, 88.0, 63.7, 31.1, 12.2, 6.9]}
    >>> fits = og.fit_many("log-logistic-4", table, x="dose", y="response", by=["drug"])
    >>> print(f"{fits['midpoint'][0]:.3f} {fits['status'][0]}")
    4.756 ok
    """
    kind = kind_of(likelihood, sd, trials)
    labels, apart = listed(by), listed(within)
    request = plan(model, fixed=fixed, bounds=bounds, doses=ec, level=level, likelihood=kind, share=listed(share))
    check_sets(request, labels, apart)
    frame, close = opened(table)
    found = read_table(
        frame, x=x, y=y, by=labels, sd=sd, trials=trials, keep=[k for k in listed(keep) if k not in labels]
    )
    sets = set_codes(found, apart) if request.shared else None
    columns = fit_curves(request, found.curves, sets=sets, threads=threads)
    return close(found, finished(columns))


def finished(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns as tables hold them: rates beside probabilities, statuses by name."""
    result: dict[str, Any] = {}
    for name, column in columns.items():
        result[name] = named_statuses(column) if name == "status" else column
        if name == "p_value":
            result["q_value"] = rates_of(column)
    return result
