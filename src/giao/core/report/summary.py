"""A reading in a few sentences: what was kept, what is owed, what is about to break."""

from __future__ import annotations

from decimal import Decimal

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import KpiResult
from giao.core.report.deadlines import deadline_lines
from giao.core.report.formats import duration, instant, money, number, window
from giao.core.report.open_work import SOON_US, OpenWork, open_work
from giao.core.report.plain_words.phrases import agreement_title, kpi_title, listed
from giao.core.report.words import Lang, say


def summary_lines(evaluation: Evaluation, lang: Lang, work: OpenWork | None = None) -> list[str]:
    """Head, as of, service levels of the last complete window, money, open work: one sentence each."""
    agreement, inputs = evaluation.agreement, evaluation.inputs
    parties = agreement.parties
    between = say(lang, "report.between", vendor=parties.vendor.name, client=parties.client.name)
    at = say(lang, "report.as_of", instant=instant(inputs.as_of_us, inputs.zone, lang), zone=inputs.zone)
    lines = [f"{agreement_title(agreement, lang)} · {between}", at]
    lines += kept_lines(evaluation, lang)
    lines += money_lines(evaluation, lang)
    lines += deadline_lines(evaluation, lang)
    found = work if work is not None else open_work(evaluation, limit=1)
    lines.append(
        say(
            lang,
            "report.summary.open",
            open=number(found.open_cases, lang),
            breached=number(found.late_cases, lang),
            soon=number(found.soon_cases, lang),
            hours=duration(SOON_US, lang, business=True),
        )
    )
    return [line[:1].upper() + line[1:] for line in lines]


def last_whole(evaluation: Evaluation) -> tuple[str | None, list[KpiResult]]:
    """The last window that is over and has data (else the last one with data), and what was measured against a level in it."""
    judged = [result for result in levelled(evaluation) if result.state != "no_data"]
    over = [result for result in judged if not result.provisional] or judged
    if not over:
        return None, []
    latest = max(over, key=lambda result: (result.window.end_us, -result.window.start_us)).window
    return latest.id, [result for result in judged if result.window.id == latest.id]


def levelled(evaluation: Evaluation) -> list[KpiResult]:
    """Results that have a level to reach."""
    return [
        result
        for result in evaluation.kpis.results
        if result.expected is not None or result.minimum is not None or result.tiers
    ]


def kept_lines(evaluation: Evaluation, lang: Lang) -> list[str]:
    """How many service levels of the last whole window are met, and which are not."""
    name, measured = last_whole(evaluation)
    if name is None:
        anything = any(result.value is not None for result in evaluation.kpis.results)
        none_judged = "none_judged" if levelled(evaluation) else "no_levels"
        return [say(lang, f"report.summary.{none_judged if anything else 'nothing'}")]
    missed = [result for result in measured if result.state != "met"]
    head = say(
        lang,
        "report.summary.kpis",
        window=window(name, lang),
        met=len(measured) - len(missed),
        measured=len(measured),
    )
    if not missed:
        return [f"{head}. {say(lang, 'report.summary.all_met')}"]
    names = listed((kpi_title(evaluation.agreement, result.kpi, lang) for result in missed), lang)
    return [f"{head}. {say(lang, 'report.summary.missed', names=names)}"]


def money_lines(evaluation: Evaluation, lang: Lang) -> list[str]:
    """The last statement of a whole month, and all credits so far."""
    statements = evaluation.statements
    if not statements:
        return [say(lang, "statement.none")]
    whole = [item for item in statements if not item.provisional] or list(statements)
    last = whole[-1]

    def amount(value: Decimal) -> str:
        return money(value, last.currency, lang)

    lines = [
        say(
            lang,
            "report.summary.money",
            month=window(last.month, lang),
            fees=amount(last.fees),
            credits=amount(last.credit_total),
            total=amount(last.total),
        )
    ]
    credited = sum((item.credit_total for item in statements), Decimal(0))
    if credited and len(statements) > 1:
        lines.append(say(lang, "report.summary.credits", amount=amount(credited)))
    return lines
