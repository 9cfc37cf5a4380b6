"""Writing the tour: every chapter is made, reported and written, and the page that shows them all comes last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ogive
from ogive._files import write_whole
from ogive._optional import optional
from ogive.tour import facts, markdown, page, steps
from ogive.tour.story import COUNT, Example, curve_table, examples, losses, picture, table_of

if TYPE_CHECKING:
    import os

    from ogive.explaining.records.derivation import Derivation
    from ogive.explaining.records.sheet import Properties
    from ogive.precision import Loss
    from ogive.shapes import Shape

__all__ = ["Chapters", "write_tour"]

Report = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Chapters:
    """What the page and the Markdown are made from."""

    shape: Shape
    derivation: Derivation
    examples: list[Example]
    properties: Properties
    losses: list[Loss]
    pictures: dict[str, bytes]
    """The pictures that are files, by name."""
    inside: dict[tuple[str, bool, bool], bytes]
    """The pictures inside the page: what, whether dark, whether narrow."""


def write_tour(
    shape: Shape,
    out: str | os.PathLike[str],
    *,
    also_at: Iterable[str] = (),
    report: Report = lambda _title, _result: None,
) -> list[Path]:
    """Write the story of a shape's slope into a folder.

    Files of the tour's own names are replaced, each as a whole; nothing else in the folder is touched. The same
    version of everything writes the same bytes again.

    Parameters
    ----------
    shape
        Whose story it is.
    out
        The folder; it is made if need be.
    also_at
        Arguments of further worked examples, as decimal text, which is taken exactly.
    report
        Called with a title and a result when a chapter is done.

    Returns
    -------
    list of Path
        The files, the page to open last.

    Raises
    ------
    MissingExtraError
        If a package that the tour needs is not installed.
    """
    for module in ("flint", "matplotlib"):  # rather now than after half of the work
        optional(module, for_="the tour's chapters")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    contents = _contents(_gather(shape, also_at, report))
    for name, content in contents.items():
        write_whole(folder / name, content)
    return [folder / name for name in contents]


def _gather(shape: Shape, also_at: Iterable[str], report: Report) -> Chapters:
    derivation = ogive.explain(shape)
    report("derivation", steps.summary(derivation))
    found = examples(shape, also_at)
    report("numbers", f"{len(found)} worked examples to {COUNT} guaranteed digits")
    properties = ogive.properties(shape, of="derivative")
    report("properties", facts.summary(properties))
    lost = losses(shape)
    report("precision", "a(1-a) is 0 from " + ", ".join(f"{loss.dies:.4g} ({loss.dtype})" for loss in lost))
    pictures, inside = _pictures(shape)
    report("pictures", f"{len(pictures)} files")
    return Chapters(shape, derivation, found, properties, lost, pictures, inside)


def _pictures(shape: Shape) -> tuple[dict[str, bytes], dict[tuple[str, bool, bool], bytes]]:
    inside = {
        (what, theme == "dark", narrow): picture(shape, what, theme, "svg", narrow=narrow)
        for what in ("curve", "precision")
        for theme in ("light", "dark")
        for narrow in (False, True)
    }
    files = {f"{what}{'-dark' * dark}.svg": svg for (what, dark, narrow), svg in inside.items() if not narrow}
    files |= {f"{what}.png": picture(shape, what, "light", "png") for what in ("curve", "precision")}
    return files, inside


def _contents(chapters: Chapters) -> dict[str, str | bytes]:
    """Return every file's content by its name, the page last: what it shows is there before it is."""
    rows = [(row.z, row.value, row.slope) for row in chapters.examples]
    lost = [(row.dtype, row.dies, row.dies_at_best, row.kernel_there, row.ends) for row in chapters.losses]
    heads = ("dtype", "zero_from", "zero_from_at_best", "kernel_slope_there", "kernel_slope_ends")
    contents: dict[str, str | bytes] = {
        **chapters.pictures,
        "derivation.json": chapters.derivation.to_json(),
        "worked-examples.csv": table_of(("z", "value", "slope"), rows),
        "curve.csv": curve_table(chapters.shape),
        "precision.csv": table_of(heads, lost),
    }
    contents["tour.md"] = markdown.render(chapters, list(contents))
    contents["index.html"] = page.render(chapters, list(contents))
    return contents
