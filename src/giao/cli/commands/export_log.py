"""`giao export`: a log as XES, OCEL 2.0, Parquet or CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from giao.cli.arguments import Commands, add_log, command
from giao.cli.failure import Failure
from giao.cli.talk import write, write_json

EXAMPLES = """  giao export incidents.log incidents.xes.gz
  giao export incidents.log incidents.sqlite --format ocel-sqlite
  giao export incidents.log shared.csv --mask resource --mask customer"""


def add(commands: Commands) -> None:
    found = command(commands, "export", run, "write a log as XES, OCEL 2.0, Parquet or CSV", EXAMPLES)
    add_log(found)
    found.add_argument("file", metavar="FILE", help="the file to write; its ending says the format")
    found.add_argument(
        "--format", metavar="NAME", help="xes, xes.gz, ocel-json, ocel-sqlite, parquet, csv, xlsx"
    )
    found.add_argument(
        "--mask", metavar="COLUMN", action="append", default=[], help="replace a column's values (repeatable)"
    )
    found.add_argument("--force", action="store_true", help="replace the file when it is there")


def run(chosen: argparse.Namespace) -> int:
    from giao.cli.inputs import log_of
    from giao.core.log.exporting import FORMATS, export_log, masked_log
    from giao.core.report.words import say
    from giao.core.told import told

    path = Path(chosen.file)
    name = path.name.lower()
    endings = sorted(FORMATS.items(), key=lambda item: -len(item[1]))
    format = chosen.format or next((each for each, end in endings if name.endswith(end)), "")
    if format not in FORMATS:
        raise Failure(
            told(
                "command.format",
                "the ending of {file} says no format; give --format with one of {known}",
                file=path,
                known=", ".join(FORMATS),
            )
        )
    if path.exists() and not chosen.force:
        raise Failure(told("command.there", "{file} is there already; --force replaces it", file=path))
    log = log_of(chosen)
    log.events(["case", *chosen.mask])  # an unknown column is a sentence, before anything is written
    draft = path.with_name(f".{path.name}.part{FORMATS[format]}")
    try:
        export_log(masked_log(log, chosen.mask), draft, format)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if chosen.json:
        write_json({"file": str(path), "format": format, "cases": log.n_cases, "events": log.n_events})
    else:
        write(say(chosen.lang, "cli.export.done", file=path, cases=log.n_cases, events=log.n_events))
    return 0
