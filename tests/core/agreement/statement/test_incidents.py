"""From events to money: one incident that alone made two KPIs miss is paid once, by the dearer of them."""

from __future__ import annotations

import pytest
from tests.core.agreement.statement.worlds import Row, agreement, log_of

from giao.core.agreement.evaluate import evaluate

BODY = """
work: {received: received, delivered: delivered}
clocks:
  fast: {start: received, stop: delivered, targets: [{within: 2 hours}]}
  slow: {start: received, stop: delivered, targets: [{within: 4 hours}]}
kpis:
  fast: {kind: share_in_target, clock: fast, count_at: stop, minimum: 80%, credit: {amount: 300}}
  slow: {kind: share_in_target, clock: slow, count_at: stop, minimum: 80%, credit: {amount: 500}}
credits: {regime: percent, same_cause: HOW, cause: incident}
pricing: [{fixed: 10000, name: P}]
"""


def rows(late: dict[str, str | None]) -> list[Row]:
    """Ten cases of January; those in `late` take six hours and name their incident at delivery."""
    found: list[Row] = []
    for number in range(10):
        case = f"c{number}"
        hour = 16 if case in late else 11
        found.append((case, f"2026-01-{number + 1:02d}T10:00:00", "received", {}))
        found.append(
            (case, f"2026-01-{number + 1:02d}T{hour}:00:00", "delivered", {"incident": late.get(case)})
        )
    return found


@pytest.mark.parametrize(
    ("how", "late", "total"),
    [
        ("one", {"c1": "INC1", "c2": "INC1", "c3": "INC1"}, "500.00"),
        ("all", {"c1": "INC1", "c2": "INC1", "c3": "INC1"}, "800.00"),
        (
            "one",
            {"c1": "INC1", "c2": "INC1", "c3": "INC1", "c4": None, "c5": None},
            "800.00",
        ),  # missed without it too
        (
            "one",
            {"c1": "INC1", "c2": "INC2", "c3": "INC3"},
            "800.00",
        ),  # without any one 7 of 9 are left: missed
    ],
)
def test_same_cause_from_events(how: str, late: dict[str, str | None], total: str) -> None:
    reading = evaluate(log_of(rows(late)), agreement(BODY.replace("HOW", how)))
    january = next(item for item in reading.statements if item.month == "2026-01")
    assert str(january.credit_total) == total
    dropped = [
        credit.kpi for credit in january.credits if any(s.what == "credit.same_cause" for s in credit.trace)
    ]
    assert dropped == (["fast"] if total == "500.00" else [])
