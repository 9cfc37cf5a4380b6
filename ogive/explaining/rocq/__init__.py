"""Derivations for the Rocq proof assistant (formerly Coq): an outside judge that shares no code with this package.

`translation` says how Rocq writes an expression and where its total functions mean what ours mean; `conditions` where
an expression has a slope; `theorems` and `lines` state claims; `facts` and `exponents` find what Rocq must be told to
prove them; `document` makes a file, `judge` runs ``coqc``, and `claims` says what came of it. The statement is
written from the expression as typed. No derivation can loosen it.
"""

from ogive.explaining.rocq.claims import Claim, Finding, Judgement, judge_claims
from ogive.explaining.rocq.judge import AXIOMS, Outcome, Rocq, RocqMissingError, rocq
from ogive.explaining.rocq.theorems import VacuousError
from ogive.explaining.rocq.translation import NotExpressibleError
from ogive.explaining.rocq.writing import claim_of, rocq_of, theorems_of_derivation

__all__ = [
    "AXIOMS",
    "Claim",
    "Finding",
    "Judgement",
    "NotExpressibleError",
    "Outcome",
    "Rocq",
    "RocqMissingError",
    "VacuousError",
    "claim_of",
    "judge_claims",
    "rocq",
    "rocq_of",
    "theorems_of_derivation",
]
