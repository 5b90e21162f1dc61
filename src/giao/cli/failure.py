"""Errors as sentences: which ones are the user's to mend, and how they are said."""

from __future__ import annotations

import sys

from giao.core.told import told


class Failure(Exception):
    """A command cannot go on; the message is a sentence with the mend."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


_ROOMS = {
    "giao.core.log.errors": ("LogError",),
    "giao.core.agreement.errors": ("AgreementError",),
    "giao.core.rules.errors": ("RuleError",),
    "giao.core.calendars.errors": ("CalendarError", "HorizonError"),
    "giao.kernel.backup.errors": ("BackupError",),
    "giao.kernel.health.schema": ("SchemaError",),
    "giao.kernel.ledger.errors": ("LedgerError",),
    "giao.kernel.crypto.errors": ("CryptoError",),
}


def said(error: Exception) -> str | None:
    """The sentence of an error that a user can mend; None for a fault of our own.

    Rooms that were never imported cannot have raised anything, so none is imported here.
    """
    for room, names in _ROOMS.items():
        module = sys.modules.get(room)
        if module is not None and any(isinstance(error, getattr(module, name)) for name in names):
            return str(error)
    if isinstance(error, OSError):
        strerror = str(error.strerror or error)
        if not error.filename:
            return told("failure.system", "{strerror}; check the path and your rights", strerror=strerror)
        return told(
            "failure.system_file",
            "{path}: {strerror}; check the path and your rights",
            path=error.filename,
            strerror=strerror,
        )
    if isinstance(error, MemoryError):
        return told("failure.memory", "memory is used up; use a smaller log or a machine with more memory")
    return None
