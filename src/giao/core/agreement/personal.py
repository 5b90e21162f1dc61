"""Which columns of a log hold personal data: what the log or the agreement calls so, and people unless the agreement says not."""

from __future__ import annotations

from collections.abc import Sequence

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.work import Work
from giao.core.log import EventLog


def personal_columns(log: EventLog, versions: Sequence[Agreement]) -> frozenset[str]:
    """Names as in `log.columns`. A version that calls a column personal is enough."""
    declared = [version.work.attributes for version in versions]
    found = {name for name, item in log.attributes.items() if item.personal}
    found |= {name for names in declared for name, spec in names.items() if spec.personal}
    if not any("resource" in names for names in declared):
        found.add("resource")
    return frozenset(found & set(log.columns))


def is_about_a_person(name: str, work: Work, log: EventLog | None = None) -> bool:
    """Whether a column is personal by the log or by this version: what is shown to everybody must not read it."""
    declared = work.attributes.get(name)
    if declared is not None and declared.personal:
        return True
    known = log.attributes.get(name) if log is not None else None
    return bool(known and known.personal) or (name == "resource" and declared is None)
