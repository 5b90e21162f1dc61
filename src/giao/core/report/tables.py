"""A reading as tables: service levels by window, statements by month, clocks, a replay beside what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.replay import Replay
from giao.core.agreement.results import KpiResult
from giao.core.report.formats import NO_DATA, measure, money, number, percent, window
from giao.core.report.plain_words.phrases import clock_title, kpi_title
from giao.core.report.table import Cell, Table, table
from giao.core.report.words import Lang, known, say

SIGNS = {"met": "✓", "expected_default": "△", "minimum_default": "✕", "no_data": "–"}


def value_words(result: KpiResult, lang: Lang) -> str:
    """The value in its unit, or no data."""
    return measure(result.value, result.unit, lang)


def value_cell(result: KpiResult, lang: Lang) -> Cell:
    """Value with the sign of its state; provisional windows carry a star."""
    if result.state == "no_data" and result.value is None:
        return Cell(say(lang, "no_data"), "no_data")
    has_level = result.expected is not None or result.minimum is not None
    sign = f"{SIGNS[result.state]} " if has_level else ""
    star = "*" if result.provisional else ""
    state = result.state if has_level else ""
    title = say(lang, f"state.{result.state}") if has_level else None
    return Cell(f"{sign}{value_words(result, lang)}{star}", state, title=title)


def windows_of(results: Sequence[KpiResult]) -> list[str]:
    """Names of windows in order of time, those of the shortest unit first where several share a month."""
    bounds = {result.window.id: (result.window.start_us, result.window.end_us) for result in results}
    return sorted(bounds, key=lambda name: bounds[name])


def kpi_matrix(evaluation: Evaluation, lang: Lang, last: int = 6) -> Table:
    """Service level × window (the last ones): value and state. Groups stand below their service level."""
    results = evaluation.kpis.results
    months = windows_of(results)[-last:]
    agreement = evaluation.agreement
    rows: list[list[Cell]] = []
    for name in dict.fromkeys(result.kpi for result in results):
        found = {result.window.id: result for result in results if result.kpi == name}
        shown = [found[month] for month in months if month in found]
        if not shown:
            continue
        latest = shown[-1]
        rows.append(
            [
                Cell(kpi_title(agreement, name, lang)),
                Cell(level_words(latest.expected, latest, lang)),
                Cell(level_words(latest.minimum, latest, lang)),
                *(value_cell(found[month], lang) if month in found else Cell("") for month in months),
                Cell(number(latest.n, lang)),
            ]
        )
    heads = [say(lang, "column.kpi"), f">{say(lang, 'column.expected')}", f">{say(lang, 'column.minimum')}"]
    heads += [f">{window(month, lang)}" for month in months] + [f">{say(lang, 'column.n')}"]
    return table(heads, rows)


def level_words(level: Fraction | None, result: KpiResult, lang: Lang) -> str:
    """A level in the unit of its result."""
    return NO_DATA if level is None else measure(level, result.unit, lang)


def interval_words(result: KpiResult, lang: Lang) -> str:
    """The 95% interval of a share."""
    if result.low is None or result.high is None:
        return ""
    return f"{percent(result.low, lang)} – {percent(result.high, lang)}"


def note_words(note: str, lang: Lang) -> str:
    """What a result's note means; `relief:<key>` says which relief took its window away."""
    kind, _, key = note.partition(":")
    return say(lang, f"note.{kind}", key=key) if known(f"note.{kind}") else note


def kpi_table(results: Sequence[KpiResult], lang: Lang) -> Table:
    """One service level over its windows, with n, misses, interval and levels."""
    rows = []
    for result in results:
        note = f" ({note_words(result.note, lang)})" if result.note else ""
        rows.append(
            [
                Cell(window(result.window.id, lang) + (f" · {result.group}" if result.group else "")),
                value_cell(result, lang),
                Cell(number(result.n, lang)),
                Cell(number(result.misses, lang)),
                Cell(interval_words(result, lang)),
                Cell(level_words(result.expected, result, lang)),
                Cell(level_words(result.minimum, result, lang)),
                Cell(number(result.overdue_open, lang)),
                Cell(say(lang, f"state.{result.state}") + note, result.state),
            ]
        )
    heads = ["column.window", ">column.value", ">column.n", ">column.misses", ">column.interval", ">column.expected",
             ">column.minimum", ">column.overdue_open", "column.state"]  # fmt: skip
    return table([_head(head, lang) for head in heads], rows)


def _head(key: str, lang: Lang) -> str:
    return f">{say(lang, key[1:])}" if key.startswith(">") else say(lang, key)


def clock_counts_table(evaluation: Evaluation, lang: Lang) -> Table:
    """Instances of each clock at the reading's instant."""
    names = ("started", "running", "paused", "met", "breached", "open_breached", "cancelled")
    rows = [
        [
            Cell(clock_title(evaluation.agreement, counts.clock, lang)),
            *(Cell(number(getattr(counts, name), lang)) for name in names),
        ]
        for counts in evaluation.counts
    ]
    return table([say(lang, "column.clock"), *(f">{say(lang, f'column.{name}')}" for name in names)], rows)


def statements_table(evaluation: Evaluation, lang: Lang) -> Table:
    """The statements month by month: fees, credits, tax, total."""
    rows = [
        [
            Cell(window(item.month, lang)),
            Cell(money(item.fees, item.currency, lang)),
            Cell(money(-item.credit_total, item.currency, lang)),
            Cell(money(item.net, item.currency, lang)),
            Cell(money(item.tax, item.currency, lang)),
            Cell(money(item.total, item.currency, lang)),
            Cell(standing_words(item.provisional, item.closed, lang)),
        ]
        for item in evaluation.statements
    ]
    heads = [
        "column.month",
        ">column.fees",
        ">column.credits",
        ">invoice.net",
        ">column.tax",
        ">column.total",
        "column.state",
    ]
    return table([_head(head, lang) for head in heads], rows)


def standing_words(provisional: bool, closed: bool, lang: Lang) -> str:
    return say(
        lang, "statement.closed" if closed else "statement.provisional" if provisional else "statement.open"
    )


def replay_months_table(found: Replay, lang: Lang) -> Table:
    """Month by month: credits and total in force, under the draft, and their difference (draft − in force)."""
    currency = found.actual.agreement.currency

    def cell(value: Decimal | None) -> Cell:
        return Cell(money(value, currency, lang))

    rows = []
    for pair in found.months:
        old, new = pair.actual, pair.draft
        rows.append(
            [
                Cell(window(pair.month, lang)),
                cell(old.credit_total if old else None),
                cell(new.credit_total if new else None),
                cell(pair.difference("credit_total")),
                cell(old.total if old else None),
                cell(new.total if new else None),
                cell(pair.difference("total")),
            ]
        )
    rows.append(
        [
            Cell(say(lang, "replay.sum")),
            Cell(""),
            Cell(""),
            cell(found.total("credit_total")),
            Cell(""),
            Cell(""),
            cell(found.total("total")),
        ]
    )
    actual, draft, difference = (say(lang, f"column.{name}") for name in ("actual", "draft", "difference"))
    credit, whole = say(lang, "column.credits"), say(lang, "column.total")
    heads = [say(lang, "column.month")]
    heads += [f">{what}, {side}" for what in (credit, whole) for side in (actual, draft, difference)]
    return table(heads, rows, caption=say(lang, "replay.title"), strong=[len(rows) - 1])


def replay_kpis_table(found: Replay, lang: Lang) -> Table:
    """The service levels that differ."""
    rows = []
    for pair in found.kpis:
        if not pair.changed:
            continue
        agreement = found.draft.agreement if pair.draft else found.actual.agreement
        rows.append(
            [
                Cell(kpi_title(agreement, pair.kpi, lang)),
                Cell(window(pair.window, lang)),
                value_cell(pair.actual, lang) if pair.actual else Cell(NO_DATA),
                value_cell(pair.draft, lang) if pair.draft else Cell(NO_DATA),
            ]
        )
    heads = ["column.kpi", "column.window", ">column.actual", ">column.draft"]
    return table([_head(head, lang) for head in heads], rows, caption=say(lang, "replay.kpis"))
