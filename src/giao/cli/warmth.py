"""Whether the compiled kernels are there yet; where not, the first call says that it compiles."""

from __future__ import annotations

import os
from pathlib import Path

from giao.cli.talk import Teller
from giao.core.report.words import say


def is_warm() -> bool:
    """Whether the cache beside the code, or numba's own cache folder, holds compiled kernels."""
    import giao.core.agreement as room

    rooms = [Path(place) for place in room.__path__]
    if any(next(place.rglob("*.nbi"), None) is not None for place in rooms):
        return True
    cache = os.environ.get("NUMBA_CACHE_DIR")
    return cache is not None and next(Path(cache).rglob("*.nbi"), None) is not None


def tell_of_compiling(teller: Teller) -> None:
    """Say once on stderr that what follows takes longer this time."""
    if not is_warm():
        teller.note(say(teller.lang, "cli.compiling"))
