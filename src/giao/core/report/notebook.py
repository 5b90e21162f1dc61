"""A reading in a notebook: an object that shows itself, in either language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.explain import explain_case, explain_charge, explain_credit, explain_kpi, why_not
from giao.core.report.clock_words import CaseStory, case_story
from giao.core.report.html import html_report, report_parts
from giao.core.report.invoice import line_words
from giao.core.report.kpi_words import kpi_words, why_words
from giao.core.report.members import members_table
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.style import CSS
from giao.core.report.summary import summary_lines
from giao.core.report.svg import Markup, element, joined
from giao.core.report.table import render_html, render_text
from giao.core.report.tables import kpi_matrix, statements_table
from giao.core.report.trace import trace_words
from giao.core.report.words import Lang
from giao.core.report.words.told import tell


@dataclass(frozen=True)
class Report:
    """A reading to look at: rich in a notebook, plain text elsewhere; `save` writes the HTML file."""

    evaluation: Evaluation
    lang: Lang = "en"

    def html(self) -> str:
        """The self-contained document."""
        return html_report(self.evaluation, self.lang)

    def save(self, path: str | Path) -> Path:
        """Write the HTML file and return its path."""
        place = Path(path)
        place.write_text(self.html(), encoding="utf-8")
        return place

    def _repr_html_(self) -> str:
        return _in_notebook(joined(report_parts(self.evaluation, self.lang)))

    def __str__(self) -> str:
        tables = (kpi_matrix(self.evaluation, self.lang), statements_table(self.evaluation, self.lang))
        return "\n\n".join(["\n".join(summary_lines(self.evaluation, self.lang)), *map(render_text, tables)])

    __repr__ = __str__


@dataclass(frozen=True)
class Explanation:
    """Why a figure is what it is: `value` is the plain explanation, `text` its words, `markup` the same as HTML."""

    value: Any
    text: str
    markup: Markup

    def _repr_html_(self) -> str:
        return _in_notebook(self.markup)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def report(evaluation: Evaluation, lang: Lang = "en") -> Report:
    """A reading that shows itself in a notebook; `.save("report.html")` writes the file to send."""
    return Report(evaluation, lang)


def explain(
    evaluation: Evaluation,
    *,
    case: str | None = None,
    clock: str | None = None,
    kpi: str | None = None,
    window: str | None = None,
    month: str | None = None,
    credit: str | None = None,
    line: str | None = None,
    lang: Lang = "en",
) -> Explanation:
    """Explain a case's clocks (`case`, `clock`), a number (`kpi`, `window`), a case's part in it (and `case`),
    a credit (`month`, `credit`) or a charge (`month`, `line`).

    Raises AgreementError when the question is not whole or names something that is not there.
    """
    if kpi and window:
        return _why(evaluation, kpi, window, case, lang) if case else _number(evaluation, kpi, window, lang)
    if month and (credit or line):
        return _money(evaluation, month, credit, line, lang)
    if case:
        return _case(evaluation, case, clock, lang)
    raise AgreementError("say what to explain: case, kpi and window, or month with credit or line")


def _case(evaluation: Evaluation, case: str, clock: str | None, lang: Lang) -> Explanation:
    inputs = evaluation.inputs
    found = explain_case(inputs, case, clock)
    story = case_story(found.clocks, inputs.versions, inputs.zone, lang)
    texts = [
        part for item in story.clocks for part in (item.verdict, *item.facts, render_text(item.intervals))
    ]
    return Explanation(found, "\n".join([*texts, *story.silent]), case_markup(story))


def case_markup(story: CaseStory) -> Markup:
    """The clocks of a case: one time axis, then each clock with its reasons and intervals."""
    parts: list[Markup | None] = [story.axis]
    for item in story.clocks:
        parts += [
            element("h3", item.verdict),
            element("ul", [element("li", fact) for fact in item.facts]),
            render_html(item.intervals),
        ]
    parts += [element("p", text) for text in story.silent]
    return joined(parts)


def _number(evaluation: Evaluation, kpi: str, window: str, lang: Lang) -> Explanation:
    found = explain_kpi(evaluation, kpi, window)
    texts = kpi_words(found, evaluation.agreement, lang)
    cases = members_table(evaluation, kpi, found.members, lang, limit=100)
    markup = [element("h3", kpi_title(evaluation.agreement, kpi, lang)), _list(texts), render_html(cases)]
    return Explanation(found, "\n".join([*texts, render_text(cases)]), joined(markup))


def _why(evaluation: Evaluation, kpi: str, window: str, case: str, lang: Lang) -> Explanation:
    found = why_not(evaluation, kpi, window, case)
    texts = why_words(found, evaluation.agreement, evaluation.inputs.zone, lang)
    return Explanation(found, "\n".join(texts), _list(texts))


def _money(
    evaluation: Evaluation, month: str, credit: str | None, line: str | None, lang: Lang
) -> Explanation:
    agreement = evaluation.agreement
    found: Any
    if credit:
        found = explain_credit(evaluation, month, credit)
        texts = trace_words(found.month_trace, agreement, lang)
        texts += [text for item in found.lines for text in trace_words(item.trace, agreement, lang)]
        return Explanation(found, "\n".join(texts), _list(texts))
    found = explain_charge(evaluation, month, line or "")
    texts = []
    for item in found.lines:
        texts += [line_words(agreement, item, lang), *trace_words(item.trace, agreement, lang)]
        texts += [tell(lang, flag) for flag in item.flags]
    return Explanation(found, "\n".join(texts), _list(texts))


def _list(texts: list[str]) -> Markup:
    return element("ul", [element("li", text) for text in texts])


def _in_notebook(markup: Markup) -> str:
    """The sheet's page rules stay inside the report: a notebook has a body of its own."""
    scoped = CSS.replace("body{", ".giao-report{").replace("main,", "")
    return f'<style>{scoped}</style><div class="giao-report">{markup.text}</div>'
