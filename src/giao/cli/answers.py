"""What `giao explain` answers, as plain values and as lines for a terminal."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.explain import explain_case, explain_charge, explain_credit, explain_kpi, why_not
from giao.core.agreement.output import kpi_json
from giao.core.report.clock_words import case_story
from giao.core.report.formats import instant, money, number, window
from giao.core.report.invoice import line_words
from giao.core.report.kpi_words import kpi_words, why_words
from giao.core.report.members import members_table
from giao.core.report.plain_words.kpis import kpi_definition
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.table import Table, render_text, table, terminal_text
from giao.core.report.tables import kpi_table
from giao.core.report.trace import trace_words
from giao.core.report.words import say
from giao.core.report.words.told import tell


@dataclass(frozen=True)
class Answer:
    """What is printed with --json, and the lines that are printed without."""

    json: Any
    lines: list[str]


def plain(value: Any) -> Any:
    """Dataclasses and exact numbers as JSON values: decimals and ratios as text, days and instants in ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def case(chosen: argparse.Namespace, evaluation: Evaluation) -> Answer:
    """Every clock of a case (or one), interval by interval, and its events."""
    inputs = evaluation.inputs
    found = explain_case(inputs, chosen.case, chosen.clock)
    story = case_story(found.clocks, inputs.versions, inputs.zone, chosen.lang)
    lines: list[str] = []
    for clock in story.clocks:
        lines += [terminal_text(clock.verdict), *(f"  {terminal_text(fact)}" for fact in clock.facts)]
        lines += [_indented(render_text(clock.intervals, most=80)), ""]
    lines += [terminal_text(text) for text in story.silent] + ([""] if story.silent else [])
    lines.append(render_text(_events_table(chosen, evaluation)))
    return Answer(plain(found), lines)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _events_table(chosen: argparse.Namespace, evaluation: Evaluation) -> Table:
    lang, zone = chosen.lang, evaluation.inputs.zone
    events = evaluation.inputs.log.case_events(chosen.case)
    times = events["time"].dt.epoch("us")
    rows = [[instant(at, zone, lang), str(name)] for at, name in zip(times, events["activity"], strict=True)]
    return table([say(lang, "column.time"), say(lang, "column.event")], rows)


def number_behind(chosen: argparse.Namespace, evaluation: Evaluation) -> Answer:
    """A service level in one window: definition, how its value came about, and the cases behind it."""
    found = explain_kpi(evaluation, chosen.kpi, chosen.window)
    lang, agreement = chosen.lang, _version(evaluation, found.result.version)
    rows = members_table(evaluation, chosen.kpi, found.members, lang, limit=chosen.limit)
    lines = [*(terminal_text(text) for text in kpi_definition(agreement, chosen.kpi, lang)), ""]
    lines += [*(terminal_text(text) for text in kpi_words(found, agreement, lang)), ""]
    lines += [render_text(kpi_table([found.result, *found.result.groups], lang)), "", render_text(rows)]
    if chosen.limit and found.members.height > chosen.limit:
        lines.append(say(lang, "cli.more", n=number(found.members.height - chosen.limit, lang)))
    told = {
        "result": kpi_json(found.result),
        "agreement_hash": found.agreement_hash,
        "steps": plain(found.steps),
        "members": list(_members_json(evaluation, found.members)),
    }
    return Answer(told, lines)


def _members_json(evaluation: Evaluation, members: pl.DataFrame) -> Iterator[dict[str, Any]]:
    ids = evaluation.inputs.log.case_ids
    for row in members.iter_rows(named=True):
        code = row["case"]
        yield {**{key: plain(item) for key, item in row.items()}, "case": None if code is None else ids[code]}


def _version(evaluation: Evaluation, number_: int) -> Agreement:
    """The agreement's version of this number."""
    versions = evaluation.inputs.versions
    return next((item for item in versions if item.version == number_), versions[-1])


def case_in_number(chosen: argparse.Namespace, evaluation: Evaluation) -> Answer:
    """Whether a case counts in a number, as what, and if not why not."""
    found = why_not(evaluation, chosen.kpi, chosen.window, chosen.case)
    inputs = evaluation.inputs
    texts = why_words(found, evaluation.agreement, inputs.zone, chosen.lang)
    told = {"kpi": chosen.kpi, "window": chosen.window, "case": chosen.case}
    told |= {"inside": any(item.inside for item in found), "reasons": plain(found)}
    return Answer(told, [terminal_text(text) for text in texts])


def credit(chosen: argparse.Namespace, evaluation: Evaluation) -> Answer:
    """The credit of a service level in a month, step by step."""
    found = explain_credit(evaluation, chosen.month, chosen.credit)
    agreement, lang = evaluation.agreement, chosen.lang
    amount = money(found.amount, agreement.currency, lang)
    told = [terminal_text(f"{kpi_title(agreement, found.kpi, lang)}, {window(found.month, lang)}: {amount}")]
    told += _indent(trace_words(found.month_trace, agreement, lang))
    for line in found.lines:
        told += _indent(trace_words(line.trace, agreement, lang))
    for month, back in found.earned_back:
        returned = money(back, agreement.currency, lang)
        told += _indent([say(lang, "explain.earned_back", month=window(month, lang), amount=returned)])
    for trigger in found.triggers:
        state = say(lang, "yes" if trigger.fired else "no")
        right = say(lang, f"right.{trigger.right}")
        told += _indent([say(lang, "explain.trigger", name=trigger.name, right=right, fired=state)])
    return Answer(plain(found), told)


def charge(chosen: argparse.Namespace, evaluation: Evaluation) -> Answer:
    """A charge line of a month, step by step, with the lines that follow from it."""
    found = explain_charge(evaluation, chosen.month, chosen.line)
    agreement, lang = evaluation.agreement, chosen.lang
    told: list[str] = []
    for line in found.lines:
        amount = money(line.amount, agreement.currency, lang)
        told.append(
            terminal_text(f"{line_words(agreement, line, lang)}, {window(found.month, lang)}: {amount}")
        )
        told += _indent(
            [*trace_words(line.trace, agreement, lang), *(f"! {tell(lang, flag)}" for flag in line.flags)]
        )
    for month, item in found.adjustments:
        amount = money(item.amount, agreement.currency, lang)
        told += _indent([say(lang, "explain.adjusted", month=window(month, lang), amount=amount)])
    return Answer(plain(found), told)


def _indent(texts: Iterable[str]) -> list[str]:
    return [f"  {terminal_text(text)}" for text in texts]
