"""Arguments that several commands share, and what they mean."""

from __future__ import annotations

import argparse
import locale
import os
from typing import Any

from giao.core.report.words import LANGS, Lang

Commands = Any
"""argparse's action of sub-commands (its type is private)."""


def command(commands: Commands, name: str, run: Any, help_: str, examples: str) -> argparse.ArgumentParser:
    """A sub-command with its help, examples and the options that every command has."""
    found: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        epilog="examples:\n" + examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    found.set_defaults(run=run)
    found.add_argument("--json", action="store_true", help="print JSON on stdout")
    found.add_argument(
        "--lang",
        choices=LANGS,
        default=default_language(),
        help="language of what is printed (default: %(default)s)",
    )
    found.add_argument("--quiet", "-q", action="store_true", help="no progress on stderr")
    return found


def default_language() -> Lang:
    """GIAO_LANG, else the locale's language when giao speaks it, else English."""
    wanted = os.environ.get("GIAO_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if not wanted:
        wanted = locale.getlocale()[0] or ""
    return "vi" if wanted.lower().startswith(("vi", "vietnam")) else "en"


def add_log(found: argparse.ArgumentParser) -> None:
    found.add_argument("log", metavar="LOG", help="a log folder, or a file that import reads")
    add_log_options(found)


def add_log_options(found: argparse.ArgumentParser) -> None:
    found.add_argument("--map", metavar="FILE", help="mapping (YAML or JSON) when LOG is a file")
    found.add_argument("--zone", metavar="ZONE", help="IANA zone of times without offset, when LOG is a file")


def add_reading(found: argparse.ArgumentParser) -> None:
    """LOG, AGREEMENT, --facts, --as-of: the whole input of a reading."""
    add_log(found)
    found.add_argument(
        "agreement", metavar="AGREEMENT", help="agreement: a YAML or JSON file, or a folder of versions"
    )
    add_instant(found)


def add_instant(found: argparse.ArgumentParser) -> None:
    found.add_argument(
        "--facts", metavar="FILE", help="rates, index values, staff days, decisions (YAML, JSON, CSV)"
    )
    found.add_argument(
        "--as-of",
        metavar="T",
        help="read as of this instant: 2016-05-12T18:00 in the agreement's zone, or with an offset (default: last record)",
    )
