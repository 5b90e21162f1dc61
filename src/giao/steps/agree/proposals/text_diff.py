"""Two texts as one list of lines: what went, what came, and enough around it to know the place."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 3
"""Unchanged lines shown before and after a change."""

MOST_LINES = 3_000
"""Of either text; longer ones are told in words only (comparing costs their product in time)."""


@dataclass(frozen=True)
class DiffLine:
    """`kind` gap: so many unchanged lines (`skipped`) are left out here. Numbers count from 1; None on the other side."""

    kind: Literal["same", "added", "removed", "gap"]
    old: int | None = None
    new: int | None = None
    text: str = ""
    skipped: int = 0


def text_diff(old: str, new: str, around: int = AROUND) -> list[DiffLine]:
    """Empty when the texts are the same line by line, or too long to compare."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > MOST_LINES:
        return []
    found: list[DiffLine] = []
    shown_through = 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(around):
        skipped = group[0][1] - shown_through
        if skipped > 0:
            found.append(DiffLine("gap", skipped=skipped))
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                found += [
                    DiffLine("same", old_from + at + 1, new_from + at + 1, before[old_from + at])
                    for at in range(old_to - old_from)
                ]
                continue
            found += [DiffLine("removed", at + 1, None, before[at]) for at in range(old_from, old_to)]
            found += [DiffLine("added", None, at + 1, after[at]) for at in range(new_from, new_to)]
        shown_through = group[-1][2]
    if found and shown_through < len(before):
        found.append(DiffLine("gap", skipped=len(before) - shown_through))
    return found
