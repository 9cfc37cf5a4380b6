"""Which parameters of a curve are free, fixed or bounded, and what they are called."""

from ogive.models.formula import FormulaMean
from ogive.models.linear import LinearPredictor
from ogive.models.model import Model
from ogive.models.scales import SCALES, Scale
from ogive.models.table import models
from ogive.models.words import NotTrueOfModelError, Quantity, Vocabulary, Word

__all__ = [
    "SCALES", "FormulaMean", "LinearPredictor", "Model", "NotTrueOfModelError", "Quantity", "Scale", "Vocabulary",
    "Word", "models",
]  # fmt: skip
