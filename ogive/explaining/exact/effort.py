"""Work, counted: what a question may cost. No clock is asked, so that a slow machine gives the same answers."""

from __future__ import annotations

from typing import Final, final

from ogive.explaining.exact.polynomials import TooLargeError

__all__ = ["Budget"]

_ONE_QUESTION: Final = 400_000  # units; some seconds on a machine of 2020


@final
class Budget:
    """Units of work that are left for one question; a unit is about one product of two terms.

    Parameters
    ----------
    units
        How many.
    """

    __slots__ = ("left",)

    def __init__(self, units: int = _ONE_QUESTION) -> None:
        self.left = units

    @classmethod
    def of(cls, effort: float) -> Budget:
        """Return this multiple of what one question usually gets."""
        if not effort >= 0:
            raise ValueError(f"effort is a number from 0 up, not {effort!r}")
        return cls(int(min(effort, 1e6) * _ONE_QUESTION))

    def spend(self, units: int) -> None:
        """Take some away.

        Raises
        ------
        TooLargeError
            If that is more than what is left.
        """
        self.left -= units
        if self.left < 0:
            raise TooLargeError("the work that this question was given is used up; raise effort")
