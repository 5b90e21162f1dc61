"""Entry of the command line: parse, run one command, answer with an exit code.

0 done · 1 findings (faults in an agreement) · 2 bad input or usage · 70 a fault of giao itself · 130 stopped.
Errors are one sentence on stderr; GIAO_DEBUG=1 shows the traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from giao.cli.failure import Failure, said
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.report.words import Lang

DONE, FINDINGS, BAD_INPUT, INTERNAL, STOPPED = 0, 1, 2, 70, 130

COMMANDS = (
    "import_log",
    "undo",
    "export_log",
    "check",
    "evaluate",
    "explain",
    "replay",
    "chain",
    "warm",
    "serve",
    "worker",
    "jobs",
    "demo",
    "audit",
    "watch",
    "backup",
    "restore",
)

EXAMPLES = """examples:
  giao import incidents.csv incidents.log --case number --activity state --time updated --zone Europe/Paris
  giao check agreement.yaml --log incidents.log
  giao evaluate incidents.log agreement.yaml --html report.html
  giao explain incidents.log agreement.yaml --case INC0000047
  giao demo && giao serve

A LOG is a folder made by `giao import`, or any file that needs no further mapping (else: --map FILE).
Give --help after a command for its own examples. Environment: GIAO_DEBUG=1 shows tracebacks,
GIAO_LANG=vi speaks Vietnamese, GIAO_DATA is the server's data folder (default ./.giao)."""


class _Parser(argparse.ArgumentParser):
    """Usage errors end in exit code 2 and one sentence that names the way to help."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"giao: {message}; see `{self.prog} --help`\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line, built without importing what the commands need."""
    found = _Parser(
        prog="giao",
        description="Outsourced work under its agreement: promises kept, money owed, what is about to break.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    found.add_argument("--version", action="store_true", help="print the version and exit")
    commands = found.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name in COMMANDS:
        import_module(f"giao.cli.commands.{name}").add(commands)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; never raises for bad input."""
    try:
        chosen = parser().parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else BAD_INPUT
    try:
        if chosen.version:
            from importlib.metadata import version

            print(f"giao {version('giao')}")
            return DONE
        if chosen.command is None:
            parser().print_help()
            return BAD_INPUT
        code: int = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader (head, less) went away: nothing is wrong, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        stopped = told("failure.stopped", "stopped; nothing half-written is left")
        print(f"giao: {_told(stopped, getattr(chosen, 'lang', 'en'))}", file=sys.stderr)
        return STOPPED
    except Exception as error:
        return _answer(error, getattr(chosen, "lang", "en"))


def _answer(error: Exception, lang: Lang) -> int:
    if os.environ.get("GIAO_DEBUG"):
        traceback.print_exc()
    if isinstance(error, Failure):
        print(f"giao: {_told(str(error), lang)}", file=sys.stderr)
        return error.code
    sentence = said(error)
    if sentence is not None:
        print(f"giao: {_told(sentence, lang)}", file=sys.stderr)
        return BAD_INPUT
    ours = told(
        "failure.ours",
        "a fault of giao itself ({kind}: {error}); run it again with GIAO_DEBUG=1 and report what it prints",
        kind=type(error).__name__,
        error=str(error),
    )
    print(f"giao: {_told(ours, lang)}", file=sys.stderr)
    return INTERNAL


def _told(sentence: str, lang: Lang) -> str:
    """In the language asked for; the catalogue is read for Vietnamese only."""
    if lang == "en":
        return sentence
    from giao.core.report.words.told import tell

    return tell(lang, sentence)


if __name__ == "__main__":
    sys.exit(main())
