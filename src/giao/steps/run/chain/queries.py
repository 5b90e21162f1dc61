"""Reads: the supporting agreements in the reader's sight, and the chain that follows from them at the page's instant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import cast

from giao.core.agreement.chain import ChainCase, ChainReading, Support, SupportKind, case_of, read_chain
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.kernel.engagements.standing import Standing
from giao.steps.run.chain.access import agreements_of, shared_by_others
from giao.steps.run.chain.models import SharedAgreement, SupportingVersion
from giao.steps.run.monitor.ground import Ground

KEPT = 6


@dataclass(frozen=True)
class Sighted:
    """A supporting agreement that the reader may see; `own`: of the reader's own side."""

    identifier: str
    support: Support
    own: bool


def supports_in_sight(standing: Standing) -> list[Sighted]:
    """Own ones, then those that the other side shares, by name."""
    own = list(agreements_of(standing).order_by("name", "pk"))
    texts: dict[object, list[str]] = {row.pk: [] for row in own}
    for version in SupportingVersion.objects.filter(agreement__in=own).order_by("effective"):
        texts[version.agreement_id].append(version.text)
    found = [Sighted(str(row.pk), _support(row.kind, texts[row.pk], row.withdrawn), True) for row in own]
    others = [Sighted("", support_of_shared(row), False) for row in shared_by_others(standing)]
    return found + sorted(others, key=lambda item: item.support.name)


def support_of_shared(row: SharedAgreement) -> Support:
    return _support(row.kind, row.texts, row.withdrawn)


def _support(kind: str, texts: list[str], withdrawn: date | None) -> Support:
    versions = tuple(version for text in texts for version in _documents(text))
    return Support(cast(SupportKind, kind), versions, withdrawn)


@lru_cache(maxsize=128)
def _documents(text: str) -> tuple[Agreement, ...]:
    return tuple(parse_agreement(text, "support"))


_kept: OrderedDict[Hashable, ChainReading] = OrderedDict()
_lock = Lock()


def chain_of(ground: Ground, supports: list[Sighted]) -> ChainReading | None:
    """The chain at the page's instant; None while there is nothing to read. Kept while nothing of its inputs changes."""
    reading = ground.reading
    if reading is None or not ground.versions or ground.log is None:
        return None
    key = (
        ground.engagement.pk,
        reading.agreement_hash,
        reading.log_hash,
        ground.as_of_us,
        tuple(_key(item.support) for item in supports),
    )
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = read_chain(
        ground.log,
        ground.versions,
        [item.support for item in supports],
        facts=ground.facts,
        as_of=ground.as_of_us,
    )
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _key(support: Support) -> Hashable:
    return support.kind, support.until, tuple(version.hash for version in support.versions)


def chain_of_case(
    ground: Ground, supports: list[Sighted], case: str
) -> tuple[ChainReading, ChainCase] | None:
    """One case alone: only its own events are read. None where there is no such case at this instant."""
    alone = ground.case_log(case) if ground.versions else None
    if alone is None:
        return None
    chain = read_chain(
        alone,
        ground.versions,
        [item.support for item in supports],
        facts=ground.facts,
        as_of=ground.as_of_us,
    )
    found = case_of(chain, case)
    return None if found is None else (chain, found)
