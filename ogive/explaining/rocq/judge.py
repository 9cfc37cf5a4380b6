"""Asking Rocq: files are written to a temporary folder, ``coqc`` checks them, and what they rest on is read back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from ogive.explaining.rocq.document import document, prelude

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ogive.explaining.rocq.theorems import Theorem

__all__ = ["AXIOMS", "Outcome", "Rocq", "RocqMissingError", "rocq"]

AXIOMS: Final = frozenset(
    {
        "ClassicalDedekindReals.sig_not_dec",
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }
)
"""What the real numbers of Rocq's library rest on. A theorem that rests on more is refused."""

_BATCH: Final = 40  # theorems in a file: loading the libraries takes longer than most proofs
_LIMIT: Final = 60  # seconds that Rocq may spend on one sentence
_INSTALL: Final = "apt-get install coq libcoq-coquelicot libcoq-interval"


class RocqMissingError(RuntimeError):
    """``coqc`` or one of the libraries is not installed."""


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one theorem.

    Attributes
    ----------
    proved
        Whether Rocq accepted the theorem and its witness, resting on the axioms of the reals alone.
    message
        Rocq's words where it did not.
    """

    proved: bool
    message: str = ""


@final
@dataclass(frozen=True, slots=True)
class Rocq:
    """An installed Rocq with the prelude compiled; made by `rocq`."""

    program: str
    folder: Path

    def judge(self, theorems: Sequence[Theorem]) -> tuple[Outcome, ...]:
        """Check theorems, many in a file; one that fails is set aside and the rest goes on.

        Names must differ. A theorem counts as proved only when it stands in a file that passes as a whole, and
        whose assumptions are the axioms of the reals.
        """
        parts = [theorems[at : at + _BATCH] for at in range(0, len(theorems), _BATCH)]
        outcomes: dict[str, Outcome] = {}
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:  # the work is in other processes
            for found in pool.map(self._batch, parts):
                outcomes |= found
        return tuple(outcomes[theorem.name] for theorem in theorems)

    def _batch(self, theorems: Sequence[Theorem]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        kept: list[Theorem] = []
        rest = theorems
        while rest:  # one run for each theorem that fails, of those after it
            passed, message = self._first_failure(rest)
            kept += rest[:passed]
            if passed < len(rest):
                outcomes[rest[passed].name] = Outcome(proved=False, message=message)
            rest = rest[passed + 1 :]
        whole = not outcomes
        while not whole and kept:  # those that passed must pass in one file, whose assumptions are read
            passed, message = self._first_failure(kept)
            whole = passed == len(kept)
            if not whole:
                outcomes[kept.pop(passed).name] = Outcome(proved=False, message=message)
        return outcomes | {theorem.name: Outcome(proved=True) for theorem in kept}

    def _first_failure(self, theorems: Sequence[Theorem]) -> tuple[int, str]:
        """Return how many theorems pass before one fails, and why that one does."""
        text = document(
            theorems, opening=f"From Ogive Require Import prelude.\nSet Default Timeout {_LIMIT}.\n{_SCOPE}"
        )
        code, output = self.run(text)
        if code == 0:
            alien = assumed(output) - AXIOMS
            if not theorems or not alien:
                return len(theorems), ""
            for at, theorem in enumerate(theorems):  # find the one that rests on more
                _, alone = self.run(document([theorem], opening=f"From Ogive Require Import prelude.\n{_SCOPE}"))
                if assumed(alone) - AXIOMS:
                    return at, f"it rests on {', '.join(sorted(assumed(alone) - AXIOMS))}"
            raise RuntimeError(f"the file rests on {', '.join(sorted(alien))}")
        at = _where(text, output, [theorem.name for theorem in theorems])
        return at, output.strip()

    def run(self, text: str) -> tuple[int, str]:
        """Check a file of its own; return the exit status of ``coqc`` and what it says."""
        with tempfile.TemporaryDirectory(dir=self.folder) as inner:
            path = Path(inner) / "claims.v"
            path.write_text(text, encoding="utf-8")
            return _coqc(self.program, self.folder, path)


_SCOPE: Final = (
    "From Coq Require Import Reals Lra Nsatz.\nFrom Coquelicot Require Import Coquelicot.\nOpen Scope R_scope."
)


def _coqc(program: str, folder: Path, path: Path) -> tuple[int, str]:
    command = [program, "-q", "-w", "-all", "-Q", str(folder), "Ogive", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent, check=False)
    return done.returncode, done.stdout + done.stderr


def _where(text: str, output: str, names: Sequence[str]) -> int:
    """Return the place of the theorem that an error message of coqc points into."""
    found = re.search(r'^File ".*", line (\d+)', output, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"coqc gave no place for its error: {output}")
    places = {name: at for at, name in enumerate(names)}
    for line in reversed(text.splitlines()[: int(found.group(1))]):
        head = re.match(
            r"(?:Theorem|Lemma) (\w+?)(?:_defined|_not_vacuous|_right|_right_defined|_right_not_vacuous|_false)? :",
            line,
        )
        if head:
            return places[head.group(1)]
    raise RuntimeError(f"coqc fails before the first theorem: {output}")


def assumed(output: str) -> frozenset[str]:
    """Read what ``Print Assumptions`` prints: the names of axioms."""
    found = output.partition("Axioms:\n")[2]
    return frozenset(re.findall(r"^([\w.']+)\s*(?::|$)", found, re.MULTILINE))


@contextmanager
def rocq() -> Iterator[Rocq]:
    """Find Rocq, compile the prelude in a temporary folder, and clear up at the end.

    Raises
    ------
    RocqMissingError
        If ``coqc`` is not found, or lacks Coquelicot or Interval.
    """
    program = shutil.which("coqc")
    if program is None:
        raise RocqMissingError(f"coqc is not installed; on Debian: {_INSTALL}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "prelude.v"
        path.write_text(prelude(), encoding="utf-8")
        code, output = _coqc(program, folder, path)
        if code:
            raise RocqMissingError(
                f"coqc cannot check the prelude; it needs Coquelicot; on Debian: {_INSTALL}\n{output}"
            )
        yield Rocq(program, folder)
