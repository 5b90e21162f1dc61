"""Faults of meaning found in one version of a document, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from giao.core.agreement.check_names import Found, check_condition
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import Fault
from giao.core.agreement.load import Path_
from giao.core.log import EventLog
from giao.core.rules import Type
from giao.core.told import told


@dataclass
class Findings:
    """Collects faults of one version; `places` turns a path into line and column."""

    agreement: Agreement
    schema: dict[str, Type]
    log: EventLog | None
    faults: list[tuple[Path_, Fault]] = field(default_factory=list)

    def error(self, path: Path_, message: str) -> None:
        self.faults.append((path, Fault(message, severity="error")))

    def warn(self, path: Path_, message: str) -> None:
        self.faults.append((path, Fault(message, severity="warning")))

    def refer(self, path: Path_, name: str | None, known: Iterable[str], what: str) -> None:
        """A name that must exist elsewhere in the document."""
        names = list(known)
        if name is not None and name not in names:
            kind = told(f"thing.{what.lower().replace(' ', '_')}", what)
            hint = (
                told("word.known", "known: {names}", names=", ".join(names))
                if names
                else told("word.none_such", "the document has no {what}s", what=kind)
            )
            self.error(
                path,
                told(
                    "check.no_such", "{what} {name!r} does not exist; {hint}", what=kind, name=name, hint=hint
                ),
            )

    def condition(self, path: Path_, text: str | None, **allowed: Any) -> frozenset[str]:
        """Parse and type-check a condition on a case; the names that it reads. `allowed` as in `check_condition`."""
        if text is None:
            return frozenset()
        return self.take(path, check_condition(text, self.schema, complete=self.log is not None, **allowed))

    def take(self, path: Path_, found: Found) -> frozenset[str]:
        """What was found about a condition, told at its place."""
        for message in found.errors:
            self.error(path, message)
        for message in found.warnings:
            self.warn(path, message)
        return found.names
