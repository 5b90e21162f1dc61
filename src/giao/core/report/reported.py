"""What the vendor reported beside what was measured: facts of type ``giao.fact.reported`` against our results."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import KpiResult
from giao.core.report.formats import measure, number, window
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.table import Cell, Table, table
from giao.core.report.tables import value_words
from giao.core.report.words import Lang, say


@dataclass(frozen=True)
class Reported:
    """One figure of the vendor's; `measured` is None where we measure no such window. `source`: where it says it is from."""

    kpi: str
    window: str
    value: Fraction
    measured: KpiResult | None
    source: str

    @property
    def difference(self) -> Fraction | None:
        """Reported − measured, in the unit of the service level."""
        known = self.measured.value if self.measured else None
        return None if known is None else self.value - known


def reported_figures(evaluation: Evaluation) -> list[Reported]:
    """The latest figure reported for each service level and window, in the agreement's order."""
    results = {(result.kpi, result.window.id): result for result in evaluation.kpis.results}
    found: dict[tuple[str, str], Reported] = {}
    for fact in sorted(evaluation.inputs.facts.of("fact.reported"), key=lambda item: item.recorded_us):
        key = str(fact.data["kpi"]), str(fact.data["window"])
        source = str(fact.data.get("source") or fact.data.get("by") or "")
        found[key] = Reported(*key, Fraction(fact.number("value")), results.get(key), source)
    order = {name: place for place, name in enumerate(evaluation.agreement.kpis)}
    return sorted(found.values(), key=lambda item: (order.get(item.kpi, len(order)), item.kpi, item.window))


def reported_table(evaluation: Evaluation, lang: Lang) -> Table:
    """Service level, window, reported, measured, difference, source."""
    rows = []
    for item in reported_figures(evaluation):
        unit = item.measured.unit if item.measured else "number"
        difference = item.difference
        if difference is None:
            apart = ""
        elif unit == "share":
            apart = say(lang, "reported.points", n=number(difference * 100, lang, 1))
        else:
            apart = measure(difference, unit, lang)
        rows.append(
            [
                Cell(kpi_title(evaluation.agreement, item.kpi, lang)),
                Cell(window(item.window, lang)),
                Cell(measure(item.value, unit, lang)),
                Cell(value_words(item.measured, lang) if item.measured else say(lang, "no_data")),
                Cell(apart),
                Cell(item.source),
            ]
        )
    heads = [say(lang, "column.kpi"), say(lang, "column.window")]
    heads += [f">{say(lang, f'column.{name}')}" for name in ("reported", "measured", "difference")]
    return table([*heads, say(lang, "column.source")], rows)
