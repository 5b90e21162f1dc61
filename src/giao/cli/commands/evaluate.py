"""`giao evaluate`: every promise, every clock, every statement, as a table, JSON, a report or Parquet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, add_reading, command
from giao.cli.failure import Failure
from giao.cli.inputs import facts_of, instant_of, log_of, versions_of
from giao.cli.talk import Teller, write, write_json
from giao.cli.warmth import tell_of_compiling
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.evaluate import Evaluation

EXAMPLES = """  giao evaluate desk.log agreement.yaml
  giao evaluate desk.log agreement.yaml --facts facts.yaml --as-of 2016-05-12T18:00 --html report.html
  giao evaluate desk.log agreement.yaml --json | jq '.kpis[] | select(.state == "minimum_default")'
  giao evaluate desk.log agreement.yaml --parquet results/       the cases behind every number
  giao evaluate desk.log agreement.yaml --pack pack.pdf --month 2016-04   the statement pack of a month, for both sides
  giao evaluate --schema > reading.schema.json                   the JSON Schema of --json"""


def add(commands: Commands) -> None:
    found = command(commands, "evaluate", run, "measure every promise and compute every statement", EXAMPLES)
    add_reading(found)
    found.add_argument("--html", metavar="FILE", help="write a self-contained report")
    found.add_argument(
        "--pack", metavar="FILE", help="write a month's statement pack as PDF (in the language of --lang)"
    )
    found.add_argument(
        "--month", metavar="YYYY-MM", help="month of the pack (default: the last one that is over)"
    )
    found.add_argument("--parquet", metavar="DIR", help="write case-level results (cases, clocks, members)")
    found.add_argument("--schema", action=_Schema, nargs=0, help="print the JSON Schema of --json and exit")
    found.add_argument(
        "--windows", metavar="N", type=int, default=6, help="windows shown in the table (default: 6)"
    )


class _Schema(argparse.Action):
    """Like --help: answers at once, whatever else is on the line."""

    def __call__(self, parser: argparse.ArgumentParser, *others: Any) -> None:
        from giao.core.agreement.output_schema import output_schema

        write_json(output_schema())
        parser.exit(0)


def run(chosen: argparse.Namespace) -> int:
    evaluation = compute(chosen)
    if chosen.html:
        from giao.core.report.html import html_report

        write_whole(Path(chosen.html), html_report(evaluation, chosen.lang))
    if chosen.pack:
        write_pack(evaluation, chosen)
    if chosen.parquet:
        from giao.core.agreement.store import write_parquet

        write_parquet(evaluation, chosen.parquet)
    if chosen.json:
        from giao.core.agreement.output import to_json

        write_json(to_json(evaluation))
    else:
        tell(chosen, evaluation)
    return 0


def compute(chosen: argparse.Namespace) -> Evaluation:
    """Read the inputs of the command line and evaluate them, with progress on stderr."""
    from giao.core.agreement.evaluate import evaluate
    from giao.core.report.words import say

    teller = Teller(chosen.lang, chosen.quiet)
    versions = versions_of(chosen.agreement)
    as_of = instant_of(chosen.as_of, versions)
    facts = facts_of(chosen, versions)
    teller.share(say(chosen.lang, "cli.reading"), 0.0)
    log = log_of(chosen)
    unseen = sorted({name for version in versions for name in version.work.attributes} - set(log.columns))
    if unseen:
        teller.note(say(chosen.lang, "cli.unseen", names=", ".join(unseen)))
    tell_of_compiling(teller)
    try:
        return evaluate(log, versions, facts=facts, as_of=as_of, progress=teller.evaluating)
    finally:
        teller.finish()


def write_whole(place: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a killed process leaves the old one."""
    draft = place.with_name(f".{place.name}.part")
    draft.write_bytes(content if isinstance(content, bytes) else content.encode())
    draft.replace(place)


def write_pack(evaluation: Evaluation, chosen: argparse.Namespace) -> None:
    """The pack of the month asked for. Raises Failure for a month without a statement."""
    from giao.core.report.pack import pack_pdf
    from giao.core.report.pack.source import month_over, source_of

    months = [statement.month for statement in evaluation.statements]
    month = chosen.month or month_over(evaluation)
    if month not in months:
        raise Failure(
            told(
                "failure.pack_month",
                "--month: there is no statement of {month!r}; months: {known}",
                month=month,
                known=", ".join(months) or "none",
            )
        )
    write_whole(Path(chosen.pack), pack_pdf(source_of(evaluation, month), chosen.lang))


def tell(chosen: argparse.Namespace, evaluation: Evaluation) -> None:
    from giao.core.report.summary import summary_lines
    from giao.core.report.table import render_text
    from giao.core.report.tables import clock_counts_table, kpi_matrix, statements_table
    from giao.core.report.words import say

    lang = chosen.lang
    for line in summary_lines(evaluation, lang):
        write(line)
    tables = (
        kpi_matrix(evaluation, lang, last=max(chosen.windows, 1)),
        statements_table(evaluation, lang),
        clock_counts_table(evaluation, lang),
    )
    for found in tables:
        if found.rows:
            write()
            write(render_text(found))
        if found is tables[0] and any(result.provisional for result in evaluation.kpis.results):
            write(say(lang, "report.provisional"))
