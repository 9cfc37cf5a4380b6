"""Checking a derivation that comes from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.explaining.records.derivation import Derivation

if TYPE_CHECKING:
    from ogive.explaining.checking.kernel import Verdict

__all__ = ["check"]


def check(derivation: Derivation | str) -> Verdict:
    """Re-check every step of a derivation with the certificate kernel.

    Parameters
    ----------
    derivation
        A derivation, or the JSON text of one.

    Returns
    -------
    Verdict
        True if the derivation holds; otherwise it lists the steps that are wrong.

    Raises
    ------
    DerivationFormatError
        If the text is not a derivation at all.

    Examples
    --------
    >>> import ogive as og
    >>> from ogive.explaining import check
    >>> print(check(og.explain("sigmoid").to_json()))
    holds: 26 steps proven by exact normal forms
    """
    return (Derivation.from_json(derivation) if isinstance(derivation, str) else derivation).check()
