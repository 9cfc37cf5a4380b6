"""The same fits on other people's clusters: a Dask collection, or a function that engines map over Arrow batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._optional import optional
from ogive.fitting.many import fit_many
from ogive.fitting.many.blocks.threads import rates_of
from ogive.fitting.many.tables.layout import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ogive.models import Model

__all__ = ["arrow_fitter", "fit_dask", "with_rates"]


def arrow_fitter(model: Model | str, **options: Any) -> Callable[[Any], Any]:
    """Return a function that fits the curves of Arrow data, wherever it is sent.

    The function takes an Arrow table (as Ray's ``map_batches(..., batch_format="pyarrow")`` gives) and returns one,
    or takes an iterator of record batches (as Spark's ``mapInArrow`` gives) and yields record batches. All rows of a
    curve must be in the same table or iterator: repartition by the ``by`` columns first (where curves share
    parameters, by those of ``within``). The ``q_value`` is left out, since no part sees the whole table: `with_rates`
    adds it to the collected fits.

    Parameters
    ----------
    model, options
        Those of `ogive.fit_many`.

    Examples
    --------
    >>> from ogive.fitting.many.screens.cluster import arrow_fitter
    >>> fitter = arrow_fitter("log-logistic-4", x="dose", y="response", by=["drug"])
    >>> # spark: frame.repartition("drug").mapInArrow(fitter, schema)
    >>> # ray: dataset.map_batches(fitter, batch_format="pyarrow")
    """
    return _ArrowFitter(model, {"threads": 1, **options})


class _ArrowFitter:
    """A function that can be pickled and sent to a worker."""

    def __init__(self, model: Model | str, options: Mapping[str, Any]) -> None:
        self._model = model
        self._options = dict(options)
        # Ray takes what it maps over groups for a function, which has a name
        self.__name__ = "arrow_fitter"

    def __call__(self, data: Any) -> Any:
        arrow = optional("pyarrow", for_="Arrow batches")
        if isinstance(data, arrow.Table):
            return self._fitted(data)
        if isinstance(data, arrow.RecordBatch):
            return self._fitted(arrow.Table.from_batches([data]))
        return self._stream(data)

    def _stream(self, batches: Iterable[Any]) -> Iterator[Any]:
        arrow = optional("pyarrow", for_="Arrow batches")
        held = list(batches)
        if held:
            yield from self._fitted(arrow.Table.from_batches(held)).to_batches()

    def _fitted(self, table: Any) -> Any:
        return fit_many(self._model, table, **self._options).drop_columns(["q_value"])


def with_rates(fits: Any) -> Any:
    """Add the ``q_value`` to an Arrow table or a pandas frame of collected fits."""
    if hasattr(fits, "append_column"):
        arrow = optional("pyarrow", for_="Arrow batches")
        return fits.append_column("q_value", arrow.array(rates_of(fits["p_value"].to_numpy())))
    return fits.assign(q_value=rates_of(np.asarray(fits["p_value"], dtype=np.float64)))


def fit_dask(model: Model | str, collection: Any, *, by: str | Sequence[str], **options: Any) -> Any:
    """Fit the curves of a Dask data frame, on whatever cluster it lives.

    Rows are brought together by curve (a shuffle on the ``by`` columns; on those of ``within``, where curves share
    parameters), every partition is fitted by `ogive.fit_many`, and the rates over the whole table are computed from
    all p-values.

    Parameters
    ----------
    collection
        A ``dask.dataframe.DataFrame``.
    by
        The columns that tell curves apart.
    options
        Those of `ogive.fit_many`.

    Returns
    -------
    dask.dataframe.DataFrame
        A row for each curve, not yet computed but for its p-values.

    Raises
    ------
    ValueError
        If all curves are to share parameters: no partition sees them all.
    """
    optional("dask.dataframe", for_="Dask collections")
    names, apart = listed(by), listed(options.get("within", ()))
    if options.get("share") and not apart:
        raise ValueError("on a cluster within= must say which curves share parameters: no partition sees them all")
    given = {"threads": 1, **options, "by": names}
    # asked with no rows, a partition answers with the right columns and no curves
    meta = _partition(collection._meta_nonempty.iloc[:0], model, given)  # noqa: SLF001 - Dask's own way to the schema
    gathered = collection.shuffle(on=apart or names)
    fits = gathered.map_partitions(_partition, model, given, meta=meta, enforce_metadata=False).persist()
    p_values = np.sort(np.asarray(fits["p_value"].dropna().compute(), dtype=np.float64))
    rates = rates_of(p_values)
    return fits.map_partitions(_rated, p_values, rates, meta=_rated(meta, p_values, rates), enforce_metadata=False)


def _partition(frame: Any, model: Model | str, options: Mapping[str, Any]) -> Any:
    return fit_many(model, frame, **options).drop(columns="q_value")


def _rated(fits: Any, p_values: Any, rates: Any) -> Any:
    """Look up the rate of each p-value among those of the whole table."""
    own = np.asarray(fits["p_value"], dtype=np.float64)
    found = np.full(len(own), np.nan)
    known = ~np.isnan(own)
    if len(p_values):
        found[known] = rates[np.searchsorted(p_values, own[known], side="left").clip(0, len(rates) - 1)]
    return fits.assign(q_value=found)
