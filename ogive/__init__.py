"""S-shaped curves and their slopes: computed to the last bit, explained line by line, fitted to data.

``import ogive as og`` loads NumPy and the compiled core, nothing else; each other name is imported when it is
first used.
"""

from __future__ import annotations

import importlib
from typing import Any

try:
    import ogive._core as _core  # noqa: PLR0402 - the other form does not say that there is no such module
except ModuleNotFoundError as error:
    if error.name != "ogive._core":
        raise
    raise ImportError(
        "ogive's compiled core is missing: this is a source tree. Run `python3 dev.py build`, or `pip install .`"
    ) from error
from ogive.shapes import Shape, shapes
from ogive.threads import threads

__version__ = _core.build_config["version"]

_LAZY = {
    "explain": "ogive.explaining",
    "properties": "ogive.explaining.properties.properties",
    "equivalent": "ogive.explaining.checking.equivalence",
    "self_reference": "ogive.explaining.slope_from_value.self_reference",
    "practice": "ogive.explaining.practice.session",
    "check_work": "ogive.explaining.practice.check_work",
    "plot": "ogive.plots",
    "Curve": "ogive.curves",
    "Model": "ogive.models",
    "fit": "ogive.fitting",
    "fit_many": "ogive.fitting",
    "compare": "ogive.fitting",
    "Fit": "ogive.fitting",
    "Status": "ogive.fitting",
    "dose_response": "ogive.fields",
    "growth": "ogive.fields",
    "diffusion": "ogive.fields",
    "psychophysics": "ogive.fields",
    "thermodynamics": "ogive.fields",
    "neuroscience": "ogive.fields",
    "control": "ogive.fields",
    "logistic_regression": "ogive.fields",
    "register_units": "ogive.units",
}
"""Public names that live upstairs, and the module each is imported from when it is first used."""

__all__ = ["Shape", "build_config", "shapes", "threads", *shapes.names, *_LAZY]  # noqa: PLE0604 - they are strings

globals().update(shapes.names)


def build_config() -> dict[str, Any]:
    """Return what this build is: version, compiler, the CPU target in use, those that run here, those compiled."""
    return dict(_core.build_config)


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'ogive' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
