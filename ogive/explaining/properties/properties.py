"""What is true of a function and of its slope, each statement with its proof: the public face of the sign charts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ogive.explaining.exact.effort import Budget
from ogive.explaining.exact.world import NoFormError, World
from ogive.explaining.properties.remarks import notes_on, value_identity, vanishing_gradient
from ogive.explaining.properties.statements import FOR_SLOPE, FOR_VALUE
from ogive.explaining.records.sheet import Properties, Property
from ogive.explaining.records.subject import Subject, read_subject
from ogive.explaining.signs.charts import Charter
from ogive.explaining.signs.study import Study
from ogive.expressions import tree as t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["properties"]


def properties(expr: Any, *, var: str | None = None, of: str = "value", effort: float = 1.0) -> Properties:
    """Say what is true of a function: its range, symmetry, monotone stretches, limits, inflections, each with proof.

    Nothing is sampled: signs come from polynomial identities, Sturm's theorem, Rolle's theorem with ball arithmetic,
    and exact series at the ends. What is not proved within the limits is called unknown.

    Parameters
    ----------
    expr
        A shape, the name of one, or an expression in one variable as text.
    var
        The variable, if the expression has several symbols.
    of
        ``"value"`` for the function itself, ``"derivative"`` for its slope.
    effort
        How much work may be done for the whole sheet, as a multiple of the usual amount. Work is counted, not timed:
        the answers do not depend on how fast the machine is.

    Returns
    -------
    Properties
        Frozen; ``print`` it, or use ``to_markdown``, ``to_html``, ``to_json``.

    Raises
    ------
    ExpressionError
        If the text is not an expression.
    ValueError
        If it is not clear which symbol is the variable, `of` is neither word, or `effort` is negative.

    Examples
    --------
    >>> import ogive as og
    >>> og.properties("sigmoid", of="derivative")["range"].statement
    'takes exactly the values (0, 1/4]'
    """
    if of not in ("value", "derivative"):
        raise ValueError(f"of must be 'value' or 'derivative', not {of!r}")
    subject = read_subject(expr, var)
    order = 1 if of == "derivative" else 0
    charter = Charter(World(subject.functions, budget=Budget.of(effort)), subject.variable)
    study = Study(charter, subject.tree, subject.variable, subject.functions, order)
    items = tuple(_items(study, subject))
    title = f"Properties of {'the slope of ' if order else ''}{subject.title}"
    notes = notes_on(subject, order)
    return Properties(title, _shown(study), subject.variable, items, notes, subject.functions).certified()


def _shown(study: Study) -> t.Node:
    return t.Derivative(study.tree, t.Symbol(study.name)) if study.order else study.tree


def _items(study: Study, subject: Subject) -> Iterator[Property]:
    for name, state in FOR_SLOPE if study.order else FOR_VALUE:
        found = _stated(name, partial(state, study), subject)
        yield value_identity(subject, found) if study.order and name == "range" else found
    if study.order:
        last = _stated("vanishing gradient", partial(vanishing_gradient, study), subject)
        if last.words:
            yield last


def _stated(name: str, state: Callable[[], Property], subject: Subject) -> Property:
    """Make a statement, or say that it is unknown and why."""
    try:
        found = state()
    except (ArithmeticError, NoFormError, RecursionError) as error:
        return Property(name, ("unknown",), (f"no proof was found: {error}",), {}, False, subject.functions)
    return Property(found.name, found.words, found.why, found.certificate, True, subject.functions)
