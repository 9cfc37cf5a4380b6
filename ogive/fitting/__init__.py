"""Fitting: from observations to a curve, its uncertainty, and a status that says whether to trust it."""

from ogive.fitting.comparison import Comparison, compare
from ogive.fitting.inference.bands import Band
from ogive.fitting.inference.hypotheses import Outliers, Test
from ogive.fitting.inference.intervals import Interval
from ogive.fitting.inference.status import Status
from ogive.fitting.inference.unknowns import Unknowns
from ogive.fitting.many import fit_many
from ogive.fitting.one import Fit, fit

__all__ = [
    "Band", "Comparison", "Fit", "Interval", "Outliers", "Status", "Test", "Unknowns", "compare", "fit", "fit_many",
]  # fmt: skip
