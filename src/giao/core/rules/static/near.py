"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from giao.core.told import told


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that differs least, case aside; None when none is close."""
    known = list(dict.fromkeys(candidates))
    for candidate in known:
        if candidate.casefold() == name.casefold():
            return candidate
    folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    found = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """A sentence to append to an error, or nothing."""
    found = nearest(name, candidates)
    return told("word.did_you_mean_name", " Did you mean {found}?", found=found) if found is not None else ""
