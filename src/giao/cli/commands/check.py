"""`giao check`: is an agreement well formed, does it say one thing, does it fit the log."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, add_log_options, command
from giao.cli.inputs import log_of, text_of
from giao.cli.talk import write, write_json
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.errors import Fault

EXAMPLES = """  giao check agreement.yaml
  giao check agreement.yaml --log desk.log          also names and types against the log's columns
  giao check --schema > agreement.schema.json       the JSON Schema of the document, for an editor

exit codes: 0 nothing to mend (there may be warnings), 1 errors found, 2 the file cannot be read"""


def add(commands: Commands) -> None:
    found = command(commands, "check", run, "find faults in an agreement, with line, path and mend", EXAMPLES)
    found.add_argument(
        "agreement", metavar="AGREEMENT", nargs="?", help="YAML or JSON file, or a folder of versions"
    )
    found.add_argument("--log", metavar="LOG", help="check names and types against this log too")
    found.add_argument("--schema", action="store_true", help="print the JSON Schema of the document")
    add_log_options(found)


def run(chosen: argparse.Namespace) -> int:
    from giao.cli.failure import Failure

    if chosen.schema:
        from giao.core.agreement.load import json_schema

        write_json(json_schema())
        return 0
    if not chosen.agreement:
        raise Failure(told("failure.which_agreement", "say which agreement to check, or --schema"))
    faults = find_faults(chosen)
    errors = [fault for fault in faults if fault.severity == "error"]
    if chosen.json:
        write_json(
            {
                "agreement": chosen.agreement,
                "errors": len(errors),
                "faults": [_plain(fault) for fault in faults],
            }
        )
    else:
        _tell(chosen, faults, len(errors))
    return 1 if errors else 0


def find_faults(chosen: argparse.Namespace) -> list[Fault]:
    """Form and meaning of every version; each fault with its line where the source is one file."""
    from giao.core.agreement.check import check, check_text
    from giao.core.agreement.load import load_agreement

    log = log_of(chosen) if chosen.log else None
    place = Path(chosen.agreement)
    with text_of(chosen.agreement):
        if place.is_dir():
            return check(load_agreement(place), log)
        return check_text(place.read_text(encoding="utf-8-sig"), place.name, log)


def _plain(fault: Fault) -> dict[str, Any]:
    return {
        "severity": fault.severity,
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "message": fault.message,
    }


def _tell(chosen: argparse.Namespace, faults: list[Fault], errors: int) -> None:
    from giao.core.report.table import terminal_text
    from giao.core.report.words import say
    from giao.core.report.words.told import tell

    lang, source = chosen.lang, chosen.agreement
    for fault in faults:
        where = f"{source}:{fault.line}:{fault.column}" if fault.line else source
        path = f" {fault.path}:" if fault.path else ""
        kind = say(lang, f"cli.{fault.severity}")
        for line in f"{where}: {kind}:{path} {tell(lang, fault.message)}".split("\n"):
            write(terminal_text(line))
    if faults:
        write(say(lang, "cli.check.found", source=source, errors=errors, warnings=len(faults) - errors))
    else:
        write(say(lang, "cli.check.ok", source=source))
