"""`giao warm`: compile every kernel once, on a log of two cases."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from giao.cli.arguments import Commands, command
from giao.cli.talk import write, write_json

if TYPE_CHECKING:
    from giao.core.log import EventLog

EXAMPLES = """  giao warm          after installing, or in an image that is built once"""

AGREEMENT = """
giao: 1
name: warm
parties: {client: {name: Client}, vendor: {name: Vendor}}
term: {start: 2024-01-01, end: 2024-12-31}
currency: EUR
calendars: {office: {zone: Europe/Paris, hours: {mon-fri: [["09:00", "17:00"]]}, holidays: FR}}
work: {received: Open, delivered: Done, attributes: {urgent: {type: boolean, changes: true}}}
clocks:
  whole: {start: Open, stop: Done, calendar: office, paused_while: {from: Wait, until: Go}, reopen: sum,
    targets: [{within: 2 business days, cut_off: "15:00"}]}
  each: {start: Open, stop: Done, reopen: each, calendar: office, reclassify: restart,
    targets: [{when: urgent, within: 4 business hours}, {within: 8 business hours}]}
  shares: {start: Open, stop: Done, reopen: last, calendar: office, reclassify: proportional,
    targets: [{when: urgent, within: 4 business hours}, {within: 8 business hours}]}
  elapsed: {start: Open, stop: Done, paused_while: 'activity = "Wait"', targets: [{within: 3 days}]}
kpis:
  in_time: {kind: share_in_target, clock: whole, count_at: due, expected: 90%, points: 50}
  mean: {kind: mean, clock: each, count_at: stop, expected: 8 hours}
  p90: {kind: percentile, p: 90%, clock: elapsed, count_at: stop, expected: 30 hours}
  old: {kind: backlog, older_than: 2 business days, calendar: office, expected: 5}
credits: {at_risk: 10%}
pricing: [{per_unit: delivered, price: 5}, {fixed: 100}]
tax: [{code: standard, rate: 20%}]
"""


def add(commands: Commands) -> None:
    command(commands, "warm", run, "compile once, so that no later call has to", EXAMPLES)


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say

    begun = time.monotonic()
    warm()
    seconds = f"{time.monotonic() - begun:.1f}"
    if chosen.json:
        write_json({"seconds": float(seconds)})
    else:
        write(say(chosen.lang, "cli.warm.done", seconds=seconds))
    return 0


def warm() -> None:
    """Evaluate a log of two cases under an agreement that uses every kernel."""
    import polars as pl

    from giao.core.agreement.evaluate import evaluate
    from giao.core.agreement.load import parse_agreement
    from giao.core.log import LogMapping, log_from_frame

    rows = [
        ("1", "Open", "2024-03-04T10:00:00Z", False),
        ("1", "Wait", "2024-03-04T12:00:00Z", False),
        ("1", "Go", "2024-03-05T12:00:00Z", True),
        ("1", "Done", "2024-03-06T12:00:00Z", True),
        ("2", "Open", "2024-03-05T08:00:00Z", False),
    ]
    frame = pl.DataFrame(rows, schema=["case", "activity", "time", "urgent"], orient="row")
    log = log_from_frame(frame, LogMapping(case="case", activity="activity", time="time"))
    versions = parse_agreement(AGREEMENT, "warm")
    evaluate(log, versions)
    warm_mining(log)


def warm_mining(log: EventLog) -> None:
    """Ask every question of mining once, of a log with few codes and of one with many (codes have a width)."""
    import polars as pl

    from giao.core.log import LogMapping, log_from_frame
    from giao.core.mining import Follows, Has, explore

    names = [f"a{number:03d}" for number in range(300)]
    frame = pl.DataFrame(
        {"case": [str(at % 7) for at in range(300)], "activity": names, "resource": names, "time": range(300)}
    ).with_columns(pl.from_epoch(pl.col("time")).dt.replace_time_zone("UTC"))
    mapping = LogMapping(case="case", activity="activity", time="time", resource="resource")
    for one in (log, log_from_frame(frame, mapping), log_from_frame(frame.head(20), mapping)):
        mine = explore(one)
        mine.map(0.5, 0.5)
        mine.variants()
        mine.throughput()
        mine.rework()
        first = (mine.activities[0],)
        mine.filter(Has(first) | Follows(first, first) | Follows(first, first, directly=False)).map()
        if "resource" in one.columns:
            mine.handover()
            mine.ping_pong()
            mine.bottlenecks("resource")
