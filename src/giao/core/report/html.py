"""A reading as one self-contained HTML file, worth sending to a customer.

No script and no resource from elsewhere (the file says so itself to the browser); every text is escaped where it is
put into an element, whatever a log's attributes hold. The same reading gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import KpiResult, Statement
from giao.core.report.charts import bar_chart
from giao.core.report.deadlines import deadlines_table
from giao.core.report.formats import instant, number
from giao.core.report.invoice import arithmetic, notices, statement_table, statement_title
from giao.core.report.kpi_chart import kpi_chart, kpi_sparkline
from giao.core.report.open_work import OpenWork, open_bars, open_table, open_work
from giao.core.report.plain_words import agreement_words, version_diffs
from giao.core.report.plain_words.kpis import kpi_definition
from giao.core.report.plain_words.phrases import agreement_title, kpi_title
from giao.core.report.reported import reported_table
from giao.core.report.style import CSS
from giao.core.report.summary import summary_lines
from giao.core.report.svg import Markup, element, escaped, joined
from giao.core.report.table import Cell, Column, Table, render_html, table
from giao.core.report.tables import clock_counts_table, kpi_matrix, kpi_table, statements_table
from giao.core.report.words import Lang, say

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
OPEN_ROWS = 60
WINDOWS = 12


def html_report(evaluation: Evaluation, lang: Lang = "en") -> str:
    """The whole report as a document."""
    title = say(lang, "report.title", name=agreement_title(evaluation.agreement, lang))
    head = (
        '<!DOCTYPE html>\n<html lang="' + lang + '"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{escaped(POLICY)}">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escaped(title)}</title><style>{CSS}</style></head><body><main>\n"
    )
    return (
        head + "\n".join(part.text for part in report_parts(evaluation, lang)) + "\n</main></body></html>\n"
    )


def report_parts(evaluation: Evaluation, lang: Lang) -> Iterator[Markup]:
    """Head, summary and the sections, in the order in which they are read."""
    work = open_work(evaluation, limit=OPEN_ROWS)
    yield _head(evaluation, work, lang)
    sections = {
        "levels": _levels(evaluation, lang),
        "reported": _reported(evaluation, lang),
        "statements": _statements(evaluation, lang),
        "open_cases": _open(evaluation, work, lang),
        "clocks": [render_html(clock_counts_table(evaluation, lang))],
        "deadlines": _deadlines(evaluation, lang),
        "agreement": _agreement(evaluation, lang),
        "method": _method(evaluation, lang),
    }
    sections = {name: parts for name, parts in sections.items() if parts}
    links = [element("li", element("a", say(lang, f"report.{name}"), href=f"#{name}")) for name in sections]
    yield element("nav", element("ol", links), aria_label=say(lang, "report.contents"))
    for name, parts in sections.items():
        yield element("section", element("h2", say(lang, f"report.{name}")), parts, id=name)


def _head(evaluation: Evaluation, work: OpenWork, lang: Lang) -> Markup:
    agreement = evaluation.agreement
    _between, as_of, *lines = summary_lines(evaluation, lang, work)
    parties = agreement.parties
    lead = say(lang, "report.between", vendor=parties.vendor.name, client=parties.client.name)
    return joined(
        [
            element(
                "header",
                element("h1", agreement_title(agreement, lang)),
                element("p", lead, class_="lead"),
                element("p", as_of, class_="lead"),
            ),
            element(
                "div",
                [element("p", line) for line in lines],
                class_="summary",
                role="region",
                aria_label=say(lang, "report.summary"),
            ),
        ]
    )


def _by_kpi(evaluation: Evaluation) -> dict[str, list[KpiResult]]:
    found: dict[str, list[KpiResult]] = {}
    for result in evaluation.kpis.results:
        found.setdefault(result.kpi, []).append(result)
    return found


def _levels(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    by_kpi = _by_kpi(evaluation)
    parts = [element("p", say(lang, "report.levels.about"), class_="definition")]
    parts.append(render_html(_with_sparklines(evaluation, by_kpi, lang)))
    parts += [_kpi(evaluation, name, results, lang) for name, results in by_kpi.items()]
    return parts


def _with_sparklines(evaluation: Evaluation, by_kpi: dict[str, list[KpiResult]], lang: Lang) -> Table:
    """The matrix of service levels with the last windows as a picture in its last column."""
    matrix = kpi_matrix(evaluation, lang)
    titles = {kpi_title(evaluation.agreement, name, lang): results for name, results in by_kpi.items()}
    rows = []
    for row in matrix.rows:
        results = titles.get(row[0].text, [])
        picture = kpi_sparkline(results, row[0].text, lang) if results else None
        rows.append((*row, Cell("", markup=picture)))
    return Table((*matrix.columns, Column("")), tuple(rows))


def _kpi(evaluation: Evaluation, name: str, results: list[KpiResult], lang: Lang) -> Markup:
    agreement = evaluation.agreement
    title = kpi_title(agreement, name, lang)
    shown = results[-WINDOWS:]
    lower = name in agreement.kpis and agreement.kpis[name].direction == "lower"
    definition = " ".join(kpi_definition(agreement, name, lang)) if name in agreement.kpis else ""
    return element(
        "article",
        element("h3", title),
        kpi_chart(shown, title, lang, lower_is_better=lower),
        element("p", definition, class_="definition"),
        render_html(kpi_table(shown, lang)),
        class_="kpi",
    )


def _reported(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    """Nothing when nothing was reported: then there is no such section."""
    found = reported_table(evaluation, lang)
    if not found.rows:
        return []
    return [element("p", say(lang, "report.reported.about"), class_="definition"), render_html(found)]


def _statements(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    if not evaluation.statements:
        return [element("p", say(lang, "statement.none"))]
    parts = [render_html(statements_table(evaluation, lang))]
    parts += [_statement(evaluation, item, lang) for item in evaluation.statements[-WINDOWS:]]
    return parts


def _statement(evaluation: Evaluation, statement: Statement, lang: Lang) -> Markup:
    agreement = evaluation.agreement
    steps = [
        element("li", element("b", title), element("ul", [element("li", text) for text in texts]))
        for title, texts in arithmetic(statement, agreement, lang)
    ]
    return element(
        "section",
        element("h3", statement_title(statement, lang)),
        render_html(statement_table(statement, agreement, lang), class_="invoice"),
        [element("p", text, class_="notice") for text in notices(statement, lang)],
        element("h4", say(lang, "statement.arithmetic")) if steps else None,
        element("ul", steps, class_="steps") if steps else None,
        class_="statement",
    )


def _open(evaluation: Evaluation, work: OpenWork, lang: Lang) -> list[Markup]:
    if not work.clocks:
        return [element("p", say(lang, "report.open_cases.none"))]
    bars = open_bars(work, lang)
    counts = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    about = say(
        lang,
        "report.open_cases.about",
        shown=number(len(work.shown), lang),
        all=number(len(work.clocks), lang),
    )
    return [
        bar_chart(
            bars, title=say(lang, "chart.open"), description=say(lang, "chart.open.about", counts=counts)
        ),
        element("p", about, class_="definition"),
        render_html(open_table(evaluation, work, lang)),
    ]


def _deadlines(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    about = say(lang, "report.deadlines.about")
    return [element("p", about, class_="definition"), render_html(deadlines_table(evaluation, lang))]


def _agreement(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    parts: list[Markup] = []
    for section in agreement_words(evaluation.agreement, lang):
        sentences = [element("li", sentence.text) for sentence in section.sentences]
        parts += [element("h3", section.title), element("ul", sentences)]
    versions = version_diffs(evaluation.inputs.versions, lang)
    if versions:
        parts.append(element("h3", say(lang, "report.versions")))
    for diff in versions:
        changes = [change.text for change in diff.changes] or [say(lang, "diff.none")]
        parts += [element("p", diff.head), element("ul", [element("li", text) for text in changes])]
    return parts


def _method(evaluation: Evaluation, lang: Lang) -> list[Markup]:
    inputs = evaluation.inputs
    rows: list[list[str | Cell]] = []
    rows.append([say(lang, "report.hash.reading"), _as_of(evaluation, lang), _hash(evaluation.hash)])
    for version in inputs.versions:
        label = say(lang, "report.hash.agreement", n=version.version)
        rows.append([label, agreement_title(version, lang), _hash(version.hash)])
    rows.append([say(lang, "report.hash.log"), _log(evaluation, lang), _hash(inputs.log.hash)])
    facts = say(lang, "report.facts", n=number(len(inputs.facts), lang))
    rows.append([say(lang, "report.hash.facts"), facts, _hash(inputs.facts.hash)])
    return [
        element("p", say(lang, "report.method.text")),
        render_html(table(["", "", "SHA-256"], rows)),
        element("footer", say(lang, "report.made", version=_version())),
    ]


def _as_of(evaluation: Evaluation, lang: Lang) -> str:
    inputs = evaluation.inputs
    at = instant(inputs.as_of_us, inputs.zone, lang)
    return say(lang, "report.as_of", instant=at, zone=inputs.zone)


def _hash(digest: str) -> Cell:
    return Cell(digest, markup=element("span", digest, class_="hash"))


def _log(evaluation: Evaluation, lang: Lang) -> str:
    log, zone = evaluation.inputs.log, evaluation.inputs.zone
    if not log.n_events:
        return say(lang, "no_data")
    times = log.times_us()
    return say(
        lang,
        "report.log",
        cases=number(log.n_cases, lang),
        events=number(log.n_events, lang),
        first=instant(int(times.min()), zone, lang),
        last=instant(int(times.max()), zone, lang),
    )


def _version() -> str:
    from importlib.metadata import version

    return version("giao")
