"""`giao chain`: one case under several agreements: who held it when, whose time it was, whose clock broke first."""

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
    from giao.core.agreement.chain import ChainMonth, ChainReading, Support

EXAMPLES = """  giao chain desk.log sla.yaml --with ola:network-team.yaml --with underpinning:carrier.yaml
  giao chain desk.log sla.yaml --with ola:network-team.yaml --case INC0000047    one case: who held it when
  giao chain desk.log sla.yaml --with ola:network-team.yaml --clock resolution --month 2016-04
  giao chain desk.log sla.yaml --with ola:network-team.yaml --json
  giao chain --schema > chain.schema.json                     the JSON Schema of --json

Who holds a case is said by work.holder of the SLA; a supporting agreement binds its vendor.
exit codes: 0 the targets add up, 1 they do not (the findings say where), 2 the input cannot be used"""


def add(commands: Commands) -> None:
    found = command(commands, "chain", run, "say who held a case when, and whose clock broke first", EXAMPLES)
    add_reading(found)
    found.add_argument(
        "--with",
        metavar="KIND:PATH",
        dest="supports",
        action="append",
        default=[],
        help="a supporting agreement: ola:PATH (between teams) or underpinning:PATH (with a subcontractor)",
    )
    found.add_argument("--case", metavar="C", help="one case")
    found.add_argument(
        "--clock",
        metavar="K",
        help="a clock of the SLA (default: the one that most service levels are about)",
    )
    found.add_argument("--month", metavar="M", help="only this month, e.g. 2016-04")
    found.add_argument("--calendar", metavar="NAME", help="tell business time by this calendar of the SLA")
    found.add_argument(
        "--limit", metavar="N", type=int, default=12, help="parties listed a month (default: 12, 0: all)"
    )
    found.add_argument("--schema", action=_Schema, nargs=0, help="print the JSON Schema of --json and exit")


class _Schema(argparse.Action):
    """Like --help: answers at once, whatever else is on the line."""

    def __call__(self, parser: argparse.ArgumentParser, *others: Any) -> None:
        from giao.core.agreement.chain.output import chain_schema

        write_json(chain_schema())
        parser.exit(0)


def run(chosen: argparse.Namespace) -> int:
    from giao.core.agreement.chain import check_targets, months_of, read_chain
    from giao.core.report.words import say

    supports = [_support(text) for text in chosen.supports]
    teller = Teller(chosen.lang, chosen.quiet)
    versions = versions_of(chosen.agreement)
    as_of, facts = instant_of(chosen.as_of, versions), facts_of(chosen, versions)
    teller.share(say(chosen.lang, "cli.reading"), 0.0)
    log = log_of(chosen)
    tell_of_compiling(teller)
    try:
        chain = read_chain(log, versions, supports, facts=facts, as_of=as_of, calendar=chosen.calendar)
    finally:
        teller.finish()
    if chosen.clock is not None and chosen.clock not in chain.clocks:
        known = ", ".join(chain.clocks) or "none"
        raise Failure(
            told(
                "chain.no_clock",
                "the agreement has no clock {name!r} that ran; it has {known}",
                name=chosen.clock,
                known=known,
            )
        )
    if chosen.case is not None:
        return _case(chosen, chain)
    findings = check_targets(chain.agreement, supports)
    months = [
        month
        for month in months_of(chain, chosen.clock)
        if chosen.month is None or month.month == chosen.month
    ]
    if chosen.json:
        from giao.core.agreement.chain.output import chain_json

        write_json(chain_json(chain, months, findings))
    else:
        from giao.core.report.table import terminal_text
        from giao.core.report.words.told import tell

        for finding in findings:
            write(terminal_text(f"! {tell(chosen.lang, finding.message)}"))
        for month in months:
            _tell_month(chosen, chain, month)
        if not months:
            write(say(chosen.lang, "chain.no_clock"))
    return 1 if any(finding.kind != "not_comparable" for finding in findings) else 0


def _support(text: str) -> Support:
    from giao.core.agreement.chain import SUPPORT_KINDS, Support

    kind, colon, path = text.partition(":")
    for known in SUPPORT_KINDS:
        if kind == known and colon and path:
            return Support(known, tuple(versions_of(path)), key=Path(path).name)
    raise Failure(
        told(
            "chain.bad_with",
            "--with: {text!r} names no kind and file; write ola:PATH or underpinning:PATH",
            text=text,
        )
    )


def _case(chosen: argparse.Namespace, chain: ChainReading) -> int:
    from giao.core.agreement.chain import case_of
    from giao.core.log import LogError
    from giao.core.report.chain_words import (
        chain_clocks_table,
        held_table,
        party_words,
        share_words,
        verdict_words,
    )
    from giao.core.report.table import render_text, terminal_text
    from giao.core.report.words import say

    case = case_of(chain, chosen.case)
    if case is None:
        raise LogError(told("log.no_case", "the log has no case `{case_id}`", case_id=chosen.case))
    if chosen.json:
        from giao.core.agreement.chain.output import case_json

        write_json(case_json(chain, case))
        return 0
    lang, zone = chosen.lang, chain.inputs.zone
    if not case.stretches:
        write(say(lang, "chain.nobody_held"))
    else:
        write(render_text(held_table(case, zone, lang)))
        whole = sum(share.elapsed_us for share in case.shares)
        for share in case.shares:
            part = share_words(share.elapsed_us, whole, lang)
            write(terminal_text(f"  {party_words(share.party, lang)}: {part}"))
    write()
    write(render_text(chain_clocks_table(case, chain.agreement, zone, lang)))
    for clock in case.clocks:
        if chosen.clock in (None, clock.clock):
            for text in verdict_words(clock, chain.inputs.versions[clock.version], zone, lang):
                write(terminal_text(text))
    return 0


def _tell_month(chosen: argparse.Namespace, chain: ChainReading, month: ChainMonth) -> None:
    from giao.core.report.chain_words import month_table, month_words
    from giao.core.report.table import render_text, terminal_text
    from giao.core.report.words import say

    lang = chosen.lang
    write(terminal_text(month_words(month, chain.agreement, lang)))
    write(render_text(month_table(month, lang, limit=chosen.limit)))
    if chosen.limit and len(month.parties) > chosen.limit:
        write(say(lang, "cli.more", n=len(month.parties) - chosen.limit))
    write()
