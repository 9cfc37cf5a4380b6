"""Vector pictures in few bytes, for pages that show many."""

from __future__ import annotations

import re

__all__ = ["slim"]

FACE = "font-family: STIXGeneral, 'STIX Two Text', 'Times New Roman', Times, serif"
"""The house's face, and those that stand in for it where a reader has not got it."""


def slim(svg: str) -> str:
    """Take out of Matplotlib's SVG what no reader sees: metadata, indentation, far decimals, turns by no angle."""
    svg = re.sub(r"<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r"-?\d+\.\d{3,}", _short, svg)
    svg = re.sub(r' d="([^"]*)"', _tight, svg)
    svg = svg.replace(" font-family: 'STIXGeneral';", "").replace("butt}</style>", f"butt}} text{{{FACE}}}</style>")
    return re.sub(r"\n\s*", "\n", svg)


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _tight(path: re.Match[str]) -> str:
    """Write a path without the spaces around its letters, which part the numbers anyway."""
    commands = re.sub(r"\s*([A-Za-z])\s*", r"\1", path[1])
    return f' d="{commands.strip()}"'
