"""A case's clocks for the page: lanes on one time axis, and the same intervals as a table to the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.core.agreement.clocks.explain import ExplainedInstance, ExplainedInterval
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import to_us
from giao.core.report import formats
from giao.core.report.charts.axis import Lane, LaneSpan, Tick, clock_axis
from giao.core.report.clock_words import clock_story, interval_words, not_started_words
from giao.core.report.words import say
from giao.steps.run.monitor.case_file import CaseEvent, CaseFile
from giao.steps.run.monitor.pictures import linked
from giao.steps.run.monitor.words import clock_state_words, time_words, title_of_clock
from giao.ui.templatetags.giao import language

_LANES = {"between_spells": "paused", "before_restart": "excluded"}
MANY = 40
"""A clock with more intervals than this shows its table folded."""

AXIS_WIDTH = 720.0
"""Of the picture, in its own units: about its width on a desk, so that its words stay as large as the page's."""

LABEL = 23
"""Letters that fit before a lane; the whole title stands over the clock's own table."""


@dataclass(frozen=True)
class IntervalRow:
    """One interval as the table has it. `counted_us` of all rows add up to the clock's consumed time."""

    id: str
    kind: str
    start_us: int
    end_us: int
    counted_us: int
    why: str
    words: str

    @property
    def length_us(self) -> int:
        return self.end_us - self.start_us


@dataclass(frozen=True)
class ClockTold:
    """One instance of a clock as a person reads it."""

    id: str
    title: str
    state: str
    verdict: str
    facts: tuple[str, ...]
    rows: tuple[IntervalRow, ...]
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    business: bool
    calendar: str

    @property
    def counted_us(self) -> int:
        return sum(row.counted_us for row in self.rows)

    @property
    def folded(self) -> bool:
        return len(self.rows) > MANY


@dataclass(frozen=True)
class ClocksTold:
    """Every clock of a case. `axis`: the picture of them; `silent`: clocks that never started, and why."""

    clocks: tuple[ClockTold, ...]
    silent: tuple[str, ...]
    axis: SafeString | None


def tell_clocks(file: CaseFile, versions: Sequence[Agreement], zone: ZoneInfo) -> ClocksTold:
    """All clocks in the agreement's order, each by the version that it started under."""
    told: list[ClockTold] = []
    lanes: list[Lane] = []
    silent: list[str] = []
    events = {event.number - 1: event for event in file.events}
    for explanation in file.explanations:
        for one in explanation.instances:
            agreement = versions[one.instance.version]
            title = title_of_clock(agreement, explanation.clock)
            if len(explanation.instances) > 1:
                title = f"{title} {one.instance.number + 1}"
            clock = _clock(one, f"clock-{len(told)}", title, agreement, zone, events)
            told.append(clock)
            lanes.append(_lane(clock, zone))
        if explanation.not_started is not None:
            title = title_of_clock(versions[-1], explanation.clock)
            silent.append(f"{title}: {not_started_words(explanation.not_started, language())}")
    return ClocksTold(tuple(told), tuple(silent), _axis(file, lanes, zone))


def _clock(
    one: ExplainedInstance,
    identifier: str,
    title: str,
    agreement: Agreement,
    zone: ZoneInfo,
    events: Mapping[int, CaseEvent],
) -> ClockTold:
    story = clock_story(one, title, agreement, zone, language())
    instance = one.instance
    business = one.calendar != "24x7"
    return ClockTold(
        id=identifier,
        title=title,
        state="overdue" if one.state == "breached" and instance.stopped_us is None else one.state,
        verdict=story.verdict,
        facts=story.facts,
        rows=tuple(
            _row(interval, one, f"{identifier}-{place}", events)
            for place, interval in enumerate(one.intervals)
        ),
        consumed_us=instance.consumed_us,
        budget_us=instance.budget_us,
        due_us=instance.due_us,
        business=business,
        calendar=one.calendar,
    )


def _row(
    interval: ExplainedInterval, one: ExplainedInstance, identifier: str, events: Mapping[int, CaseEvent]
) -> IntervalRow:
    why = _why(interval, events)
    length = time_words(interval.end_us - interval.start_us, business=False)
    origin = (
        _("round the clock")
        if one.calendar == "24x7"
        else _("calendar %(name)s v%(version)s") % {"name": one.calendar, "version": one.agreement_version}
    )
    words = f"{_kind_words(interval.kind)} {length}: {why}, {origin}"
    return IntervalRow(
        identifier, interval.kind, interval.start_us, interval.end_us, interval.counted_us, why, words
    )


def _kind_words(kind: str) -> str:
    return {
        "open": _("Running"),
        "closed": _("Not counted"),
        "paused": _("Paused"),
        "relief": _("Excused"),
        "between_spells": _("Stopped"),
        "before_restart": _("Before the new target"),
    }.get(kind, kind)


def _why(interval: ExplainedInterval, events: Mapping[int, CaseEvent]) -> str:
    """The library's reason; a pause also says in which state, and from which event to which."""
    params = interval.params
    parts = [interval_words(interval, language())]
    begun = events.get(params.get("from_event", params.get("event", -1)))
    if interval.kind == "paused" and interval.reason == "pause_while" and begun is not None:
        parts = [_("state %(state)s") % {"state": begun.activity}]
    if begun is not None and interval.kind != "open":
        parts.append(_from_to(params, begun, events))
    return ", ".join(parts)


def _from_to(params: Mapping[str, Any], begun: CaseEvent, events: Mapping[int, CaseEvent]) -> str:
    ended = events.get(params.get("until_event", -1))
    if ended is None:
        return _("from event %(first)s on") % {"first": begun.number}
    return _("from event %(first)s to %(last)s") % {"first": begun.number, "last": ended.number}


def _lane(clock: ClockTold, zone: ZoneInfo) -> Lane:
    spans = tuple(
        LaneSpan(row.start_us, row.end_us, _LANES.get(row.kind, row.kind), row.words, f"#{row.id}")
        for row in clock.rows
    )
    used = time_words(clock.consumed_us, business=clock.business)
    due = formats.instant(clock.due_us, zone, language())
    flag = f"{say(language(), 'column.due')}: {due}"
    state = "breached" if clock.state == "overdue" else clock.state
    note = f"{clock_state_words(clock.state)} · {used}"
    label = clock.title if len(clock.title) <= LABEL else f"{clock.title[: LABEL - 1]}…"
    return Lane(label, spans, clock.due_us, flag, note, state)


def _axis(file: CaseFile, lanes: Sequence[Lane], zone: ZoneInfo) -> SafeString | None:
    instants = [at for lane in lanes for span in lane.spans for at in (span.start_us, span.end_us)]
    if not instants:
        return None
    flags = [lane.due_us for lane in lanes if lane.due_us is not None]
    ticks = days_between(min(instants), max([*instants, *flags]), zone)
    ticks += [Tick(_us(event.time), f"{event.number}: {event.activity}", event=True) for event in file.events]
    title = say(language(), "chart.axis", case=file.case)
    about = say(language(), "chart.axis.about")
    return linked(clock_axis(lanes, ticks, title=title, description=about, width=AXIS_WIDTH))


def days_between(low: int, high: int, zone: ZoneInfo) -> list[Tick]:
    """Local midnights inside the axis, thinned to about a dozen."""
    first = (formats.EPOCH + timedelta(microseconds=low)).astimezone(zone).date() + timedelta(days=1)
    last = (formats.EPOCH + timedelta(microseconds=high)).astimezone(zone).date()
    step = max(1, ((last - first).days + 1) // 12 + 1)
    found = []
    while first <= last:
        at = to_us(datetime.combine(first, time(), tzinfo=zone), zone)
        found.append(Tick(at, formats.day(first, language(), year=False)))
        first += timedelta(days=step)
    return found


def _us(moment: datetime) -> int:
    delta = moment - formats.EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
