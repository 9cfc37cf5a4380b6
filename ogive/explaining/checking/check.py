"""Checking a derivation that comes from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.explaining.records.derivation import Derivation

if TYPE_CHECKING:
    from ogive.explaining.checking.derivations import Verdict

__all__ = ["check"]


def check(derivation: Derivation | str) -> Verdict:
    """Check every step of a derivation, where it holds, and that it ends with its result.

    Parameters
    ----------
    derivation
        A derivation, or the JSON text of one.

    Returns
    -------
    Verdict
        True if the derivation is proven; otherwise it lists the steps that are false or without a proof.

    Raises
    ------
    DerivationFormatError
        If the text is not a derivation at all.

    Examples
    --------
    >>> import ogive as og
    >>> from ogive.explaining import check
    >>> print(check(og.explain("sigmoid").to_json()))
    proven: 26 steps, each with a proof
    """
    return (Derivation.from_json(derivation) if isinstance(derivation, str) else derivation).check()
