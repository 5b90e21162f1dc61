"""A document as lines to show: number, signs coloured by their kind, and the faults that stand on each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from giao.core.agreement.errors import Fault
from giao.core.agreement.load import places_of

_KEY = re.compile(r"^(\s*(?:- )?[{]?)([\w·.-]+)(:)(?=\s|$)")


@dataclass(frozen=True)
class Line:
    number: int
    before: str
    key: str
    after: str
    comment: str
    faults: tuple[Fault, ...]


def lines_of(text: str, faults: Iterable[Fault] = ()) -> list[Line]:
    by_line: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.line:
            by_line[fault.line].append(fault)
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.lstrip()
        if stripped.startswith("#"):
            found.append(Line(number, "", "", "", line, tuple(by_line[number])))
            continue
        key = _KEY.match(line)
        before, name, after = (key[1], key[2], line[key.end(2) :]) if key else (line, "", "")
        found.append(Line(number, before, name, after, "", tuple(by_line[number])))
    return found


def line_numbers(text: str) -> dict[str, int]:
    """Line by dotted path (``kpis.resolved``, ``clocks.a.targets[0]``), as sentences name their place."""
    found: dict[str, int] = {}
    for path, (line, _column) in places_of(text).items():
        dotted = ""
        for part in path:
            dotted += f"[{part}]" if isinstance(part, int) else f".{part}" if dotted else str(part)
        found[dotted] = line
    return found


def nearest_line(path: str, lines: dict[str, int]) -> int | None:
    """The line of a path, or of the nearest part around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["))] if ("." in path or "[" in path) else ""
    return None
