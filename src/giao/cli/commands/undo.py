"""`giao undo`: an import taken out of a log, or put back; nothing is deleted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from giao.cli.arguments import Commands, command
from giao.cli.failure import Failure
from giao.cli.talk import write, write_json
from giao.core.told import told

EXAMPLES = """  giao undo desk.log --list                       the imports of the log, with their numbers
  giao undo desk.log                              take the last import out
  giao undo desk.log 2 --why "wrong month"        take import 2 out, the reason recorded
  giao undo desk.log 2 --restore                  put it back"""


def add(commands: Commands) -> None:
    found = command(commands, "undo", run, "take an import out of a log, or put it back", EXAMPLES)
    found.add_argument("log", metavar="LOG", help="a log folder")
    found.add_argument(
        "number", metavar="NUMBER", nargs="?", type=int, help="the import (default: the last one that counts)"
    )
    found.add_argument("--restore", action="store_true", help="put an import back that was undone")
    found.add_argument("--why", metavar="TEXT", default="", help="the reason, kept with the decision")
    found.add_argument("--list", action="store_true", help="show the imports, change nothing")


def run(chosen: argparse.Namespace) -> int:
    from giao.core.log import restore_import, undo_import
    from giao.core.log.folder import read_manifest
    from giao.core.report.words import say

    folder = Path(chosen.log)
    manifest = read_manifest(folder)
    decision: dict[str, Any] = {}
    if not chosen.list:
        number = _number(chosen, manifest)
        change = restore_import if chosen.restore else undo_import
        change(folder, number, why=chosen.why)
        manifest = read_manifest(folder)
        decision = {"import": number, "decision": "restore" if chosen.restore else "undo"}
    counts = _counts(folder, manifest)
    if chosen.json:
        write_json(
            {"log": chosen.log, **decision, **counts, "hash": manifest["hash"], "imports": _imports(manifest)}
        )
        return 0
    if decision:
        done = "cli.restored" if chosen.restore else "cli.undone"
        write(say(chosen.lang, done, number=str(decision["import"])))
    _tell(chosen, manifest, counts)
    return 0


def _number(chosen: argparse.Namespace, manifest: dict[str, Any]) -> int:
    """The import that is meant: the one named, else the last that can be undone (or put back)."""
    if chosen.number is not None:
        return int(chosen.number)
    open_to_it = [int(each["import"]) for each in manifest["imports"] if each["active"] != chosen.restore]
    if not open_to_it:
        raise Failure(told("failure.none_undone", "no import of {log} was undone", log=chosen.log))
    return open_to_it[-1]


def _counts(folder: Path, manifest: dict[str, Any]) -> dict[str, int]:
    from giao.core.log.part import Part

    head = Part(folder / str(manifest["current"])).head
    return {"cases": int(head["cases"]), "events": int(head["events"])}


def _imports(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Each import: number, whether it counts, files, what it held, and why it was last undone or put back."""
    return [
        {
            "import": each["import"],
            "active": each["active"],
            "files": [file["name"] for file in each["files"]],
            "cases": each["report"]["cases"],
            "events": each["report"]["events"],
            "decisions": [one for one in manifest.get("decisions", []) if one["import"] == each["import"]],
        }
        for each in manifest["imports"]
    ]


def _tell(chosen: argparse.Namespace, manifest: dict[str, Any], counts: dict[str, int]) -> None:
    from giao.core.report.formats import number
    from giao.core.report.table import render_text, table
    from giao.core.report.words import say

    lang = chosen.lang
    rows = [
        [
            str(each["import"]),
            say(lang, "cli.import.counts" if each["active"] else "cli.import.undone"),
            number(each["events"], lang),
            ", ".join(each["files"]),
            each["decisions"][-1]["why"] if each["decisions"] else "",
        ]
        for each in _imports(manifest)
    ]
    heads = [say(lang, f"cli.import.{name}") for name in ("number", "state", "events", "files", "why")]
    write(render_text(table(heads, rows)))
    told_counts = {name: number(count, lang) for name, count in counts.items()}
    write(say(lang, "cli.log.holds", **told_counts))
    write(say(lang, "cli.hash", hash=manifest["hash"]))
