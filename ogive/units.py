"""A bridge to packages that carry units: pure numbers go through every shape, other units are refused by name.

An S-curve bends where its argument is of size one, so its argument is a ratio: dose over EC50, time over time
constant. Quantities of the units packages know NumPy's own functions only; here they learn ours.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._optional import optional
from ogive.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["register_units"]

WANTED = "takes a pure number: divide by a scale of the same unit first, such as the midpoint of the curve"


def register_units(*packages: str) -> tuple[str, ...]:
    """Teach packages that carry units the shapes, so that pure numbers keep their type on the way through.

    A quantity without unit, or in a unit that is a number such as per cent, goes in as the number it is and comes out
    as a quantity without unit: value, slopes, inverse and logarithms alike. Any other unit raises the package's own
    error. Calling this twice does no harm.

    Parameters
    ----------
    *packages
        ``"pint"``, ``"astropy"`` or both; without any, those of them that are installed.

    Returns
    -------
    tuple of str
        The packages that know the shapes now.

    Raises
    ------
    MissingExtraError
        If a package that is named is not installed: ``pip install 'ogive[units]'``.
    ValueError
        If a name is not one of the packages known here, or none is given and none is installed.

    Notes
    -----
    Pint finds functions by their name alone. Those that share one with a function of NumPy, the hyperbolic tangent
    and the arc tangent, stay NumPy's own for its quantities; their slopes and inverses are ours.
    """
    wanted = packages or tuple(name for name in _REGISTER if importlib.util.find_spec(name))
    for name in wanted:
        if name not in _REGISTER:
            raise ValueError(f"units are known of {' and '.join(_REGISTER)}, not of {name!r}")
    if not wanted:
        raise ValueError("no package with units is installed; pip install 'ogive[units]'")
    for name in wanted:
        _REGISTER[name]()
    return wanted


def _ufuncs() -> Iterator[np.ufunc]:
    return (shape.ufunc_of(role) for shape in shapes.values() for role in shape.roles)


# ---- Pint ------------------------------------------------------------------------------------------------------


def _register_pint() -> None:
    """Add a handler for each ufunc to the table that Pint looks names up in."""
    implements = optional("pint.facets.numpy.numpy_func", for_="units").implements
    for ufunc in _ufuncs():
        if not hasattr(np, ufunc.__name__):
            implements(ufunc.__name__, "ufunc")(_pint_handler(ufunc))


def _pint_handler(ufunc: np.ufunc) -> Callable[..., Any]:
    pint: Any = optional("pint", for_="units")

    def pure(x: Any) -> Any:
        if not isinstance(x, pint.Quantity):
            return x
        if not x.dimensionless:
            raise pint.DimensionalityError(x.units, "dimensionless", extra_msg=f"; {ufunc.__name__} {WANTED}")
        return x.to("dimensionless").magnitude

    def room(out: Any) -> Any:
        if isinstance(out, pint.Quantity) and not out.unitless:
            raise pint.DimensionalityError(out.units, "dimensionless", extra_msg="; the result has no unit")
        return getattr(out, "magnitude", out)

    def handle(x: Any, *, out: tuple[Any, ...] = (), **options: Any) -> Any:
        rooms = {"out": tuple(map(room, out))} if out else {}
        results = ufunc(pure(x), **rooms, **options)
        results = results if ufunc.nout > 1 else (results,)
        whole = out or tuple(type(x)(result, "dimensionless") for result in results)
        return whole if ufunc.nout > 1 else whole[0]

    return handle


# ---- Astropy ---------------------------------------------------------------------------------------------------


def _register_astropy() -> None:
    """Enter the ufuncs as a module of functions whose helpers are made when one of them is first met."""
    helpers = optional("astropy.units.quantity_helper", for_="units").UFUNC_HELPERS
    helpers.register_module("ogive", {ufunc.__name__ for ufunc in _ufuncs()}, _astropy_helpers)


def _astropy_helpers() -> dict[np.ufunc, Callable[..., Any]]:
    return dict.fromkeys(_ufuncs(), _astropy_helper)


def _astropy_helper(ufunc: np.ufunc, unit: Any) -> tuple[list[Any], Any]:
    """Return, as Astropy asks, how the argument becomes a pure number, and the unit of each result."""
    units: Any = optional("astropy.units", for_="units")
    none = units.dimensionless_unscaled
    try:
        scale = 1.0 if unit is None else float(unit.to(none))
    except units.UnitsError:
        raise units.UnitTypeError(f"{ufunc.__name__} {WANTED}; it is in {unit}") from None
    convert = None if scale == 1 else lambda value: scale * value
    return [convert], none if ufunc.nout == 1 else (none,) * ufunc.nout


_REGISTER = {"pint": _register_pint, "astropy": _register_astropy}
