"""A kernel gives the same bits on every CPU target, at every place of an array, alone, and in every layout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.digests import arguments, bits

import ogive as og

DIGESTS = Path(__file__).parents[1] / "support" / "digests.py"
ROOT = Path(__file__).parents[2]
TARGETS = og.build_config()["targets"]


def digests(target: str) -> list[str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "OGIVE_TARGET": target, "PYTHONPATH": paths if "PYTHONPATH" in os.environ else ""}
    if "PYTHONPATH" not in os.environ:
        del environment["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, str(DIGESTS)], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(len(TARGETS) < 2, reason="this machine runs one target")
def test_every_target_gives_the_same_bits() -> None:
    first, *others = (digests(target) for target in TARGETS)
    assert len(first) == 2 * sum(len(shape.roles) for shape in og.shapes.values())
    for target, other in zip(TARGETS[1:], others, strict=True):
        assert [line for line in other if line not in first] == [], target


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_place_in_an_array_changes_no_bit(dtype: type) -> None:
    x = arguments(np.dtype(dtype))[::29]
    for shape in og.shapes.values():
        for role in shape.roles:
            ufunc = shape.ufunc_of(role)
            right = [bits(r) for r in np.atleast_2d(ufunc(x))]
            moved = np.empty(x.size + 7, dtype)[3:-4]
            moved[:] = x
            backwards = [bits(r)[::-1] for r in np.atleast_2d(ufunc(x[::-1]))]
            alone = [bits(r) for r in np.atleast_2d(np.array([ufunc(x[i : i + 1]) for i in range(60)]).squeeze().T)]
            for k, wanted in enumerate(right):
                np.testing.assert_array_equal(bits(np.atleast_2d(ufunc(moved))[k]), wanted, ufunc.__name__)
                np.testing.assert_array_equal(backwards[k], wanted, ufunc.__name__)
                np.testing.assert_array_equal(alone[k], wanted[:60], ufunc.__name__)


def through_the_origin() -> list[str]:
    return [name for name, shape in og.shapes.items() if float(shape(1e-3)) > 0 > float(shape(-1e-3))]


def test_curves_through_the_origin_keep_the_sign_of_a_zero() -> None:
    names = through_the_origin()
    assert {"tanh", "silu", "gelu", "gelu_tanh", "mish", "hard_swish", "elu", "selu", "leaky_relu"} <= {*names}
    for name in names:
        for dtype in (np.float16, np.float32, np.float64, np.longdouble):
            for x in (dtype(0.0), dtype(-0.0)):
                value, both = og.shapes[name](x), og.shapes[name].value_and_derivative(x)[0]
                assert value == 0 == both
                assert np.signbit(value) == np.signbit(both) == np.signbit(x), (name, dtype, x)


def test_types_agree_at_the_ends() -> None:
    """Infinities, zeros and nan: every real type returns the same number, or none does."""
    for shape in og.shapes.values():
        for role in shape.roles:
            ufunc = shape.ufunc_of(role)
            letters = [types[0] for types in ufunc.types if types[0] in "efdg"]
            results = [np.atleast_2d(ufunc(np.array([-np.inf, np.inf, -0.0, 0.0, np.nan], t))) for t in letters]
            for letter, result in zip(letters, results, strict=True):
                np.testing.assert_allclose(
                    result.astype(float), results[1].astype(float), rtol=2e-3, atol=1e-7, err_msg=f"{ufunc} {letter}"
                )
