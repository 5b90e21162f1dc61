"""A small real engagement: 40 cases in three months, an agreement with a clock, credits and two charge lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

AGREEMENT = """\
giao: 1
name: desk
title: {en: Small desk, vi: Bàn nhỏ}
version: 1
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
zone: Europe/Amsterdam
close: P10D
calendars:
  always: {zone: Europe/Amsterdam, hours: 24x7}
work: {received: Opened, delivered: Resolved}
clocks:
  resolution:
    title: {en: Resolution, vi: Khắc phục}
    start: Opened
    stop: Resolved
    targets: [{within: 10 hours}]
kpis:
  in_time:
    title: {en: Resolved in time, vi: Khắc phục đúng hạn}
    kind: share_in_target
    clock: resolution
    count_at: stop
    expected: 95%
    minimum: 90%
    points: 60
credits:
  at_risk: 12%
  repeat: [1, 1.5]
pricing:
  - {per_unit: delivered, name: resolved, title: {en: "=1+1 resolved", vi: Đã khắc phục}, bands: [{to: 5, price: 100}, {price: 80}]}
  - {fixed: 5000, every: month, name: platform, title: {en: Platform, vi: Nền tảng}}
tax: {code: vat, rate: 21%}
"""


def log_text() -> str:
    """A row an event; every third case takes 20 hours, the others 5."""
    rows = ["case,activity,time"]
    for number in range(40):
        opened = datetime(2016, 1, 4, 9, 0) + timedelta(days=2 * number)
        closed = opened + timedelta(hours=20 if number % 3 == 0 else 5)
        rows += [
            f"C{number},Opened,{opened:%Y-%m-%d %H:%M:%S}",
            f"C{number},Resolved,{closed:%Y-%m-%d %H:%M:%S}",
        ]
    return "\n".join(rows) + "\n"


def small_engagement(tmp: Path, *, with_log: bool = True, with_agreement: bool = True) -> Any:
    from tests.kernel.ground import world

    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of

    made = world("Small desk", as_of=datetime(2016, 3, 20, 12, 0, tzinfo=UTC))
    if with_agreement:
        adopt_agreement(made.engagement, AGREEMENT)
    if with_log:
        file = tmp / "desk.csv"
        file.write_text(log_text(), encoding="utf-8")
        folder = folder_of(made.engagement, "logs") / "first.log"
        report = import_log(file, folder, LogMapping(zone="Europe/Amsterdam"), replace=True)
        record_log(made.engagement, folder, report.hash, "desk.csv")
    return made


def person(name: str, organisation: Any, role: str) -> Any:
    """As `tests.kernel.ground.person`, imported when Django is there."""
    from tests.kernel.ground import person as made

    return made(name, organisation, role)
