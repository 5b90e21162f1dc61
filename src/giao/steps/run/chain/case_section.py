"""On the page of a case: who held it when on one time axis, the clocks of every agreement, whose broke first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.core.agreement.chain import ChainCase, ChainParty, ChainReading, SlaClock, SupportClock
from giao.core.report import formats
from giao.core.report.chain_words import kind_words, share_words, verdict_words
from giao.core.report.charts.axis import Lane, LaneSpan, clock_axis
from giao.core.report.plain_words.phrases import clock_title
from giao.core.report.words import say
from giao.steps.run.chain.queries import chain_of_case, supports_in_sight
from giao.steps.run.chain.words import name_of
from giao.steps.run.monitor.case_words import AXIS_WIDTH, LABEL, days_between
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.pictures import linked
from giao.steps.run.monitor.words import clock_state_words, time_words
from giao.ui.templatetags.giao import language

MOST_LANES = 24
MANY = 40
"""More stretches than this are folded."""


def case_section(request: HttpRequest, ground: Ground, case: str) -> SafeString:
    supports = supports_in_sight(ground.standing)
    if not supports and not ground.agreement.work.holder:
        return SafeString("")  # nobody is said to hold anything: the page of the chain tells how to say it
    found = chain_of_case(ground, supports, case)
    if found is None:
        return SafeString("")
    chain, told = found
    context: dict[str, Any] = {
        "ground": ground,
        "axis": _axis(ground, told),
        "stretches": [(item, name_of(ground, item.party)) for item in told.stretches],
        "folded": len(told.stretches) > MANY,
        "whole_us": sum(item.elapsed_us for item in told.stretches),
        "business_us": sum(item.business_us for item in told.stretches),
        "shares": _shares(ground, told),
        "verdicts": [
            (_title(ground, clock), clock, _verdict(chain, clock, ground))
            for clock in told.clocks
            if clock.first
        ],
        "clocks": [_clock_row(ground, clock) for clock in _in_order([*told.clocks, *told.supports])],
        "behind": bool(told.supports),
        "chain_url": ground.url("chain"),
    }
    return render_to_string("chain/case_section.html", context, request)


def _shares(ground: Ground, told: ChainCase) -> list[tuple[str, str, str]]:
    """(party, share elapsed, share of business time)."""
    whole = sum(item.elapsed_us for item in told.shares)
    business = sum(item.counted_us for item in told.shares)
    return [
        (
            name_of(ground, item.party),
            share_words(item.elapsed_us, whole, language()),
            share_words(item.counted_us, business, language()),
        )
        for item in told.shares
    ]


def _verdict(chain: ChainReading, clock: SlaClock, ground: Ground) -> list[str]:
    return verdict_words(clock, chain.inputs.versions[clock.version], ground.zone, language())


def _title(ground: Ground, clock: SlaClock) -> str:
    return clock_title(ground.versions[clock.version], clock.clock, language())


def _in_order(clocks: Iterable[SlaClock | SupportClock]) -> list[SlaClock | SupportClock]:
    return sorted(clocks, key=lambda clock: (clock.started_us, isinstance(clock, SupportClock)))


def _clock_row(ground: Ground, clock: SlaClock | SupportClock) -> dict[str, Any]:
    if isinstance(clock, SlaClock):
        kind, title = say(language(), "chain.kind.sla"), _title(ground, clock)
        party = name_of(ground, ChainParty("vendor"))
    else:
        kind = kind_words(clock.support, language())
        title = clock_title(clock.support.versions[-1], clock.clock, language())
        party = name_of(ground, clock.party)
    return {
        "kind": kind,
        "title": title,
        "party": party,
        "state": _state(clock),
        "started_us": clock.started_us,
        "due_us": clock.due_us,
        "broke_us": clock.broke_us,
        "consumed_us": clock.consumed_us,
        "budget_us": clock.budget_us,
    }


def _state(clock: SlaClock | SupportClock) -> str:
    return "overdue" if clock.state == "breached" and clock.open else clock.state


def _axis(ground: Ground, told: ChainCase) -> SafeString | None:
    """A lane a party that held the case, in order of first holding; below them a lane a clock of each agreement."""
    lanes: list[Lane] = []
    seen: dict[ChainParty, list[LaneSpan]] = {}
    for item in told.stretches:
        length = time_words(item.elapsed_us, business=False)
        name = name_of(ground, item.party)
        why = (
            f"{name}: {length} · {formats.instant(item.start_us, ground.zone, language())} – "
            f"{_('now') if item.open else formats.instant(item.end_us, ground.zone, language())}"
        )
        seen.setdefault(item.party, []).append(LaneSpan(item.start_us, item.end_us, "open", why))
    for share in sorted(told.shares, key=lambda one: seen[one.party][0].start_us):
        note = time_words(share.elapsed_us, business=False)
        lanes.append(
            Lane(_short(name_of(ground, share.party)), tuple(seen[share.party]), note=note, state="held")
        )
    for clock in _in_order([*told.clocks, *told.supports]):
        lanes.append(_clock_lane(ground, clock))
    lanes = lanes[:MOST_LANES]
    ends = [at for lane in lanes for span in lane.spans for at in (span.start_us, span.end_us)]
    if not ends:
        return None
    flags = [lane.due_us for lane in lanes if lane.due_us is not None]
    picture = clock_axis(
        lanes,
        days_between(min(ends), max([*ends, *flags]), ground.zone),
        title=_("Who held case %(case)s when, and the clocks of every agreement") % {"case": told.case_id},
        description=_("A lane a party, solid while it held the case; below them a lane a clock, with a flag where it is due."),
        prefix="chain",
        width=AXIS_WIDTH,
    )  # fmt: skip
    return linked(picture)


def _clock_lane(ground: Ground, clock: SlaClock | SupportClock) -> Lane:
    row = _clock_row(ground, clock)
    title = f"{row['kind']}: {row['title']}"
    why = f"{title} · {clock_state_words(row['state'])}"
    due = f"{say(language(), 'column.due')}: {formats.instant(clock.due_us, ground.zone, language())}"
    state = "breached" if row["state"] == "overdue" else row["state"]
    spans: Sequence[LaneSpan] = (LaneSpan(clock.started_us, clock.ended_us, "open", why),)
    return Lane(_short(title), tuple(spans), clock.due_us, due, clock_state_words(row["state"]), state)


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"
