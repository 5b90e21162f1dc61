"""The ledger as the library reads it: one event log, one set of facts. Imported log, sealed segments and tail together.

The log at a position is the imported log that counts then, with every live event up to that position. A segment saves
reading them again; it changes no number (`seal.py`).
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from uuid import UUID
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.explain import only_case
from giao.core.agreement.facts import Fact, Facts, load_facts
from giao.core.log import EventLog, open_log
from giao.core.log.errors import LogError
from giao.core.log.folder import read_manifest
from giao.core.log.tail import Refused, Tail
from giao.core.log.tail_event import LiveEvent
from giao.kernel.engagements.models import Engagement, FactImport, LogImport
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import current_log, documents, versions_in_force
from giao.kernel.ledger.events import ERASURE, IMPORT, UNDO
from giao.kernel.ledger.models import Entry, Ledger, Segment
from giao.kernel.ledger.queries import decisions_about_imports, entries, position, reserved_entries

KEPT = 4
"""Tails of so many engagements stay in memory, so that the next reading adds only what is new."""


@dataclass(frozen=True)
class Ground:
    """`base`: the sealed log under the tail; `after`: the position that it holds already. `base_id` names it.

    `sequenced`: its `seq` is the source's own sequence.
    """

    base: EventLog | None
    after: int
    base_id: str
    sequenced: bool = False


@dataclass
class _Kept:
    base_id: str
    order: tuple[str, ...]
    declared: tuple[tuple[str, str], ...]
    through: int
    tail: Tail
    refused: tuple[Refused, ...] = ()


_kept: OrderedDict[UUID, _Kept] = OrderedDict()
_guard = Lock()


def imported_at(engagement: Engagement, through: int) -> LogImport | None:
    """The imported log that counts at a position: the last one recorded by then and not undone by then."""
    decisions = [
        (entry.type, entry.event_id if entry.type == IMPORT else str(entry.content.get("import")))
        for entry in decisions_about_imports(engagement.pk, through)
        if entry.content.get("what") != "facts"
    ]
    if not decisions:
        return current_log(engagement)  # recorded before there was a ledger, or never
    counting: list[str] = []
    for kind, identifier in decisions:
        if kind == UNDO:
            counting = [one for one in counting if one != identifier]
        elif identifier not in counting:
            counting.append(identifier)
    return LogImport.objects.filter(engagement=engagement, pk=counting[-1]).first() if counting else None


def ground_of(engagement: Engagement, through: int) -> Ground:
    """What lies sealed under the live events up to a position."""
    imported = imported_at(engagement, through)
    base = imported.pk if imported else None
    found = (
        Segment.objects.filter(engagement=engagement, base=base, through_position__lte=through)
        .order_by("-through_position", "-created")
        .first()
    )
    if found is not None and (in_data(found.folder) / "manifest.json").is_file():
        folder = in_data(found.folder)
        return Ground(open_log(folder), found.through_position, str(found.pk), _sequenced(folder))
    if imported is not None:
        folder = in_data(imported.folder)
        return Ground(open_log(folder), 0, str(imported.pk), _sequenced(folder))
    return Ground(None, 0, "")


def tail_of(engagement: Engagement, through: int | None = None, *, keep: bool = True) -> Tail:
    """Imported log and live events up to a position (None: all), for `giao.core.log.tail`.

    Events that no column can take are left out and told by `refused_of`.
    """
    last = position(engagement.pk) if through is None else through
    order, declared = _from_agreement(documents(versions_in_force(engagement)))
    ground = ground_of(engagement, last)
    with _guard:
        kept = _kept.pop(engagement.pk, None) if keep else None
    if (
        kept is None
        or (kept.base_id, kept.order, kept.declared) != (ground.base_id, order, declared)
        or kept.through > last
        or was_erased(engagement.pk, kept.through, last)
    ):
        tail = Tail(ground.base, order=order, declared=dict(declared), sequenced=ground.sequenced)
        kept = _Kept(ground.base_id, order, declared, ground.after, tail)
    for chunk in _chunks(engagement.pk, kept.through, last):
        added = kept.tail.add(chunk)
        kept.refused += added.refused
    kept.through = last
    if keep:
        with _guard:
            _kept[engagement.pk] = kept
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return kept.tail


def log_of(engagement: Engagement, through: int | None = None) -> EventLog | None:
    """The whole log at a position; None while there is neither an import nor a live event."""
    last = position(engagement.pk) if through is None else through
    imported = imported_at(engagement, last)
    if not has_live(engagement.pk, last):
        return open_log(in_data(imported.folder)) if imported else None
    return tail_of(engagement, last).log()


def was_erased(engagement_id: UUID, after: int, through: int) -> bool:
    """Whether personal fields were erased in between: what a process keeps in the clear is to be read anew."""
    if through <= after:
        return False
    found = Entry.objects.filter(engagement=engagement_id, reserved=True, type=ERASURE)
    return bool(found.filter(position__gt=after, position__lte=through).exists())


def case_of(engagement: Engagement, case: str) -> EventLog | None:
    """The events of one case at the ledger's end, without making the whole log; None while there is none."""
    last = position(engagement.pk)
    if has_live(engagement.pk, last):
        return tail_of(engagement, last).cases([case])
    log = log_of(engagement, last)
    try:
        return only_case(log, case) if log is not None else None
    except LogError:
        return None


def has_live(engagement_id: UUID, through: int) -> bool:
    """Whether any event of a case came live up to a position."""
    if not Ledger.objects.filter(engagement=engagement_id, cases__gt=0).exists():
        return False
    return bool(
        Entry.objects.filter(
            engagement=engagement_id, reserved=False, position__gte=1, position__lte=through
        ).exists()
    )


def facts_of(engagement: Engagement, through: int | None = None) -> Facts:
    """All facts and decisions up to a position, of files and live ones."""
    reserved = reserved_entries(engagement.pk, through)
    found: list[Fact] = [entry.as_fact() for entry in reserved if entry.is_fact]
    named = {entry.event_id for entry in decisions_about_imports(engagement.pk)}
    zone = ZoneInfo(engagement.zone)
    for row in FactImport.objects.filter(engagement=engagement).order_by("created", "id"):
        if str(row.pk) not in named:  # recorded before there was a ledger
            found.extend(load_facts(in_data(row.file), zone))
    return Facts(found)


def refused_of(engagement: Engagement) -> tuple[Refused, ...]:
    """Events of the tail that the log cannot take (an attribute of another type than its column), with the sentence."""
    tail_of(engagement)
    kept = _kept.get(engagement.pk)
    return kept.refused if kept else ()


def forget_tails() -> None:
    with _guard:
        _kept.clear()


def _chunks(engagement_id: UUID, after: int, through: int) -> Iterator[list[LiveEvent]]:
    chunk: list[LiveEvent] = []
    for entry in entries(engagement_id, after, through):
        if entry.is_work:
            chunk.append(entry.as_live())
            if len(chunk) >= 5_000:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _from_agreement(versions: list[Agreement]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(order of activities, declared attribute types) of the versions: the last one decides."""
    declared: dict[str, str] = {}
    for version in versions:
        declared |= {name: attribute.type for name, attribute in version.work.attributes.items()}
    order = tuple(versions[-1].work.order) if versions else ()
    return order, tuple(sorted(declared.items()))


def _sequenced(folder: Path) -> bool:
    part = folder / str(read_manifest(folder)["current"]) / "part.json"
    return bool(json.loads(part.read_text(encoding="utf-8")).get("seq_is_content"))
