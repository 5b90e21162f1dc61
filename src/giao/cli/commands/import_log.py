"""`giao import`: a file into a sealed log, every row accounted for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from giao.cli.arguments import Commands, command
from giao.cli.failure import Failure
from giao.cli.talk import Teller, write, write_json
from giao.core.told import series, told

EXAMPLES = """  giao import incidents.csv incidents.log --case number --activity state --time updated --zone Europe/Paris
  giao import export.xes.gz claims.log
  giao import snapshots.csv desk.log --shape snapshot --case number --state incident_state --time sys_updated_at \\
      --date-format "%d/%m/%Y %H:%M" --null "?" --zone America/Sao_Paulo
  giao import march.csv desk.log --map desk.mapping.yaml --append
  giao import orders.sqlite orders.log --object-type orders --resource-type employees --zone Europe/Berlin
  giao import huge.csv.gz huge.log --zone UTC --memory 2GiB     sorts on the disk what does not fit
  giao import incidents.csv - --preview          show what the columns are taken for, write nothing"""

_TEXTS = (
    "case",
    "activity",
    "time",
    "start",
    "recorded",
    "sequence",
    "lifecycle",
    "resource",
    "group",
    "role",
    "cost",
)
_LISTS = {"null": "null_values", "hindsight": "hindsight", "personal": "personal", "include": "include",
          "exclude": "exclude", "pseudonymise": "pseudonymise"}  # fmt: skip


def add(commands: Commands) -> None:
    found = command(commands, "import", run, "read an event log into a sealed folder", EXAMPLES)
    found.add_argument(
        "file", metavar="FILE", help="CSV, XES, OCEL 2.0, Parquet, Excel or JSON lines, packed or not"
    )
    found.add_argument("log", metavar="LOG", help="folder to write; - with --preview")
    for name in _TEXTS:
        found.add_argument(f"--{name}", metavar="COL", help=f"column of the {name}")
    found.add_argument("--state", metavar="COL", help="snapshots: column whose value is the activity")
    found.add_argument(
        "--shape", choices=("event", "case", "snapshot"), help="what a row is (default: found)"
    )
    found.add_argument(
        "--zone", metavar="ZONE", help="IANA zone of times without offset, e.g. Asia/Ho_Chi_Minh"
    )
    found.add_argument("--map", metavar="FILE", help="mapping (YAML or JSON); options given here win")
    found.add_argument("--date-format", metavar="F", help='e.g. "%%d/%%m/%%Y %%H:%%M"')
    found.add_argument("--encoding", metavar="NAME")
    found.add_argument("--delimiter", metavar="C")
    found.add_argument("--decimal", choices=(".", ","), help="decimal sign of numbers")
    found.add_argument("--classifier", metavar="NAME", help="XES: classifier that gives the activity")
    found.add_argument("--sheet", metavar="NAME", help="Excel: sheet")
    found.add_argument("--object-type", metavar="T", help="OCEL: object type that is the case")
    found.add_argument("--resource-type", metavar="T", help="OCEL: object type of those who do the work")
    for name in _LISTS:
        what = "text that means no value" if name == "null" else f"column: {name}"
        found.add_argument(f"--{name}", metavar="X", action="append", help=f"{what} (may be repeated)")
    found.add_argument("--key-file", metavar="FILE", help="secret of the keyed hash for --pseudonymise")
    found.add_argument(
        "--memory",
        metavar="SIZE",
        help="memory to use, e.g. 2GiB; the rest goes by way of the disk beside LOG (default: GIAO_MEMORY, else half "
        "of what is free)",
    )
    how = found.add_mutually_exclusive_group()
    how.add_argument("--replace", action="store_true", help="replace a log that is there")
    how.add_argument("--append", action="store_true", help="add to a log that is there")
    how.add_argument(
        "--preview", action="store_true", help="show the columns and open questions, write nothing"
    )


def run(chosen: argparse.Namespace) -> int:
    from giao.core.log import ImportNeeds, LogMapping, load_mapping

    mapping = load_mapping(Path(chosen.map)) if chosen.map else LogMapping()
    mapping = LogMapping.model_validate({**mapping.model_dump(exclude_unset=True), **_said(chosen)})
    if not Path(chosen.file).is_file():
        raise Failure(told("failure.no_file", "{file}: no such file; check the path", file=chosen.file))
    if chosen.preview:
        return _preview(chosen, mapping)
    teller = Teller(chosen.lang, chosen.quiet)
    try:
        report = _import(chosen, mapping, teller)
    except ImportNeeds as needs:
        head = told("failure.asks", "{file} needs more to be read:", file=chosen.file)
        raise Failure(series("\n  ", (head, *(need.sentence for need in needs.needs)))) from None
    finally:
        teller.finish()
    if chosen.json:
        write_json({**report.to_json(), "log": chosen.log})
    else:
        _tell(chosen, report)
    return 0


def _said(chosen: argparse.Namespace) -> dict[str, Any]:
    """What the command line says of the mapping."""
    names = {name: name for name in (*_TEXTS, "state", "shape", "zone", "date_format", "encoding", "delimiter",
                                     "decimal", "classifier", "sheet", "object_type", "resource_type")} | _LISTS  # fmt: skip
    given = {
        field: getattr(chosen, name) for name, field in names.items() if getattr(chosen, name) is not None
    }
    if "state" in given and "shape" not in given:
        given["shape"] = "snapshot"
    return given


def _import(chosen: argparse.Namespace, mapping: Any, teller: Teller) -> Any:
    from giao.core.log import append, import_log
    from giao.core.log.memory import memory_size

    more: dict[str, Any] = {
        "key": Path(chosen.key_file).read_bytes().strip() if chosen.key_file else None,
        "progress": teller.bytes_read,
        "sorting": teller.sorted,
        "memory": memory_size(chosen.memory) if chosen.memory else None,
    }
    if chosen.append:
        return append(chosen.log, chosen.file, mapping if chosen.map or _said(chosen) else None, **more)
    return import_log(chosen.file, chosen.log, mapping, replace=chosen.replace, **more)


def _tell(chosen: argparse.Namespace, report: Any) -> None:
    from giao.core.report.formats import number
    from giao.core.report.words import say
    from giao.core.report.words.told import tell, why_set_aside

    lang = chosen.lang
    counts = {name: number(getattr(report, name), lang) for name in ("cases", "events", "activities")}
    write(say(lang, "cli.imported", **counts))
    if report.ties:
        write(say(lang, "cli.ties", n=number(report.ties, lang)))
    if report.unchanged:
        write(say(lang, "cli.unchanged", n=number(report.unchanged, lang)))
    rejected = sum(report.rejected.values())
    if rejected:
        reasons = ", ".join(
            f"{number(count, lang)} × {why_set_aside(lang, reason)}"
            for reason, count in report.rejected.items()
        )
        write(say(lang, "cli.rejected", n=number(rejected, lang), reasons=reasons))
        write(say(lang, "cli.rejected.where", path=report.rejected_path))
    else:
        write(say(lang, "cli.rejected.none"))
    for warning in report.warnings:
        write(f"{say(lang, 'cli.warning')}: {tell(lang, warning)}")
    write(say(lang, "cli.written", path=chosen.log))
    write(say(lang, "cli.hash", hash=report.hash))


def _preview(chosen: argparse.Namespace, mapping: Any) -> int:
    from giao.core.log import dump_mapping, propose_mapping
    from giao.core.report.table import render_text, table
    from giao.core.report.words.told import tell

    proposal = propose_mapping(chosen.file, mapping)
    questions = [need.sentence for need in proposal.questions]
    if chosen.json:
        found = proposal.mapping.model_dump(exclude_defaults=True)
        write_json(
            {"mapping": found, "detected": proposal.detected, "questions": questions, "hints": proposal.hints}
        )
        return 0
    write(dump_mapping(proposal.mapping).strip())
    rows = [["" if value is None else str(value) for value in row] for row in proposal.preview.head(8).rows()]
    write(render_text(table(proposal.preview.columns, rows), most=20))
    for sentence in (
        *proposal.hints,
        *(told("failure.question", "? {sentence}", sentence=question) for question in questions),
    ):
        write(tell(chosen.lang, sentence))
    return 0
