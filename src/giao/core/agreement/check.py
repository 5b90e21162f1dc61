"""Check an agreement beyond its form: references, contradictions, silence that costs money, conditions against a log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from giao.core.agreement.check_duties import check_duties, check_parties
from giao.core.agreement.check_names import (
    BEFORE_CLOCKS,
    ClockReferences,
    changes_with_events,
    check_month,
    check_phase,
    check_relief,
    counted_patterns,
    is_about_cases,
    reads_facts,
)
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.charge import ArcRrc, MinimumLine, OneOff, Outcome, PassThrough, PerUnit
from giao.core.agreement.document.clock import Clock, PauseBetween
from giao.core.agreement.document.kpi import Composite, Duty, Ratio, ShareInTarget, Statistic
from giao.core.agreement.duties import duties_of
from giao.core.agreement.errors import DocumentErrors, Fault
from giao.core.agreement.findings import Findings
from giao.core.agreement.load import Path_, parse_agreement, places_of
from giao.core.agreement.names import CLOCK, CORE_NAMES, CORE_TYPES, EVENT, EVENTS, ONLY_IN_KPIS
from giao.core.agreement.patterns import schema_of
from giao.core.calendars import compile_calendars
from giao.core.log import EventLog
from giao.core.rules import Type, type_named
from giao.core.told import told


def check(versions: Iterable[Agreement], log: EventLog | None = None) -> list[Fault]:
    """Faults of every version, errors before warnings; against the log's columns and activities when one is given."""
    return [replace(fault, path=_dotted(path)) for path, fault in _all(list(versions), log)]


def check_text(text: str, source: str = "agreement", log: EventLog | None = None) -> list[Fault]:
    """The same from the text of a document: form and meaning, each fault with its line."""
    try:
        versions = parse_agreement(text, source)
    except DocumentErrors as error:
        return list(error.faults)
    places = places_of(text, source)
    faults = []
    for path, fault in _all(versions, log):
        cut = path
        while cut and cut not in places:
            cut = cut[:-1]
        line, column = places.get(cut, (None, None))
        faults.append(replace(fault, path=_dotted(path), line=line, column=column))
    return faults


def _all(versions: list[Agreement], log: EventLog | None) -> list[tuple[Path_, Fault]]:
    found: list[tuple[Path_, Fault]] = []
    for version in versions:
        schema = _schema(version, log)
        findings = Findings(version, schema, log)
        for part in _PARTS:
            part(findings)
        found.extend(item for item in findings.faults if item not in found)
    return sorted(found, key=lambda item: item[1].severity != "error")


def _schema(agreement: Agreement, log: EventLog | None) -> dict[str, Type]:
    if log is not None:
        return schema_of(log, agreement.work)
    return dict(CORE_TYPES) | {
        name: type_named(spec.type) for name, spec in agreement.work.attributes.items()
    }


def _dotted(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _calendars(findings: Findings) -> None:
    agreement = findings.agreement
    try:
        compile_calendars(agreement.calendars, agreement.term.start, agreement.term.end)
    except ValueError as error:
        findings.error(("calendars",), str(error))
    if agreement.zone is None and not any(calendar.zone for calendar in agreement.calendars.values()):
        findings.warn(
            (),
            told(
                "check.no_zone",
                "no zone and no calendar: days and months are taken in UTC; set zone, e.g. Asia/Ho_Chi_Minh",
            ),
        )


def _patterns(
    findings: Findings,
    path: Path_,
    patterns: Iterable[Pattern] | None,
    refusal: str | Callable[[str], str] = BEFORE_CLOCKS,
) -> None:
    known = set(findings.log.activities) if findings.log else None
    for pattern in patterns or ():
        if pattern.where is not None:
            why = refusal if isinstance(refusal, str) else refusal(pattern.where)
            findings.condition(path, pattern.where, refusal=why)
        for activity in pattern.activity or ():
            if known is not None and activity not in known and not activity.startswith("giao."):
                findings.warn(
                    path,
                    told(
                        "check.activity_unseen",
                        "activity {activity!r} never occurs in the log; check its spelling",
                        activity=activity,
                    ),
                )


def _work(findings: Findings) -> None:
    work = findings.agreement.work
    _patterns(findings, ("work", "received"), work.received)
    _patterns(findings, ("work", "delivered"), work.delivered)
    _patterns(findings, ("work", "cancelled"), work.cancelled)
    for index, holder in enumerate(work.holder):
        _patterns(findings, ("work", "holder", index, "after"), holder.after)
    findings.condition(("where",), findings.agreement.where, refusal=BEFORE_CLOCKS)
    for name in sorted({EVENT, EVENTS, CLOCK} & work.attributes.keys()):
        findings.error(
            ("work", "attributes", name),
            told(
                "check.reserved_name",
                "{name} has a meaning of its own in conditions; a column so called is imported as "
                "{name}_2, say that",
                name=name,
            ),
        )
    for name in work.attributes if findings.log else ():
        if name not in findings.log.attributes and name not in CORE_NAMES:  # type: ignore[union-attr]
            known = ", ".join(list(findings.log.attributes)[:20])  # type: ignore[union-attr]
            findings.error(
                ("work", "attributes", name),
                told(
                    "check.no_column",
                    "the log has no column {name!r}; it has {known}",
                    name=name,
                    known=known,
                ),
            )


def _clock(findings: Findings, name: str, clock: Clock, references: ClockReferences) -> None:
    path: Path_ = ("clocks", name)
    refusal = partial(references.refusal, name)
    _patterns(findings, (*path, "start"), clock.start, refusal)
    _patterns(findings, (*path, "stop"), clock.stop, refusal)
    findings.refer((*path, "calendar"), clock.calendar, findings.agreement.calendars, "calendar")
    for pause in clock.paused_while:
        if isinstance(pause, PauseBetween):
            _patterns(findings, (*path, "paused_while"), [*pause.start, *pause.until], refusal)
        else:
            findings.condition((*path, "paused_while"), pause.when, refusal=refusal(pause.when))
    for relief in clock.relief or ():
        findings.refer((*path, "relief"), relief, [item.key for item in findings.agreement.relief], "relief")
    changing = {key for key, spec in findings.agreement.work.attributes.items() if spec.changes}
    hindsight = {key for key, spec in findings.agreement.work.attributes.items() if spec.hindsight}
    for index, target in enumerate(clock.targets):
        here: Path_ = (*path, "targets", index)
        names = findings.condition((*here, "when"), target.when, refusal=refusal(target.when or "true"))
        findings.refer((*here, "calendar"), target.calendar, findings.agreement.calendars, "calendar")
        moving = names & changing | changes_with_events(names)
        if moving and clock.reclassify is None:
            findings.error(
                path,
                told(
                    "check.reclassify",
                    "target {number} depends on {names}, which may change during a case: say reclassify: "
                    "start, stop, restart or proportional",
                    number=index + 1,
                    names=", ".join(sorted(moving)),
                ),
            )
        if names & hindsight:
            findings.error(
                here,
                told(
                    "check.hindsight",
                    "{names} is only known when the case ends (hindsight)",
                    names=", ".join(sorted(names & hindsight)),
                ),
            )
        needs_calendar = target.within.measure == "business" and not (clock.calendar or target.calendar)
        if needs_calendar:
            findings.error(
                (*here, "within"),
                told(
                    "check.needs_calendar",
                    "{within} needs a business calendar: set the clock's calendar",
                    within=target.within,
                ),
            )
        if target.when is None and index < len(clock.targets) - 1:
            findings.error(
                here,
                told(
                    "check.unreachable",
                    "matches every case, so the targets after it are never reached; put it last",
                ),
            )
    if not clock.targets:
        findings.warn(
            path, told("check.no_targets", "has no targets: it measures, but can neither be met nor breached")
        )


def _clocks(findings: Findings) -> None:
    references = ClockReferences(findings.agreement.clocks)
    for name, clock in findings.agreement.clocks.items():
        _clock(findings, name, clock, references)


def _kpis(findings: Findings) -> None:
    agreement = findings.agreement
    for name, kpi in agreement.kpis.items():
        path: Path_ = ("kpis", name)
        clock = getattr(kpi, "clock", None)
        findings.refer((*path, "clock"), clock, agreement.clocks, "clock")
        findings.refer((*path, "calendar"), getattr(kpi, "calendar", None), agreement.calendars, "calendar")
        for key in ("where", "exclude", "good", "bad"):
            condition = getattr(kpi, key, None)
            findings.condition((*path, key), condition, clocks=agreement.clocks, of_facts=reads_facts(kpi))
            if condition is not None and not is_about_cases(kpi):
                findings.warn(
                    (*path, key),
                    told(
                        "check.no_effect",
                        "has no effect: a KPI of kind {kind} is not about cases",
                        kind=kpi.kind,
                    ),
                )
        for place, patterns in counted_patterns(kpi):
            _patterns(findings, (*path, *place), patterns, ONLY_IN_KPIS)
        if isinstance(kpi, ShareInTarget | Statistic) and clock and kpi.count_at is None:
            findings.warn(
                path,
                told(
                    "check.count_at",
                    "count_at is silent, so a case counts when it stops: one that never closes is never a "
                    "miss; say count_at: due, stop or start",
                ),
            )
        if isinstance(kpi, Ratio):
            for side in ("numerator", "denominator"):
                findings.refer((*path, side, "clock"), getattr(kpi, side).clock, agreement.clocks, "clock")
        if isinstance(kpi, Duty):
            for duty in kpi.obligations:
                findings.refer((*path, "obligations"), duty, duties_of(agreement), "obligation")
        levels = kpi.expected or kpi.minimum or kpi.baseline or getattr(kpi, "tiers", None)
        in_phases = any(name in phase.levels for phase in agreement.phases)
        if kpi.points and not levels and not in_phases:
            findings.error(
                path, told("check.points_without_level", "has points but no level: say expected or minimum")
            )
    for circle in _circles(agreement):
        findings.error(
            ("kpis", circle[0]),
            told("check.circle", "a composite of itself: {names}", names=" → ".join(circle)),
        )


def _circles(agreement: Agreement) -> Iterator[list[str]]:
    """Composite KPIs that contain themselves, each circle once."""
    graph = {name: list(kpi.of_kpis) for name, kpi in agreement.kpis.items() if isinstance(kpi, Composite)}
    seen: set[str] = set()

    def walk(name: str, trail: list[str]) -> Iterator[list[str]]:
        if name in trail:
            yield [*trail[trail.index(name) :], name]
            return
        if name in seen:
            return
        seen.add(name)
        for part in graph.get(name, ()):
            yield from walk(part, [*trail, name])

    for name in graph:
        yield from walk(name, [])


def _composites(findings: Findings) -> None:
    for name, kpi in findings.agreement.kpis.items():
        if isinstance(kpi, Composite):
            for part in kpi.of_kpis:
                findings.refer(("kpis", name, "of"), part, findings.agreement.kpis, "KPI")


def _credits(findings: Findings) -> None:
    agreement, credit = findings.agreement, findings.agreement.credits
    if credit is None:
        return
    paying = {name: kpi.points for name, kpi in agreement.kpis.items() if kpi.points is not None}
    total = sum(paying.values())
    if credit.regime == "at_risk" and total > credit.pool:
        findings.error(
            ("credits", "pool"),
            told(
                "check.pool",
                "points sum to {total}, more than the pool of {pool}",
                total=total,
                pool=credit.pool,
            ),
        )
    for name, kpi in agreement.kpis.items():
        if kpi.tower is not None:
            findings.refer(("kpis", name, "tower"), kpi.tower, credit.towers, "tower")
        if kpi.category is not None:
            findings.refer(("kpis", name, "category"), kpi.category, credit.category, "category")
    names = [line.name for line in agreement.pricing if line.name]
    for tower, spec in credit.towers.items():
        for line in spec.lines:
            findings.refer(("credits", "towers", tower, "lines"), line, names, "charge line")
    if credit.earn_back:
        for phase in credit.earn_back.except_phases:
            findings.refer(("credits", "earn_back"), phase, [item.name for item in agreement.phases], "phase")


def _months(findings: Findings) -> None:
    """Conditions over months: triggers and the amount at risk."""
    agreement, credit = findings.agreement, findings.agreement.credits
    if credit is None:
        return
    for index, trigger in enumerate(credit.triggers):
        findings.take(("credits", "triggers", index, "when"), check_month(trigger.when, agreement, "trigger"))
    towers = [(("credits", "towers", name), tower.at_risk) for name, tower in credit.towers.items()]
    for path, entries in [(("credits",), credit.at_risk), *towers]:
        for index, entry in enumerate(entries or ()):
            if entry.when is not None:
                findings.take(
                    (*path, "at_risk", index, "when"), check_month(entry.when, agreement, "at_risk")
                )


def _relief(findings: Findings) -> None:
    for index, entry in enumerate(findings.agreement.relief):
        path: Path_ = ("relief", index)
        _patterns(findings, (*path, "from"), entry.start)
        _patterns(findings, (*path, "until"), entry.until)
        if entry.when is not None:
            complete = findings.log is not None
            findings.take((*path, "when"), check_relief(entry.when, entry, findings.schema, complete))


def _pricing(findings: Findings) -> None:
    agreement = findings.agreement
    codes = [tax.code for tax in agreement.tax]
    names = [line.name for line in agreement.pricing if line.name]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        findings.error(
            ("pricing",),
            told(
                "check.two_lines",
                "two lines are named {names}; give each its own name",
                names=", ".join(twice),
            ),
        )
    for index, line in enumerate(agreement.pricing):
        path: Path_ = ("pricing", index)
        findings.refer((*path, "tax"), line.tax, codes, "tax code")
        findings.condition((*path, "where"), line.where)
        for key, kind in (
            ("per_unit", PerUnit),
            ("of", ArcRrc),
            ("outcome", Outcome),
            ("pass_through", PassThrough),
        ):
            counted = getattr(line, key, None)
            if isinstance(line, kind) and isinstance(counted, list):
                _patterns(findings, (*path, key), counted, ONLY_IN_KPIS)
        if isinstance(line, MinimumLine):
            for name in line.minimum_of:
                findings.refer((*path, "minimum_of"), name, names, "charge line")
        if isinstance(line, OneOff) and line.late and line.due is None:
            findings.error(
                path, told("check.late_needs_due", "late needs due: the day the milestone was promised")
            )
    if agreement.pricing and not agreement.tax:
        findings.warn(
            ("pricing",),
            told(
                "check.no_tax",
                "no tax is named, so statements show none; say tax: [{{code: standard, rate: …}}]",
            ),
        )


def _phases(findings: Findings) -> None:
    agreement = findings.agreement
    for index, phase in enumerate(agreement.phases):
        path: Path_ = ("phases", index)
        start = phase.start or agreement.term.start
        if phase.until < start:
            findings.error(
                path,
                told(
                    "check.phase_backwards",
                    "phase {name!r} ends ({until}) before it starts ({start})",
                    name=phase.name,
                    until=phase.until,
                    start=start,
                ),
            )
        if phase.until > agreement.term.end or start < agreement.term.start:
            findings.warn(
                path, told("check.phase_beyond", "phase {name!r} reaches beyond the term", name=phase.name)
            )
        for name in phase.levels:
            findings.refer((*path, "levels"), name, agreement.kpis, "KPI")
        if phase.when is not None:
            findings.take((*path, "when"), check_phase(phase.when))
    keys = [item.key for item in agreement.relief]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        findings.error(
            ("relief",),
            told("check.two_reliefs", "two relief entries are called {key!r}; give each a name", key=key),
        )


_PARTS: tuple[Callable[[Findings], None], ...] = (
    _calendars,
    _work,
    _clocks,
    _kpis,
    _composites,
    _months,
    _relief,
    _credits,
    _pricing,
    _phases,
    check_duties,
    check_parties,
)
