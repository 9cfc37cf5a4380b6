"""Fitting: from observations to a curve, its uncertainty, and a status that says whether to trust it."""

from ogive.fitting.bands import Band
from ogive.fitting.engine import fit
from ogive.fitting.hypotheses import Comparison, Outliers, Test, compare
from ogive.fitting.intervals import Interval
from ogive.fitting.many import fit_many
from ogive.fitting.result import Fit
from ogive.fitting.status import Status

__all__ = ["Band", "Comparison", "Fit", "Interval", "Outliers", "Status", "Test", "compare", "fit", "fit_many"]
