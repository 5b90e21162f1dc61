"""Errors of this room, as a tree: AgreementError > DocumentErrors; every one a sentence with place and mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from giao.core.told import series, told


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a document: where (line, column from 1; path) and what, with the mend."""

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    severity: str = "error"

    def __str__(self) -> str:
        line = told("fault.line", "line {line}", line=self.line) if self.line else ""
        place = series(", ", (part for part in (line, self.path) if part))
        return (
            told("fault.placed", "{place}: {message}", place=place, message=self.message)
            if place
            else self.message
        )


class AgreementError(ValueError):
    """Something about an agreement cannot be computed; the message says what and how to mend it."""


class DocumentErrors(AgreementError):
    """The document cannot be read. `faults` holds every one found, in document order."""

    def __init__(self, faults: Sequence[Fault], source: str = "agreement") -> None:
        self.faults = tuple(faults)
        self.source = source
        count, plural = len(self.faults), "s" if len(self.faults) != 1 else ""
        head = told(
            "fault.count",
            "{source}: {count} thing{plural} to mend",
            source=source,
            count=count,
            plural=plural,
        )
        super().__init__(series("\n  ", [head, *(str(fault) for fault in self.faults)]))
