"""Column names that a FEEL condition can say: letters, digits and underscore, unique, never a reserved word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

CORE = (
    "case",
    "activity",
    "time",
    "seq",
    "start",
    "recorded",
    "lifecycle",
    "resource",
    "group",
    "role",
    "cost",
    "cleared",
)
"""Names of the columns that mean the same in every log, in the order in which `events` shows them."""

CLEARED = "cleared"
"""A core column of logs of snapshots: names, parted by blanks, of the columns whose value is gone from this event on."""

RESERVED = frozenset(CORE) | frozenset(
    [
        "event",
        "events",
        "clock",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "not",
        "true",
        "false",
        "null",
        "function",
        "between",
        "instance",
        "of",
        "external",
        "item",
        "partial",
    ]
)

_PREFIXES = ("(case)_", "(case) ", "case:", "(event)_", "event:")


def safe_name(label: str) -> str:
    """The FEEL-safe form of one label, not yet unique: `(case)_Amount` -> `Amount`, `org:unit` -> `org_unit`."""
    text = unicodedata.normalize("NFC", label).strip()
    for prefix in _PREFIXES:
        if text.startswith(prefix) and len(text) > len(prefix):
            text = text[len(prefix) :]
            break
    text = re.sub(r"[^\w]+", "_", text).strip("_")
    if not text:
        return "column"
    return f"_{text}" if text[0].isdigit() else text


def safe_names(labels: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Name of each label, in order; a name already used or reserved is numbered (`Amount`, `Amount_2`)."""
    used = set(RESERVED) | set(taken)
    names: dict[str, str] = {}
    for label in labels:
        base = safe_name(label)
        name, number = base, 1
        while name in used or (name.lower() in RESERVED):
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        names[label] = name
    return names
