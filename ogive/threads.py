"""How many threads the compiled loops may use."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ogive import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["threads"]


@contextmanager
def threads(count: int, /) -> Iterator[None]:
    """Let large arrays be computed on several threads within a ``with`` block; one is the rule outside.

    A call that passes over at least 131,072 elements in one piece of memory order is cut in parts of 65,536 elements
    or more, one for each thread. Every result has the same bits as on one thread. The threads live as long as the
    call, so that nothing is left behind for a fork, and NumPy has let other Python threads run meanwhile.

    The count is a context variable, as `numpy.errstate` is: it holds for the calls of this thread, or of this
    asyncio task, and not for others that run at the same time. Blocks may be nested; the innermost counts. The
    environment variable ``OGIVE_THREADS``, read when ogive is imported, sets what holds outside of every block.

    Parameters
    ----------
    count
        The most threads that a call may use, this one among them: 1 up to 1024. More than the machine has cores
        gain nothing.

    Raises
    ------
    TypeError
        If the count is no integer.
    ValueError
        If it is below 1 or above 1024.

    Examples
    --------
    >>> import numpy as np
    >>> import ogive as og
    >>> x = np.linspace(-8, 8, 1_000_000)
    >>> with og.threads(2):
    ...     value, slope = og.sigmoid.value_and_derivative(x)
    >>> bool((value == og.sigmoid(x)).all())
    True
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)):
        raise TypeError(f"the number of threads must be an integer, not {count!r}")
    if not 1 <= count <= 1024:
        raise ValueError(f"the number of threads must be 1 up to 1024, not {count}")
    token = _core.enter_threads(int(count))
    try:
        yield
    finally:
        _core.leave_threads(token)
