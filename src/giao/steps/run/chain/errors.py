"""What can go wrong with supporting agreements; each message is a sentence for the reader."""

from __future__ import annotations

from collections.abc import Sequence

from giao.core.agreement.errors import Fault
from giao.kernel.engagements.errors import EngagementError


class ChangedMeanwhile(EngagementError):
    """Somebody else acted first; the message says what changed."""

    status = 409


class BadDocument(EngagementError):
    """The document cannot be kept. `faults`: what is wrong with it, each with its line where it has one."""

    def __init__(self, sentence: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)
