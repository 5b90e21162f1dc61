"""Errors of this room, as a tree: AgreementError > DocumentErrors; every one a sentence with place and mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a document: where (line, column from 1; path) and what, with the mend."""

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    severity: str = "error"

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.path) if part)
        return f"{place}: {self.message}" if place else self.message


class AgreementError(ValueError):
    """Something about an agreement cannot be computed; the message says what and how to mend it."""


class DocumentErrors(AgreementError):
    """The document cannot be read. `faults` holds every one found, in document order."""

    def __init__(self, faults: Sequence[Fault], source: str = "agreement") -> None:
        self.faults = tuple(faults)
        self.source = source
        head = f"{source}: {len(self.faults)} thing{'s' if len(self.faults) != 1 else ''} to mend"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))
