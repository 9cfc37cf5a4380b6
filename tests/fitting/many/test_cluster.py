"""The same fits through Arrow batches and on a Dask cluster."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import ogive as og
from ogive.fitting.many.screens.cluster import arrow_fitter, fit_dask, with_rates

DOSES = 10.0 ** np.arange(-9, -4.4, 0.5)
ASKED = {"x": "dose", "y": "response", "by": ["drug"]}


def columns(count: int = 24) -> dict[str, np.ndarray]:
    random = np.random.default_rng(2)
    place = random.uniform(-8, -5, (count, 1))
    y = 1 / (1 + 10.0 ** (np.log10(DOSES) - place)) + random.normal(0, 0.03, (count, 10))
    return {"drug": np.repeat(np.arange(count), 10), "dose": np.tile(DOSES, count), "response": y.ravel()}


def test_arrow_batches_in_the_manner_of_spark_and_ray() -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table(columns())
    expected = og.fit_many("log-logistic-4", table, **ASKED)
    fitter = pickle.loads(pickle.dumps(arrow_fitter("log-logistic-4", **ASKED)))  # noqa: S301 - our own
    ray = with_rates(fitter(table))
    spark = arrow.Table.from_batches(fitter(iter(table.to_batches(max_chunksize=33))))
    # a nan, where there is no test, is unequal to itself
    np.testing.assert_equal(spark.to_pydict(), ray.drop_columns(["q_value"]).to_pydict())
    np.testing.assert_equal(ray.select(expected.column_names).to_pydict(), expected.to_pydict())


def test_a_dask_collection_on_a_local_cluster() -> None:
    frames = pytest.importorskip("dask.dataframe")
    distributed = pytest.importorskip("distributed")
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(columns()).sample(frac=1, random_state=1)
    expected = og.fit_many("log-logistic-4", pandas.DataFrame(columns()), **ASKED)
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None)
    with cluster, distributed.Client(cluster):
        fits = fit_dask("log-logistic-4", frames.from_pandas(table, npartitions=3), **ASKED).compute()
    fits = fits.sort_values("drug").reset_index(drop=True)[list(expected.columns)]
    pandas.testing.assert_frame_equal(fits, expected, rtol=1e-10)


@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_ray_maps_the_fitter_over_batches_and_over_groups() -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table(columns())
    expected = og.fit_many("log-logistic-4", table, **ASKED)
    fitter = arrow_fitter("log-logistic-4", **ASKED)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        # blocks of whole curves, as a partitioned data set has them
        blocks = data.from_arrow([table.slice(0, 100), table.slice(100)])
        by_batch = blocks.map_batches(fitter, batch_format="pyarrow", batch_size=None)
        # rows in any order: Ray brings the curves together
        mixed = data.from_arrow(table.take(np.random.default_rng(3).permutation(table.num_rows)))
        by_group = mixed.groupby("drug").map_groups(fitter, batch_format="pyarrow")
        for fits in (by_batch, by_group):
            collected = with_rates(arrow.concat_tables(ray.get(fits.to_arrow_refs()))).sort_by("drug")
            assert collected.num_rows == expected.num_rows
            for name in ("midpoint", "midpoint_stderr", "rss", "q_value"):
                np.testing.assert_allclose(collected[name].to_numpy(), expected[name].to_numpy(), rtol=1e-8)
    finally:
        ray.shutdown()
