"""`giao explain`: why a clock, a service level, a credit or a charge is what it is; and why a case is missing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, add_reading, command
from giao.cli.commands.evaluate import compute
from giao.cli.failure import Failure
from giao.cli.talk import write, write_json
from giao.core.told import told

if TYPE_CHECKING:
    pass

EXAMPLES = """  giao explain desk.log agreement.yaml --case INC0000047                     every clock of a case
  giao explain desk.log agreement.yaml --case INC0000047 --clock resolution   one of them
  giao explain desk.log agreement.yaml --kpi resolved --window 2016-04        the cases behind a number
  giao explain desk.log agreement.yaml --kpi resolved --window 2016-04 --case INC0000047   in or out, and why
  giao explain desk.log agreement.yaml --month 2016-04 --credit resolved      the arithmetic of a credit
  giao explain desk.log agreement.yaml --month 2016-04 --line management      the arithmetic of a charge"""


def add(commands: Commands) -> None:
    found = command(commands, "explain", run, "say why a figure is what it is", EXAMPLES)
    add_reading(found)
    found.add_argument("--case", metavar="C", help="a case: its clocks, or with --kpi its part in a number")
    found.add_argument("--clock", metavar="K", help="only this clock of the case")
    found.add_argument("--kpi", metavar="K", help="a service level")
    found.add_argument("--window", metavar="W", help="its window, e.g. 2016-04, 2016-Q2, 2016-W17")
    found.add_argument("--month", metavar="M", help="a statement's month, e.g. 2016-04")
    found.add_argument("--credit", metavar="K", help="the credit of this service level")
    found.add_argument("--line", metavar="L", help="this charge line")
    found.add_argument(
        "--limit", metavar="N", type=int, default=20, help="cases listed (default: 20, 0: all)"
    )


def run(chosen: argparse.Namespace) -> int:
    """Which question was asked, decided before anything is computed."""
    answer = _question(chosen)
    evaluation = compute(chosen)
    found = answer(chosen, evaluation)
    if chosen.json:
        write_json(found.json)
    else:
        for line in found.lines:
            write(line)
    return 0


def _question(chosen: argparse.Namespace) -> Any:
    from giao.cli import answers

    if chosen.kpi:
        if not chosen.window:
            raise Failure(
                told("failure.which_window", "say which window of the service level, e.g. --window 2016-04")
            )
        return answers.case_in_number if chosen.case else answers.number_behind
    if chosen.month:
        if bool(chosen.credit) == bool(chosen.line):
            raise Failure(
                told("failure.credit_or_line", "with --month say either --credit KPI or --line NAME")
            )
        return answers.credit if chosen.credit else answers.charge
    if chosen.case:
        return answers.case
    raise Failure(
        told(
            "failure.what_to_explain",
            "say what to explain: --case C, --kpi K --window W, or --month M with --credit K or --line L",
        )
    )
