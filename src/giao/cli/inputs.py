"""What the commands read: logs, agreements, facts, instants; each mistake answered with a sentence."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from giao.cli.failure import Failure
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.document.agreement import Agreement
    from giao.core.agreement.facts import Facts
    from giao.core.log import LogMapping
    from giao.core.log.model import EventLog


def mapping_of(chosen: argparse.Namespace) -> LogMapping | None:
    """The mapping that --map names, with what was said beside it on the command line."""
    from giao.core.log import LogMapping, load_mapping

    found = load_mapping(Path(chosen.map)) if chosen.map else None
    if chosen.zone:
        found = (found or LogMapping()).model_copy(update={"zone": chosen.zone})
    return found


def log_of(chosen: argparse.Namespace) -> EventLog:
    """A log folder, or a file read under its mapping (kept sealed in the cache)."""
    from giao.core.log import ImportNeeds, read_log

    if not Path(chosen.log).exists():
        raise Failure(
            told(
                "failure.no_log",
                "{log}: no such log; give a folder made by `giao import`, or a file",
                log=chosen.log,
            )
        )
    try:
        return read_log(Path(chosen.log), mapping_of(chosen))
    except ImportNeeds as needs:
        raise Failure(
            told(
                "failure.needs_more",
                "{log} needs more to be read: {needs}; or import it once: giao import {log} LOG --help",
                log=chosen.log,
                needs=needs,
            )
        ) from None


def versions_of(path: str) -> list[Agreement]:
    from giao.core.agreement.load import load_agreement

    with text_of(path):
        return load_agreement(path)


def facts_of(chosen: argparse.Namespace, versions: Sequence[Agreement]) -> Facts | None:
    from giao.core.agreement.context import zone_of
    from giao.core.agreement.facts import load_facts

    if not chosen.facts:
        return None
    with text_of(chosen.facts):
        return load_facts(chosen.facts, zone_of(versions[0]))


@contextmanager
def text_of(path: str) -> Iterator[None]:
    """Bytes that are no text, in this file or one of this folder, are the user's to mend."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Failure(
            told(
                "failure.not_utf8",
                "{place}: not UTF-8 at byte {start}; save the file as UTF-8",
                place=path,
                start=error.start,
            )
        ) from None


def instant_of(text: str | None, versions: Sequence[Agreement]) -> int | None:
    """--as-of as UTC microseconds. A date is its last instant: the whole day is seen."""
    from giao.core.agreement.context import zone_of
    from giao.core.agreement.facts import to_us

    if text is None:
        return None
    written = text.strip().replace("Z", "+00:00")
    try:
        parsed = datetime.fromisoformat(written)
    except ValueError:
        raise Failure(
            told(
                "failure.as_of",
                "--as-of: {text!r} is no instant; write 2016-05-12T18:00 (agreement's zone), "
                "2016-05-12T18:00+02:00, or a date",
                text=text,
            )
        ) from None
    if len(written) <= 10:
        parsed = parsed.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return to_us(parsed, zone_of(versions[0]))
