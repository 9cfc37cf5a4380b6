"""The main job: the whole story of one slope, derived, tabulated, proved, drawn and lost, as a folder of files."""

from ogive.tour.write import write_tour

__all__ = ["write_tour"]
