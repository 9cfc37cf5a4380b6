"""A file for Rocq: the prelude, theorems, what they rest on, and the points at which their conditions hold."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogive.explaining.rocq.theorems import Theorem

__all__ = ["comment", "document", "prelude"]

_POINTS = r"""(* Each set of conditions is met at a point: no theorem above is empty. *)
From Interval Require Import Tactic.
Ltac at_a_point := unf; unfold arcsinh in *; repeat split; first [lra | nz | interval | interval with (i_prec 100)].
Ltac apart := first [lra | interval | interval with (i_prec 100)]."""


def prelude() -> str:
    """Return the definitions, lemmas and tactics that every file needs, as Rocq text."""
    return files("ogive.explaining.rocq").joinpath("prelude.v").read_text(encoding="utf-8")


def comment(text: str) -> str:
    """Write a comment that nothing in the text can end, and in which nothing opens another or a string."""
    return f"(* {text.replace('(*', '( *').replace('*)', '* )').replace(chr(34), chr(39) * 2)} *)"


def document(theorems: Sequence[Theorem], *, opening: str, heading: str = "") -> str:
    """Put theorems into one file.

    Parameters
    ----------
    theorems
        What to prove, in this order.
    opening
        What stands first: the prelude itself, or the line that imports it.
    heading
        What the file says of itself.
    """
    parts = [*([comment(heading)] if heading else []), opening.rstrip("\n")]
    parts += [theorem.text for theorem in theorems]
    lemmas = [lemma for theorem in theorems for lemma in theorem.lemmas]
    parts.append(
        "(* What all of this rests on: the axioms of the real numbers, and nothing else. *)\n"
        + (f"Definition all_of_them := ({', '.join(lemmas)}).\nPrint Assumptions all_of_them." if lemmas else "")
    )
    parts.append(_POINTS)
    parts += [theorem.witness for theorem in theorems if theorem.witness]
    return "\n\n".join(parts) + "\n"
