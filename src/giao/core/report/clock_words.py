"""One case's clocks, explained: a lane on the time axis, the intervals as a table, the verdict as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.agreement.clocks.explain import (
    ClockExplanation,
    ExplainedInstance,
    ExplainedInterval,
    NotStarted,
    TargetTrial,
)
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import to_us
from giao.core.report.charts.axis import Lane, LaneSpan, Tick, clock_axis
from giao.core.report.formats import EPOCH, day, duration, instant
from giao.core.report.plain_words.clocks import target_words
from giao.core.report.plain_words.phrases import clock_title
from giao.core.report.svg import Markup
from giao.core.report.table import Cell, Table, table
from giao.core.report.words import Lang, known, say


@dataclass(frozen=True)
class ClockStory:
    """One instance of a clock as a person reads it."""

    title: str
    state: str
    verdict: str
    facts: tuple[str, ...]
    intervals: Table
    lane: Lane


@dataclass(frozen=True)
class CaseStory:
    """Every clock of a case, and the picture of them on one time axis. `silent`: clocks that never started, and why."""

    case_id: str
    clocks: tuple[ClockStory, ...]
    silent: tuple[str, ...]
    axis: Markup | None


def case_story(
    explanations: Sequence[ClockExplanation], versions: Sequence[Agreement], zone: ZoneInfo, lang: Lang = "en"
) -> CaseStory:
    """The clocks of one case in words, each by the version that it started under. Activities and attributes of the log are data: they stay as they are written."""
    stories: list[ClockStory] = []
    silent: list[str] = []
    for explanation in explanations:
        title = clock_title(versions[-1], explanation.clock, lang)
        for told in explanation.instances:
            agreement = versions[told.instance.version]
            number = f" {told.instance.number + 1}" if len(explanation.instances) > 1 else ""
            stories.append(clock_story(told, title + number, agreement, zone, lang))
        if explanation.not_started is not None:
            silent.append(f"{title}: {not_started_words(explanation.not_started, lang)}")
    case_id = explanations[0].case_id if explanations else ""
    return CaseStory(case_id, tuple(stories), tuple(silent), _axis(case_id, stories, zone, lang))


def clock_story(
    told: ExplainedInstance, title: str, agreement: Agreement, zone: ZoneInfo, lang: Lang = "en"
) -> ClockStory:
    """One instance: its verdict, why that target, and every interval with why it counted or not."""
    instance = told.instance
    business = told.calendar != "24x7"
    used = duration(instance.consumed_us, lang, business=business)
    verdict = say(
        lang,
        f"clock.verdict.{told.state}",
        clock=title,
        used=used,
        budget=duration(instance.budget_us, lang, business=business),
        due=instant(instance.due_us, zone, lang),
        start=instant(instance.started_us, zone, lang),
        stop=instant(instance.stopped_us, zone, lang),
    )
    spans = tuple(_span(interval, zone, lang) for interval in told.intervals)
    note = f"{say(lang, f'clock.{told.state}')} · {used}"
    due_label = f"{say(lang, 'column.due')}: {instant(instance.due_us, zone, lang)}"
    lane = Lane(title, spans, instance.due_us, due_label, note, told.state)
    facts = tuple(_facts(told, title, agreement, zone, lang))
    return ClockStory(title, told.state, verdict, facts, interval_table(told, zone, lang), lane)


def _facts(
    told: ExplainedInstance, title: str, agreement: Agreement, zone: ZoneInfo, lang: Lang
) -> Iterator[str]:
    start = instant(told.instance.started_us, zone, lang)
    yield say(lang, "clock.fact.start", activity=told.start_activity, at=start)
    if told.stop_activity is not None:
        stop = instant(told.instance.stopped_us, zone, lang)
        yield say(lang, "clock.fact.stop", activity=told.stop_activity, at=stop)
    spec = agreement.clocks.get(_clock_of(told))
    for trial in told.trials:
        target = spec.targets[trial.index] if spec and trial.index < len(spec.targets) else None
        words = (
            target_words(title, target, lang)
            if target and str(target.within) == trial.within
            else trial.within
        )
        yield say(lang, f"clock.trial.{trial.verdict}", target=words, values=_values(trial, lang))
    if len(told.epochs) > 1:
        for epoch in told.epochs:
            yield say(
                lang,
                "clock.fact.epoch",
                start=instant(epoch.start_us, zone, lang),
                end=instant(epoch.end_us, zone, lang),
                used=duration(epoch.consumed_us, lang, business=told.calendar != "24x7"),
                budget=duration(epoch.budget_us, lang, business=told.calendar != "24x7"),
            )
    if told.instance.due_us is None and told.instance.budget_us is not None:
        yield say(lang, "clock.fact.never_due", calendar=told.calendar)
    calendar = say(lang, "clock.fact.always") if told.calendar == "24x7" else told.calendar
    yield say(lang, "clock.fact.origin", calendar=calendar, zone=told.zone, version=told.agreement_version)


def _clock_of(told: ExplainedInstance) -> str:
    return told.instance.clock


def _values(trial: TargetTrial, lang: Lang) -> str:
    """What the condition saw: ``priority 3 - Moderate``."""
    if not trial.values:
        return ""
    none = say(lang, "no_data")
    shown = ", ".join(f"{name} = {none if value is None else value}" for name, value in trial.values.items())
    return f" ({shown})"


def interval_table(told: ExplainedInstance, zone: ZoneInfo, lang: Lang) -> Table:
    """Every interval from start to end: from, to, length, counted, why."""
    rows = [
        [
            Cell(instant(interval.start_us, zone, lang)),
            Cell(instant(interval.end_us, zone, lang)),
            Cell(duration(interval.end_us - interval.start_us, lang)),
            Cell(duration(interval.counted_us, lang, business=True) if interval.counted_us else "–"),
            Cell(interval_words(interval, lang), interval.kind),
        ]
        for interval in told.intervals
    ]
    heads = [say(lang, "column.from"), say(lang, "column.to"), f">{say(lang, 'column.length')}"]
    return table([*heads, f">{say(lang, 'column.counted')}", say(lang, "column.why")], rows)


def interval_words(interval: ExplainedInterval, lang: Lang) -> str:
    """Why a stretch of time counted or not."""
    return _reason("interval", interval.reason, interval.params, lang)


def not_started_words(silent: NotStarted, lang: Lang) -> str:
    """Why a case has no instance of a clock."""
    return _reason("not_started", silent.reason, silent.params, lang)


def _reason(group: str, reason: str, params: Mapping[str, Any], lang: Lang) -> str:
    values = dict(params)
    if reason == "pause_between" and "until_activity" not in values:
        reason = "pause_between.open"
    if reason == "pause_while" and "until_event" not in values:
        reason = "pause_while.open"
    kind = values.get("kind")
    if kind is not None:
        values["kind"] = say(lang, f"relief.{kind}") if known(f"relief.{kind}") else kind
    return say(lang, f"{group}.{reason}", **values)


def _span(interval: ExplainedInterval, zone: ZoneInfo, lang: Lang) -> LaneSpan:
    kinds = {"between_spells": "paused", "before_restart": "excluded"}
    why = (
        f"{interval_words(interval, lang)} · {instant(interval.start_us, zone, lang)} – "
        f"{instant(interval.end_us, zone, lang)} · {duration(interval.end_us - interval.start_us, lang)}"
    )
    return LaneSpan(interval.start_us, interval.end_us, kinds.get(interval.kind, interval.kind), why)


def _axis(case_id: str, stories: Sequence[ClockStory], zone: ZoneInfo, lang: Lang) -> Markup | None:
    lanes = [story.lane for story in stories]
    instants = [at for lane in lanes for span in lane.spans for at in (span.start_us, span.end_us)]
    instants += [lane.due_us for lane in lanes if lane.due_us is not None]
    if not instants:
        return None
    ticks = _days(min(instants), max(instants), zone, lang)
    title = say(lang, "chart.axis", case=case_id)
    return clock_axis(lanes, ticks, title=title, description=say(lang, "chart.axis.about"))


def _days(low: int, high: int, zone: ZoneInfo, lang: Lang) -> list[Tick]:
    """Local midnights inside the axis, thinned to about a dozen."""
    first = (EPOCH + timedelta(microseconds=low)).astimezone(zone).date() + timedelta(days=1)
    last = (EPOCH + timedelta(microseconds=high)).astimezone(zone).date()
    step = max(1, ((last - first).days + 1) // 12 + 1)
    found = []
    current = first
    while current <= last:
        at = to_us(datetime.combine(current, time(), tzinfo=zone), zone)
        found.append(Tick(at, day(current, lang, year=False)))
        current += timedelta(days=step)
    return found
