"""A small service desk that exercises every page: eleven service levels of ten kinds, hostile ids and values, persons.

Plain data, deterministic; the journeys seed a server with the same.
"""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ZONE = "Asia/Ho_Chi_Minh"
AS_OF = datetime(2024, 3, 20, 3, 0, tzinfo=UTC)  # Wednesday 10:00 in Hanoi
HOSTILE = [
    "A/B/../C",
    "..",
    "quote\"'<b>&amp;",
    '=HYPERLINK("http://x")',
    "đơn hàng số 7",
    "trailing/",
    "100% ? #1",
    "~tilde",
]

AGREEMENT = """\
giao: 1
name: small-desk
title: {en: Small desk, vi: Bàn hỗ trợ nhỏ}
parties: {client: {name: Acme, country: VN}, vendor: {name: Example BPO, country: VN}}
term: {start: 2024-01-01, end: 2025-12-31}
currency: EUR
zone: Asia/Ho_Chi_Minh
calendars:
  office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "12:00"], ["13:00", "17:00"]]}, holidays: VN}
work:
  received: {activity: Opened}
  delivered: {activity: Resolved}
  cancelled: {activity: Withdrawn}
  attributes:
    priority: {type: string, changes: true}
    site: {type: string}
    customer: {type: string, personal: true, label: Customer}
    score_given: {type: number}
    hops: {type: number, changes: true}
    vendor_says: {type: boolean, changes: true}
    note: {type: string}
  holder:
    - {after: {activity: Waiting}, by: client}
    - {after: {activity: [Opened, Assigned, Answered]}, by: vendor}
  group: site
clocks:
  resolution:
    title: {en: Resolution, vi: Khắc phục}
    start: {activity: Opened}
    stop: {activity: Resolved}
    paused_while: 'activity = "Waiting"'
    calendar: office
    reclassify: start
    targets:
      - {when: 'priority = "1"', within: 4 business hours}
      - {within: 2 business days}
  response:
    title: {en: First answer, vi: Phản hồi đầu tiên}
    start: {activity: Opened}
    stop: {activity: [Assigned, Waiting, Resolved]}
    calendar: office
    targets: [{within: 2 business hours}]
relief:
  - {name: outage, kind: client_caused, effect: case, agree: both}
kpis:
  resolved:
    title: {en: Resolved in time, vi: Khắc phục đúng hạn}
    kind: share_in_target
    clock: resolution
    count_at: due
    by: site
    exclude: 'note = "test"'
    expected: 90%
    minimum: 70%
    points: 60
  at_stop:
    title: {en: Resolved in time by their end, vi: Khắc phục đúng hạn tính lúc kết thúc}
    kind: share_in_target
    clock: resolution
    count_at: stop
    expected: 90%
  answered:
    title: {en: Answered in time, vi: Phản hồi đúng hạn}
    kind: share_in_target
    clock: response
    count_at: due
    expected: 80%
    window: week
  mean_time: {title: Mean time, kind: mean, clock: resolution, count_at: stop, expected: 8 hours}
  median_time: {title: Median time, kind: percentile, clock: resolution, p: 50%, count_at: stop, expected: 8 hours}
  low_scores: {title: Low scores, kind: rate, of: delivered, bad: score_given < 3, direction: lower, expected: 20%, minimum: 40%, points: 40}
  received: {title: Received, kind: volume, of: received}
  backlog: {title: Old backlog, kind: backlog, older_than: 2 business days, calendar: office, expected: 3, minimum: 20}
  hops: {title: Hops a case, kind: ratio, numerator: {sum: hops, of: delivered}, denominator: {count: delivered}, direction: lower, expected: 2}
  happy: {title: Happiness, kind: score, fact: csat, expected: 4, minimum: 3}
  index: {title: Index, kind: composite, of: {at_stop: 1, low_scores: 1}}
credits: {nature: price_adjustment, at_risk: 10%, pool: 100}
pricing:
  - {per_unit: delivered, name: resolved-cases, price: 12.50}
  - {per_unit: {activity: Assigned}, name: hops, quantity: hops, price: 0.10}
  - {arc_rrc: 500, of: {activity: Resolved, where: 'priority = "1"'}, name: urgent, baseline: 10, dead_band: 10%, arc: [{price: 20}], rrc: [{price: 5}], from: edge}
  - {fixed: 1000, every: month, name: platform}
"""

FACTS = """\
facts:
  - {type: giao.fact.score, name: csat, value: 5, time: 2024-02-10T15:00}
  - {type: giao.fact.score, name: csat, value: 2, time: 2024-02-11T15:00}
  - {type: giao.fact.score, name: csat, value: 4, time: 2024-03-11T15:00}
  - {type: giao.fact.relief, relief: outage, id: R-1, case: C-0100, time: 2024-02-05T09:00, evidence: mail}
  - {type: giao.fact.reported, kpi: resolved, window: 2024-02, value: 0.97, n: 80, time: 2024-03-05T09:00, by: vendor, source: their tool}
  - {type: giao.fact.reported, kpi: resolved, window: 2024-01, value: 0.99, time: 2024-02-05T09:00, by: vendor}
  - {type: giao.fact.reported, kpi: resolved, window: 2024-01, value: 0.98, time: 2024-02-08T09:00, by: vendor}
"""

FIELDS = ["case", "activity", "time", "agent", "priority", "site", "customer", "score_given", "hops", "vendor_says", "note"]  # fmt: skip


def events(cases: int = 260) -> list[dict[str, Any]]:
    """Rows of the log, in order of case; times are local to the zone."""
    chance = random.Random(7)
    rows: list[dict[str, Any]] = []
    for number in range(cases):
        case = HOSTILE[number] if number < len(HOSTILE) else f"C-{number:04d}"
        opened = datetime(2024, 1, 2, 7, 0) + timedelta(minutes=chance.randrange(0, 112_000))
        base = {
            "case": case,
            "agent": f"agent {chance.randrange(9)}",
            "priority": chance.choice("1223"),
            "site": chance.choice(["Hanoi", "Hue", "<b>Vinh</b>"]),
            "customer": f"Nguyễn Văn {chance.choice('ABCDEF')}",
            "hops": 1,
            "vendor_says": True,
            "note": chance.choice(["", "", "test", "=1+1", "<script>alert(1)</script>"]),
        }
        rows += _life(base, opened, chance)
    return [row for row in rows if row["time"] <= datetime(2024, 3, 25)]


def _life(base: dict[str, Any], opened: datetime, chance: random.Random) -> list[dict[str, Any]]:
    at = opened
    life = [{**base, "activity": "Opened", "time": at}]

    def then(activity: str, minutes: int, **more: Any) -> None:
        nonlocal at
        at += timedelta(minutes=minutes)
        life.append({"case": base["case"], "agent": base["agent"], "activity": activity, "time": at, **more})

    if chance.random() < 0.03:
        then("Withdrawn", 30)
        return life
    then("Assigned", chance.randrange(5, 400), hops=chance.randrange(1, 4))
    if chance.random() < 0.35:
        then("Waiting", chance.randrange(10, 300))
        then("Answered", chance.randrange(60, 4_000), hops=chance.randrange(2, 6))
    if chance.random() < 0.1:
        return life  # nobody ends it
    then(
        "Resolved",
        chance.randrange(30, 6_000),
        score_given=chance.randrange(1, 6),
        vendor_says=chance.random() < 0.8,
    )
    return life


def write_log(file: Path) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, FIELDS)
        writer.writeheader()
        for row in events():
            writer.writerow({**row, "time": row["time"].isoformat(sep=" ")})
    return file


def mapping() -> Any:
    from giao.core.log import LogMapping

    return LogMapping(
        shape="event",
        case="case",
        activity="activity",
        time="time",
        resource="agent",
        zone=ZONE,
        types={"priority": "string", "hops": "number", "score_given": "number", "vendor_says": "boolean", "note": "string"},
    )  # fmt: skip


def furnish(engagement: Any) -> None:
    """Give an engagement the log, the agreement and the facts."""
    from giao.core.log import import_log, open_log
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.record_facts import record_facts
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of

    source = write_log(folder_of(engagement, "sources") / "small-desk.csv")
    log = folder_of(engagement, "logs") / "one"
    import_log(source, log, mapping(), replace=True)
    record_log(engagement, log, open_log(log).hash, "small-desk.csv")
    facts = folder_of(engagement, "facts") / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    record_facts(engagement, facts)
    adopt_agreement(engagement, AGREEMENT)
