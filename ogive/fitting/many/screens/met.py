"""Which curves have been met before: remembered by numbers of 64 bits, decided by the labels themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["Met", "spoken"]


@final
@dataclass
class Met:
    """The labels of former blocks.

    Attributes
    ----------
    read
        Reads the labels of a former block again, by its number. Two labels may have the same number of 64 bits (-1
        and -2 have, in Python); then the labels are compared.
    """

    read: Callable[[int], Any]
    keys: list[NDArray[np.uint64]] = field(default_factory=list)

    def again(self, labels: Any) -> Mapping[str, Any] | None:
        """Return the first label of a new block that a former one has; remember the block if there is none."""
        keys = _keys(labels)
        for block, former in enumerate(self.keys):
            rows = np.flatnonzero(np.isin(keys, former))
            if len(rows):
                known = {_exactly(label) for label in self.read(block).to_pylist()}
                for label in labels.take(rows).to_pylist():
                    if _exactly(label) in known:
                        return label  # type: ignore[no-any-return]
        self.keys.append(keys)
        return None


def spoken(label: Mapping[str, Any]) -> str:
    """Return a label as people say it."""
    return ", ".join(f"{name}={value}" for name, value in label.items())


def _keys(labels: Any) -> NDArray[np.uint64]:
    """Return a number for each row of labels: equal rows have equal numbers, others hardly ever."""
    total = np.zeros(labels.num_rows, dtype=np.uint64)
    for name in labels.column_names:
        column = labels.column(name).combine_chunks()
        column = column if hasattr(column, "dictionary") else column.dictionary_encode()
        # each value is looked at once, however many curves have it; the last is for curves without one
        values = [*column.dictionary.to_pylist(), None]
        hashes = np.fromiter(map(_hash, values), dtype=np.uint64, count=len(values))
        places = column.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
        total = (total ^ hashes[places]) * np.uint64(0x9E37_79B9_7F4A_7C15) + np.uint64(0x7F4A_7C15)
        total ^= total >> np.uint64(29)
    return total


def _hash(value: Any) -> int:
    # a number that is no number has another hash each time it is read
    return hash(value if value == value else "nan") & 0xFFFF_FFFF_FFFF_FFFF  # noqa: PLR0124


def _exactly(label: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return a label as something that is equal only to itself: 1 is not "1", nan is nan."""
    return tuple((type(value).__name__, repr(value)) for value in label.values())
