"""Checks of meaning: contradictions and costly silence, each with its line."""

import pytest

from giao.core.agreement.check import check_text

SMALL = """\
giao: 1
name: Desk
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
calendars:
  office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "17:00"]]}}
work:
  received: Opened
  delivered: Closed
  attributes:
    Priority: {type: string, changes: true}
    Amount: number
clocks:
  fix:
    start: Opened
    stop: Closed
    calendar: office
    targets: [{within: 4 business hours}]
kpis:
  in_time: {kind: share_in_target, clock: fix, count_at: due, expected: 95%, points: 60}
credits: {at_risk: 10%}
pricing:
  - {per_unit: delivered, name: Tickets, price: 3}
tax: {rate: 10%}
"""


def found(text: str, severity: str = "error") -> list[str]:
    return [str(fault) for fault in check_text(text) if fault.severity == severity]


def test_a_sound_document_has_no_faults() -> None:
    assert check_text(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (
            "calendar: office",
            "calendar: offfice",
            "line 18, clocks.fix.calendar",
            "calendar 'offfice' does not exist",
        ),
        ("clock: fix", "clock: fixx", "line 21, kpis.in_time.clock", "known: fix"),
        ("points: 60", "points: 160", "line 22, credits.pool", "more than the pool"),
        ("targets: [{w", "targets: [{when: 'Priority = \"1\"', w", "line 15, clocks.fix", "say reclassify"),
        (
            "targets: [{w",
            "targets: [{when: 'Amount = \"1\"', w",
            "line 19, clocks.fix.targets[0].when",
            "number",
        ),
        ("targets: [{w", "targets: [{when: 'Amount >', w", "line 19", ""),
        ("    calendar: office\n", "", "line 18, clocks.fix.targets[0].within", "needs a business calendar"),
        (
            "targets: [{w",
            "targets: [{within: 2 hours}, {w",
            "line 19, clocks.fix.targets[0]",
            "never reached",
        ),
        (
            "kpis:\n",
            "kpis:\n  a: {kind: composite, of: {b: 1}}\n  b: {kind: composite, of: {a: 1}}\n",
            "line 21",
            "a → b → a",
        ),
        (
            "tax: {rate: 10%}",
            "  - {fixed: 3, name: Tickets}\ntax: {rate: 10%}",
            "line 23, pricing",
            "two lines are named",
        ),
        (
            "pricing:\n",
            "phases: [{name: p, from: 2026-05-01, until: 2026-02-01}]\npricing:\n",
            "phases[0]",
            "before it starts",
        ),
        (
            'office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "17:00"]]}}',
            "{office: {any_of: [b]}, b: {any_of: [office]}}",
            "calendars",
            "office",
        ),
    ],
)
def test_contradictions_are_errors(old: str, new: str, place: str, said: str) -> None:
    assert old in SMALL
    faults = found(SMALL.replace(old, new, 1))
    assert faults, "nothing was found"
    assert place in faults[0]
    assert said in faults[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", count_at: due", "", "one that never closes is never a miss"),
        ("tax: {rate: 10%}\n", "", "no tax is named"),
        ("targets: [{within: 4 business hours}]", "targets: []", "neither be met nor breached"),
        ("targets: [{w", "targets: [{when: 'Amuont > 3', within: 1 hour}, {w", "Amuont: not declared"),
    ],
)
def test_costly_silence_is_a_warning(old: str, new: str, said: str) -> None:
    assert old in SMALL
    warnings = found(SMALL.replace(old, new, 1), "warning")
    assert any(said in warning for warning in warnings), warnings


def test_faults_of_form_come_with_their_lines_too() -> None:
    assert found(SMALL.replace("currency: EUR", "currency: E"))[0].startswith("line 5, currency")


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ('time(time) >= time("08:00:00")', True),
        ('@"08:00:00" < time(events[1].time)', True),
        ('time(time) >= time("08:00:00Z")', False),
        ('time > date and time("2026-03-01T00:00:00")', True),
        ('events[1].time < @"2026-03-01T00:00:00"', True),
        ('events[1].time < @"2026-03-01T00:00:00Z"', False),
        ('Priority = "10:00:00"', False),
    ],
)
def test_a_time_without_zone_that_never_compares_is_refused(condition: str, refused: bool) -> None:
    text = SMALL.replace(
        "targets: [{w", f"reclassify: start\n    targets: [{{when: '{condition}', within: 1 day}}, {{w"
    )
    said = found(text)
    assert bool(said) is refused
    assert all("has no zone" in each for each in said)
