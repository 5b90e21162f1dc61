"""What an engagement's log offers to whoever writes its agreement: activities, attributes with their types, lifecycles."""

from __future__ import annotations

from giao.core.agreement.names import CORE_TYPES
from giao.core.agreement.patterns import schema_of
from giao.core.log import EventLog
from giao.steps.agree.contracts.completing import Vocabulary


def vocabulary_of(log: EventLog | None) -> Vocabulary:
    """Names as conditions read them. Without a log only what every log has."""
    attributes = {name: str(kind) for name, kind in CORE_TYPES.items()}
    if log is None:
        return Vocabulary((), attributes)
    attributes = {name: str(kind) for name, kind in schema_of(log).items()} | attributes
    return Vocabulary(tuple(log.activities), attributes)
