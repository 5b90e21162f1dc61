"""One sentence about a place in the document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """`path` is where the document says it, e.g. ``clocks.resolution.targets[0]``."""

    text: str
    path: str
