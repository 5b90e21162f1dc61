"""`giao replay`: the same months under a draft; what would have been owed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, add_instant, add_log, command
from giao.cli.inputs import facts_of, instant_of, log_of, versions_of
from giao.cli.talk import Teller, write, write_json
from giao.cli.warmth import tell_of_compiling

if TYPE_CHECKING:
    from giao.core.agreement.replay import Replay

EXAMPLES = """  giao replay desk.log agreement.yaml draft.yaml
  giao replay desk.log agreement.yaml draft.yaml --facts facts.yaml --as-of 2016-05-12T18:00 --json"""

_FIELDS = ("fees", "credit_total", "net", "tax", "total")


def add(commands: Commands) -> None:
    found = command(
        commands, "replay", run, "compute past months again under a draft, side by side", EXAMPLES
    )
    add_log(found)
    found.add_argument("actual", metavar="ACTUAL", help="the agreement in force")
    found.add_argument("draft", metavar="DRAFT", help="the draft")
    add_instant(found)


def run(chosen: argparse.Namespace) -> int:
    from giao.core.agreement.replay import replay
    from giao.core.report.words import say

    teller = Teller(chosen.lang, chosen.quiet)
    actual, draft = versions_of(chosen.actual), versions_of(chosen.draft)
    as_of, facts = instant_of(chosen.as_of, actual), facts_of(chosen, actual)
    teller.share(say(chosen.lang, "cli.reading"), 0.0)
    log = log_of(chosen)
    tell_of_compiling(teller)
    try:
        found = replay(log, actual, draft, facts=facts, as_of=as_of, progress=teller.evaluating)
    finally:
        teller.finish()
    if chosen.json:
        write_json(replay_json(found))
    else:
        _tell(chosen, found)
    return 0


def replay_json(found: Replay) -> dict[str, Any]:
    """Both readings month by month and KPI by KPI; money as decimal strings, draft − actual as difference."""
    from giao.core.agreement.output import kpi_json, statement_json

    return {
        "actual": found.actual.hash,
        "draft": found.draft.hash,
        "currency": found.actual.agreement.currency,
        "months": [
            {
                "month": pair.month,
                "actual": statement_json(pair.actual) if pair.actual else None,
                "draft": statement_json(pair.draft) if pair.draft else None,
                "difference": {name: str(pair.difference(name)) for name in _FIELDS},
            }
            for pair in found.months
        ],
        "kpis": [
            {
                "kpi": pair.kpi,
                "window": pair.window,
                "actual": kpi_json(pair.actual) if pair.actual else None,
                "draft": kpi_json(pair.draft) if pair.draft else None,
                "changed": pair.changed,
            }
            for pair in found.kpis
        ],
        "difference": {name: str(found.total(name)) for name in _FIELDS},
    }


def _tell(chosen: argparse.Namespace, found: Replay) -> None:
    from giao.core.report.table import render_text
    from giao.core.report.tables import replay_kpis_table, replay_months_table
    from giao.core.report.words import say

    write(render_text(replay_months_table(found, chosen.lang)))
    write()
    kpis = replay_kpis_table(found, chosen.lang)
    write(render_text(kpis) if kpis.rows else say(chosen.lang, "replay.same"))
