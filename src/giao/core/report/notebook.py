"""A reading in a notebook: an object that shows itself, in either language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from giao.core.agreement.evaluate import Evaluation
from giao.core.report.html import html_report, report_parts
from giao.core.report.style import CSS
from giao.core.report.summary import summary_lines
from giao.core.report.table import render_text
from giao.core.report.tables import kpi_matrix, statements_table
from giao.core.report.words import Lang


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
        # The sheet's page rules stay inside the report: a notebook has a body of its own.
        scoped = CSS.replace("body{", ".giao-report{").replace("main,", "")
        parts = "".join(part.text for part in report_parts(self.evaluation, self.lang))
        return f'<style>{scoped}</style><div class="giao-report">{parts}</div>'

    def __str__(self) -> str:
        tables = (kpi_matrix(self.evaluation, self.lang), statements_table(self.evaluation, self.lang))
        return "\n\n".join(["\n".join(summary_lines(self.evaluation, self.lang)), *map(render_text, tables)])

    __repr__ = __str__
