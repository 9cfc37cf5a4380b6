"""A curve is a shape on an axis between two asymptotes; everything about it follows by the chain rule, written once.

With ``z = steepness * (g(x) - g(midpoint))`` and the shape S scaled to run from 0 to 1::

    y = lower + (upper - lower) * S(z) ** asymmetry

``g`` is the axis: linear, log or reciprocal. The asymptotes may be sloping lines (melting baselines, hormesis):
``lower + lower_slope * x`` and ``upper + upper_slope * x``.
"""

from ogive.curves.curve import Curve, Steepest
from ogive.curves.mean import AXES, PARAMETERS, Axis, Mean, Place, Transition

__all__ = ["AXES", "PARAMETERS", "Axis", "Curve", "Mean", "Place", "Steepest", "Transition"]
