"""What became of a fit, in one word and one sentence that says what to do."""

from __future__ import annotations

from enum import Enum
from typing import final

__all__ = ["Status"]


@final
class Status(Enum):
    """What is wrong with a fit, if anything; members are ordered from the most serious to none.

    Each member carries a sentence (`sentence`) that says what happened and what to do next.
    """

    BAD_DATA = "bad data"
    FEW_POINTS = "few points"
    NOT_CONVERGED = "not converged"
    NO_EFFECT = "no effect"
    EXTRAPOLATED = "extrapolated"
    STEEP = "steep"
    ONE_PLATEAU = "one plateau"
    AT_BOUND = "at a bound"
    OK = "ok"

    @property
    def sentence(self) -> str:
        """What happened, and what to do next."""
        return _SENTENCES[self]

    @property
    def estimated(self) -> bool:
        """Whether the fit has estimates at all."""
        return self is not Status.BAD_DATA

    @property
    def seriousness(self) -> int:
        """A number that is larger the more serious the status is; 0 for OK."""
        return len(Status) - 1 - list(Status).index(self)

    def __str__(self) -> str:
        return self.value


_SENTENCES = {
    Status.BAD_DATA: "The data cannot be fitted; correct what the detail names.",
    Status.FEW_POINTS: (
        "There are not enough different points for this many free parameters, so no errors can be given: "
        "measure more, or fix a parameter that you know."
    ),
    Status.NOT_CONVERGED: (
        "The search stopped before it reached a minimum: give a start near the answer, or fix a parameter."
    ),
    Status.NO_EFFECT: (
        "A flat line describes the data as well as the curve: report no effect, and do not use the midpoint."
    ),
    Status.EXTRAPOLATED: (
        "The midpoint lies outside the measured range: report it as beyond that range, or measure further out."
    ),
    Status.STEEP: (
        "The curve goes over between two neighbouring points, so its steepness is only bounded from one side: "
        "measure between them if the steepness matters."
    ),
    Status.ONE_PLATEAU: (
        "Only one asymptote was measured and the other is extrapolated: measure further out, or fix it if known."
    ),
    Status.AT_BOUND: (
        "A parameter ended at a limit that was set for it: check the limit, and read its interval as one-sided."
    ),
    Status.OK: "The curve is supported by the data; use the estimates with their intervals.",
}
