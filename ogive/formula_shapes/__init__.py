"""Shapes from text alone: values, slopes of any order, inverse, limits and kinks, all derived from a formula.

Start reading in `shape`, which is the object; `stretches` computes where no absolute value changes its
side, `ufuncs` calls what is computed as NumPy calls a ufunc.
"""

from ogive.formula_shapes.shape import FormulaShape, shape_of

__all__ = ["FormulaShape", "shape_of"]
