"""Expressions as data: an inert syntax tree, a parser, printers, rules of differentiation, compilation to NumPy.

``parse`` makes a tree from text, ``to_text`` makes text from a tree; nothing typed is ever evaluated. Start reading
in `tree`, then `functions` (the table of elementary functions), `parser`, and whichever printer is wanted.
"""

from ogive.expressions.compiler import compile_numpy
from ogive.expressions.differentiate import differentiate
from ogive.expressions.errors import ExpressionError
from ogive.expressions.functions import ELEMENTARY, Function, Functions, with_shapes
from ogive.expressions.latex import to_latex
from ogive.expressions.mathml import to_mathml
from ogive.expressions.parser import DEFAULT_LIMITS, Limits, parse
from ogive.expressions.text import to_text, to_unicode

__all__ = [
    "DEFAULT_LIMITS",
    "ELEMENTARY",
    "ExpressionError",
    "Function",
    "Functions",
    "Limits",
    "compile_numpy",
    "differentiate",
    "parse",
    "to_latex",
    "to_mathml",
    "to_text",
    "to_unicode",
    "with_shapes",
]
