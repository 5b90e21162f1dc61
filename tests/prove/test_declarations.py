"""The example agreement on the travel declarations, end to end by the command line, against counts made without giao.

The log has 10,357 claims. What giao computes is compared with `declarations.py`: the payment promise of every month in
every case that counts in it, business time of a sample second by second, charge lines by counting, and readings as of
several instants with a log that ends there.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from tests.prove import declarations as plain
from tests.prove.commands import Answer, giao
from tests.prove.shared import PROJECT, shared

pytestmark = pytest.mark.prove

LOG = ("logs", "noncommercial", "bpi2020-domestic-declarations.xes.gz")
AGREEMENT = PROJECT / "tests/data/agreement/example.yaml"
SAMPLE = 200
INSTANTS = ["2017-02-20T12:00", "2017-06-30T23:59:59", "2018-03-26T09:15", "2018-12-31"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("declarations")


@pytest.fixture(scope="module")
def log(folder: Path) -> Path:
    told = giao("import", shared(*LOG), folder / "log", "--json", "-q").json
    assert (told["cases"], told["events"], told["rejected"]) == (10_357, 55_628, {})
    return folder / "log"


@pytest.fixture(scope="module")
def reading(log: Path) -> dict[str, Any]:
    found: dict[str, Any] = giao("evaluate", log, AGREEMENT, "--json", "-q").json
    return found


@cache
def cases() -> dict[str, list[plain.Event]]:
    return plain.read(shared(*LOG))


@cache
def last_event() -> datetime:
    return max(event.time for events in cases().values() for event in events)


def payments(as_of: datetime) -> list[plain.Payment]:
    return list(plain.payments(cases(), as_of))


def instant(text: str) -> datetime:
    """As the command line reads --as-of: local to Amsterdam, a date is its whole day."""
    if len(text) == 10:
        text += "T23:59:59.999999"
    return datetime.fromisoformat(text).replace(tzinfo=plain.AMSTERDAM).astimezone(UTC)


def kpis(reading: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    return {kpi["window"]: kpi for kpi in reading["kpis"] if kpi["kpi"] == name}


def clock(reading: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in reading["clocks"] if item["clock"] == name)


def test_check_names_what_the_log_lacks(log: Path) -> None:
    answer = giao("check", AGREEMENT, "--log", log, "--json")
    faults = json.loads(answer.out)["faults"]
    assert {fault["path"] for fault in faults if fault["severity"] == "error"} == {
        "work.attributes.Priority",
        "work.attributes.employee",
        "work.attributes.rejected",
    }
    assert all(fault["line"] for fault in faults)
    assert "clocks.first_answer.stop" in {fault["path"] for fault in faults if fault["severity"] == "warning"}


def test_the_reading_is_as_the_schema_says(reading: dict[str, Any]) -> None:
    schema = giao("evaluate", "--schema").json
    jsonschema.Draft202012Validator(schema).validate(reading)
    assert reading["log"] == {"cases": 10_357, "events": 55_628, "hash": reading["log"]["hash"]}


def test_every_month_of_the_payment_promise(reading: dict[str, Any]) -> None:
    """All 9,938 payment clocks, month by month: n and the exact share."""
    wanted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for payment in payments(last_event()):
        if payment.due <= last_event():
            wanted[payment.month][0] += 1
            wanted[payment.month][1] += payment.met
    measured = kpis(reading, "paid_in_time")
    for month, result in measured.items():
        n, met = wanted.get(month, [0, 0])
        assert (month, result["n"], Fraction(result["exact"] or 0)) == (
            month,
            n,
            Fraction(met, n) if n else 0,
        )
    within_term = {month: counts for month, counts in wanted.items() if month < "2019"}
    assert set(within_term) <= set(measured)
    assert sum(counts[0] for counts in within_term.values()) > 9_500


def test_states_follow_the_levels(reading: dict[str, Any]) -> None:
    for result in kpis(reading, "paid_in_time").values():
        value = Fraction(result["exact"])
        state = (
            "met"
            if value >= Fraction(95, 100)
            else "expected_default"
            if value >= Fraction(85, 100)
            else "minimum_default"
        )
        assert result["state"] == state


def test_the_clocks_are_counted(reading: dict[str, Any]) -> None:
    found = payments(last_event())
    told = clock(reading, "payment")
    assert told["started"] == len(found)
    assert told["met"] == sum(item.met for item in found if item.stopped)
    late_and_open = sum(not item.met for item in found if item.stopped is None)
    assert told["open_breached"] == late_and_open
    assert told["breached"] == sum(not item.met for item in found)
    assert told["running"] == sum(item.met for item in found if item.stopped is None)
    submitted = sum(any(event.activity == plain.SUBMITTED for event in events) for events in cases().values())
    assert clock(reading, "first_answer")["started"] == submitted


def test_business_time_of_a_sample_to_the_second(log: Path, folder: Path) -> None:
    """200 cases, their consumed time walked minute by minute, their due instants counted day by day."""
    assert giao("evaluate", log, AGREEMENT, "--parquet", folder / "tables", "-q").code == 0
    table = pl.read_parquet(folder / "tables" / "clocks.parquet").filter(pl.col("clock") == "payment")
    rows = {row["case"]: row for row in table.iter_rows(named=True)}
    everything = payments(last_event())
    assert len(rows) == len(everything)
    for payment in random.Random(20_170_109).sample(everything, SAMPLE):
        row = rows[payment.case]
        assert row["started"] == payment.started
        assert row["stopped"] == payment.stopped
        assert row["due"] == payment.due
        walked = plain.walked_seconds(payment.started, payment.stopped or last_event())
        assert row["consumed_us"] == round(walked * 1_000_000), payment.case
        assert row["budget_us"] == round(plain.walked_seconds(payment.started, payment.due) * 1_000_000)
        assert (row["state"] == "met") == (payment.met and payment.stopped is not None)


def test_old_backlog_at_each_months_end(reading: dict[str, Any]) -> None:
    """Submitted, not paid, and older than ten business days of open time at the last instant of the month."""
    budget = 10
    for month, result in kpis(reading, "old_backlog").items():
        year, number = map(int, month.split("-"))
        turn = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=plain.AMSTERDAM).astimezone(UTC)
        instant_ = min(turn, last_event())
        count = 0
        for events in cases().values():
            begun = [e.time for e in events if e.activity == plain.SUBMITTED and e.time < turn]
            paid = [e.time for e in events if e.activity == plain.STOP and e.time < turn]
            if begun and not paid and plain.opens_within(plain.due(min(begun), budget, None), instant_):
                count += 1
        assert (month, result["n"]) == (month, count)


def test_charge_lines_by_counting(reading: dict[str, Any]) -> None:
    """Paid claims by band and minimum; the fixed line without index facts; both flagged where an index is missing."""
    paid = plain.count_by_month(
        e.time for events in cases().values() for e in events if e.activity == plain.STOP
    )
    statements = {item["month"]: item for item in reading["statements"]}
    assert list(statements)[:24] == [f"{year}-{month:02d}" for year in (2017, 2018) for month in range(1, 13)]
    for month in list(statements)[:24]:
        lines = {line["name"]: line for line in statements[month]["lines"]}
        count = paid[month]
        assert lines["Paid claims"]["quantity"] == count
        first, second, rest = min(count, 500), min(max(count - 500, 0), 1_000), max(count - 1_500, 0)
        units = first * Decimal("6.20") + second * Decimal("5.40") + rest * Decimal("4.90")
        assert Decimal(lines["Paid claims"]["amount"]) == units
        shortfall = max(300 - count, 0) * Decimal("6.20")
        assert Decimal(lines.get("Paid claims · minimum", {"amount": "0"})["amount"]) == shortfall
        assert Decimal(lines["Governance and platform"]["amount"]) == Decimal(4_500)
        assert bool(lines["Governance and platform"]["flags"]) == (month >= "2018-01")
        assert Decimal(statements[month]["fees"]) == units + shortfall + 4_500


def test_credits_settled_next_month_and_tax(reading: dict[str, Any]) -> None:
    """From April 2017 (after the grace) every month misses the minimum: 60 points, repeated, cut to the amount at risk
    and to 10% of the year's fees; each is settled on the next statement; 21% tax on what is left."""
    owed = Decimal(0)
    year_fees: dict[str, Decimal] = defaultdict(Decimal)
    year_credits: dict[str, Decimal] = defaultdict(Decimal)
    streak = 0
    for item in reading["statements"]:
        month, fees = item["month"], Decimal(item["fees"])
        assert Decimal(item["settled_credits"]) == owed
        result = kpis(reading, "paid_in_time").get(month)
        owed = Decimal(0)
        if result is not None and month < "2019":
            year = month[:4]
            year_fees[year] += fees
            missed = result["state"] == "minimum_default"
            streak = streak + 1 if missed else 0
            if missed and month > "2017-03":
                at_risk = Fraction(fees) * Fraction(12, 100)
                repeat = [Fraction(1), Fraction(3, 2), Fraction(2)][min(streak, 3) - 1]
                credit = min(at_risk * Fraction(60, 100) * repeat, at_risk)
                left = Fraction(year_fees[year]) / 10 - Fraction(year_credits[year])
                owed = cents(min(credit, left))
                year_credits[year] += owed
        assert (month, Decimal(item["credit_total"])) == (month, owed)
        assert Decimal(item["tax"]) == cents(Fraction(item["net"]) * Fraction(21, 100))
        assert Decimal(item["total"]) == Decimal(item["net"]) + Decimal(item["tax"])


def cents(value: Fraction) -> Decimal:
    """Half-even to the cent."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def test_the_same_bytes_again(log: Path, reading: dict[str, Any], folder: Path) -> None:
    """Another process, and another import of the same file, give the same reading to the last hash."""
    assert giao("evaluate", log, AGREEMENT, "--json", "-q").json == reading
    giao("import", shared(*LOG), folder / "again", "-q")
    assert giao("evaluate", folder / "again", AGREEMENT, "--json", "-q").json == reading


@pytest.mark.parametrize("text", INSTANTS)
def test_as_of_equals_a_log_that_ends_there(log: Path, folder: Path, text: str) -> None:
    at = instant(text)
    told = giao("evaluate", log, AGREEMENT, "--as-of", text, "--json", "-q").json
    known = [
        (case, e.activity, e.time, e.amount)
        for case, events in cases().items()
        for e in events
        if e.time <= at
    ]
    assert told["log"]["events"] == len(known)
    assert told["log"]["cases"] == len({case for case, *_ in known})
    found = payments(at)
    assert clock(told, "payment")["started"] == len(found)
    assert clock(told, "payment")["met"] == sum(item.met for item in found if item.stopped)
    # Open with its whole budget spent and no second more (due at closing, read before the next opening): not judged yet.
    wanted = Counter(item.month for item in found if item.due <= at and (item.stopped or not item.met))
    for month, result in kpis(told, "paid_in_time").items():
        assert (month, result["n"]) == (month, wanted[month])
    cut = folder / f"cut-{at:%Y%m%d}.csv"
    frame = pl.DataFrame(known, schema=["case", "activity", "time", "Amount"], orient="row")
    frame.write_csv(cut, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
    other = giao("evaluate", cut, AGREEMENT, "--as-of", text, "--json", "-q", cache=folder / "cache").json
    assert numbers(other["kpis"]) == numbers(told["kpis"])
    assert other["clocks"] == told["clocks"]
    assert [(s["month"], s["fees"], s["credit_total"], s["total"]) for s in other["statements"]] == [
        (s["month"], s["fees"], s["credit_total"], s["total"]) for s in told["statements"]
    ]


def numbers(results: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        tuple(item[name] for name in ("kpi", "window", "n", "exact", "state", "provisional"))
        for item in results
    ]


def test_explaining_a_case_a_number_and_a_charge(log: Path, reading: dict[str, Any]) -> None:
    payment = next(item for item in payments(last_event()) if item.stopped and item.started.year == 2018)
    told = giao("explain", log, AGREEMENT, "--case", payment.case, "--clock", "payment", "--json", "-q").json
    assert payment.case in json.dumps(told)
    month = "2018-05"
    behind = giao("explain", log, AGREEMENT, "--kpi", "paid_in_time", "--window", month, "--json", "-q").json
    counted = [row for row in behind["members"] if row["role"] in ("met", "missed")]
    wanted = {item.case: item.met for item in payments(last_event()) if item.month == month}
    assert {row["case"]: row["role"] == "met" for row in counted} == wanted
    assert behind["result"] == kpis(reading, "paid_in_time")[month]
    charge = giao("explain", log, AGREEMENT, "--month", month, "--line", "Paid claims", "--json", "-q").json
    assert charge["month"] == month
    absent = next(item.case for item in payments(last_event()) if item.month != month)
    why = giao(
        "explain",
        log,
        AGREEMENT,
        "--kpi",
        "paid_in_time",
        "--window",
        month,
        "--case",
        absent,
        "--json",
        "-q",
    ).json
    assert why["inside"] is False
    assert why["reasons"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--case", "no such case"),
        ("--kpi", "nothing", "--window", "2018-05"),
        ("--kpi", "paid_in_time", "--window", "2031-05"),
        ("--kpi", "paid_in_time"),
        ("--month", "2018-05", "--line", "nothing"),
        ("--month", "1999-01", "--line", "Paid claims"),
        ("--month", "2018-05", "--credit", "nothing"),
        (),
    ],
)
def test_wrong_questions_get_a_sentence(log: Path, arguments: tuple[str, ...]) -> None:
    answer: Answer = giao("explain", log, AGREEMENT, *arguments, "-q")
    assert answer.code == 2
    assert answer.err.startswith("giao: ")
    assert "fault of giao" not in answer.err
    assert "Traceback" not in answer.err


def test_the_oracle_walks_as_it_counts() -> None:
    """The two ways of the oracle agree with each other: a moment is open exactly when it lies in the hours."""
    start = datetime(2018, 3, 29, 6, tzinfo=UTC)
    assert plain.walked_seconds(start, start + timedelta(days=5)) == 8 * 3600
    assert plain.is_business_day(date(2018, 3, 29))
    assert not plain.opens_within(
        datetime(2018, 3, 29, 15, 15, tzinfo=UTC), datetime(2018, 4, 3, 6, 30, tzinfo=UTC)
    )
