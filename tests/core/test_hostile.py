"""Agreements and logs as they should not be: each answered with a sentence that names the place, or with the right number.

What is refused here would otherwise compute something that nobody meant. Files that are no logs: `log/test_hostile.py`;
the commands: `tests/cli`. Kills, fuzzing and the big logs: `tests/prove`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from giao.core.agreement.check import check
from giao.core.agreement.errors import AgreementError, DocumentErrors
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.explain import explain_case
from giao.core.agreement.load import load_agreement, parse_agreement
from giao.core.agreement.output import to_json
from giao.core.agreement.output_schema import output_schema
from giao.core.agreement.store import SUMMARY, open_reading, save_reading, write_parquet
from giao.core.calendars import CalendarError
from giao.core.log import EventLog, LogError, log_from_frame
from giao.core.report.html import html_report
from giao.core.report.plain_words import version_diffs
from giao.core.rules import RuleError

Row = tuple[str, str, str]
EXAMPLE = Path(__file__).parents[1] / "data/agreement/example.yaml"
BASE = """\
giao: 1
name: Desk
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2024-01-01, end: 2024-12-31}
currency: EUR
calendars: {office: {zone: Europe/Paris, hours: {mon-fri: [["09:00", "17:00"]]}}}
work: {received: Open, delivered: Done}
clocks:
  fix: {start: Open, stop: Done, calendar: office, targets: [{within: 4 business hours}]}
kpis:
  in_time: {kind: share_in_target, clock: fix, count_at: due, expected: 95%, minimum: 90%, points: 50}
  volume: {kind: volume, of: received}
credits: {at_risk: 10%}
pricing: [{per_unit: delivered, name: work, price: 10}, {fixed: 1000, name: base}]
tax: [{code: vat, rate: 20%}]
"""
TWO: list[Row] = [
    ("a", "Open", "2024-01-02T09:00:00"),
    ("a", "Done", "2024-01-02T11:00:00"),
    ("b", "Open", "2024-02-02T09:00:00"),
    ("b", "Done", "2024-02-05T11:00:00"),
]


def log_of(rows: Sequence[Row]) -> EventLog:
    times = [datetime.fromisoformat(time).replace(tzinfo=UTC) for _, _, time in rows]
    frame = pl.DataFrame(
        {"case": [row[0] for row in rows], "activity": [row[1] for row in rows], "time": times}
    )
    return log_from_frame(frame.with_row_index("n"))


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def read(text: str = BASE, rows: Sequence[Row] = TWO, as_of: str | None = None) -> Evaluation:
    return evaluate(log_of(rows), parse_agreement(text), as_of=None if as_of is None else us(as_of))


def changed(old: str, new: str) -> str:
    assert old in BASE
    return BASE.replace(old, new, 1)


def whole(reading: Evaluation) -> dict[str, Any]:
    """The reading as JSON by its schema, and its report in both languages written without a fault."""
    found = to_json(reading)
    json.dumps(found, allow_nan=False)
    jsonschema.Draft202012Validator(output_schema()).validate(found)
    for lang in ("en", "vi"):
        html_report(reading, lang)
    return found


# ---- documents that would compute nonsense ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("currency: EUR", "currency: VDN", 5, "no ISO 4217 currency. Did you mean VND"),
        ("currency: EUR", "currency: EUR\nzone: 5 business days", 6, "not a time zone"),
        ("end: 2024-12-31", "end: 9999-12-31", 4, "auto_renew: true"),
        ("start: 2024-01-01", "start: 0001-01-01", 4, "between 1900 and 2299"),
        ("name: Desk", 'name: ""', 2, "at least 1 character"),
        ("at_risk: 10%", "at_risk: -10%", 12, "cannot be negative"),
        ("at_risk: 10%", "at_risk: 10", 12, "expected a share such as 95% or 0.95"),
        ("at_risk: 10%", "at_risk: 10%, cap_year: -5%", 12, "cannot be negative"),
        ("at_risk: 10%", "at_risk: 10%, repeat: [1, -1]", 12, "cannot be negative"),
        ("rate: 20%", "rate: -20%", 14, "cannot be negative"),
        ("points: 50", "points: -50", 11, "cannot be negative"),
        ("price: 10}", "price: -10}", 13, "a price cannot be negative"),
        ("price: 10}", "price: 1e40}", 13, "below 10^15"),
        ("price: 10}", f'price: "0.{"0" * 5000}1"}}', 13, "at most 24 decimals"),
        ("price: 10}", "price: .nan}", 13, "expected a"),
        ("price: 10}", f"price: {'9' * 5000}}}", 13, "below 10^15"),
        ("price: 10}", "bands: [{to: -5, price: 1}, {price: 2}]}", 13, "cannot be negative"),
        ("price: 10}", "bands: [{to: 9, price: 1}, {to: 5, price: 2}, {price: 3}]}", 13, "edges must rise"),
        ("4 business hours", "99999999999 hours", 9, "longer than 100 years"),
        ("4 business hours", "1000000 business days", 9, "longer than 100 years"),
        ("4 business hours", f"{'9' * 5000} hours", 9, "expected a budget"),
        ("4 business hours", "2 business days, cut_off: 15", 9, "a local time such as 15:00"),
        ("4 business hours", "2 business days, cut_off: '25:00'", 9, "a local time such as 15:00"),
        ("4 business hours", "2 business days, cut_off: '15:00Z'", 9, "a local time such as 15:00"),
        ("currency: EUR", "currency: EUR\nclose: P99999Y", 6, "longer than 200 years"),
        ("expected: 95%", "expected: 95", 11, "the value of a share_in_target is a share; write it as 95%"),
        ("expected: 95%", "expected: 200%", 11, "write it as 95%"),
        ("expected: 95%, minimum: 90%", "minimum: 4 hours", 11, "write it as 95%"),
        ("of: received}", "of: received, expected: 95%}", 12, "is a count; write it as 20"),
        ("kind: share_in_target", "kind: mean", 11, "is a length of time; write it as 4 hours"),
        ("office: {", "x: {any_of: [[office], {}]}, office: {", 6, "not a list of calendar names"),
        ('["09:00", "17:00"]', '["09:00", "17:00"], ["16:00", "18:00"]', 6, "overlap"),
        ('["09:00", "17:00"]', '["09:00", "25:00"]', 6, "25:00"),
        ("zone: Europe/Paris", "zone: ../../etc/passwd", 6, "not a time zone"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_line_and_mend(old: str, new: str, line: int, said: str) -> None:
    with pytest.raises(DocumentErrors) as caught:
        parse_agreement(changed(old, new))
    [fault] = caught.value.faults
    assert said in str(fault)
    assert fault.line is not None
    assert len(str(fault)) < 400
    assert abs(fault.line - line) <= 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("missed(in_time, 1)", "missed(kpi, k, n)"),
        ('missed(in_time, "a", 2)', "takes a number"),
        ("missed(in_time, 1.5, 2)", "whole number"),
        ("missed(in_time, 1, 0)", "whole number"),
        ("missed(in_time, 3, 2)", "can never hold"),
        ("mean(in_time, 0) < 1", "whole number"),
        ("in_time < 0.9", "cannot be compared"),
        ("missed(in_tine, 1, 2)", "Did you mean in_time"),
    ],
)
def test_triggers_that_can_never_fire_are_found_and_never_computed(call: str, said: str) -> None:
    text = changed("at_risk: 10%", f"at_risk: 10%, triggers: [{{name: t, when: '{call}', right: audit}}]")
    [fault] = [item for item in check(parse_agreement(text)) if item.severity == "error"]
    assert fault.path == "credits.triggers[0].when"
    assert said in fault.message
    with pytest.raises((AgreementError, RuleError)):
        read(text)


@pytest.mark.parametrize(
    "kpis",
    [
        "x: {kind: composite, of: {y: 1}}\n  y: {kind: composite, of: {x: 1}}",
        "x: {kind: composite, of: {x: 1}}",
        "x: {kind: composite, of: {y: 1}}\n  y: {kind: composite, of: {z: 1}}\n  z: {kind: composite, of: {x: 1, volume: 1}}",
    ],
)
def test_composites_in_a_circle(kpis: str) -> None:
    text = changed("  volume:", f"  {kpis}\n  volume:")
    assert any("a composite of itself" in fault.message for fault in check(parse_agreement(text)))
    with pytest.raises(AgreementError, match="a composite of itself"):
        read(text)


def test_calendars_in_a_circle() -> None:
    text = changed("{office:", "{x: {any_of: [y]}, y: {all_of: [x]}, office:")
    with pytest.raises((CalendarError, DocumentErrors), match="circle"):
        read(text)


@pytest.mark.parametrize(
    ("due", "clean"), [("5 business d0ys", False), ("5 business days", True), ("P5D", True), ("day 5", True)]
)
def test_due_rules_are_read_before_the_month_comes(due: str, clean: bool) -> None:
    text = BASE + f"obligations: [{{name: report, due: '{due}', calendar: office}}]\n"
    faults = [fault for fault in check(parse_agreement(text)) if fault.severity == "error"]
    assert [fault.path for fault in faults] == ([] if clean else ["obligations[0].due"])


def test_tiers_and_baselines_are_levels() -> None:
    """The example of the design has a KPI whose levels are its tiers."""
    assert [fault for fault in check(load_agreement(EXAMPLE)) if fault.severity == "error"] == []
    bare = changed("expected: 95%, minimum: 90%, ", "")
    assert any("has points but no level" in fault.message for fault in check(parse_agreement(bare)))
    measured = changed("expected: 95%, minimum: 90%", "baseline: {months: 3}")
    assert [fault for fault in check(parse_agreement(measured)) if fault.severity == "error"] == []


@pytest.mark.parametrize(
    "condition",
    [
        "count(for i in 1..100000000 return i) > 3",
        "(" * 5_000 + "1 = 1" + ")" * 5_000,
        'string join(for i in 1..1000000 return "aaaaaaaaaaaa") = "x"',
        "activity",
        "no_such_name > 3",
    ],
)
def test_conditions_without_end_or_sense(condition: str) -> None:
    with pytest.raises((RuleError, AgreementError)):
        read(changed("count_at: due", f"count_at: due, where: {json.dumps(condition)}"))


@pytest.mark.parametrize("condition", ["null", "1/0 > 2", 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaab", "(a+)+$")'])
def test_what_is_never_true_counts_nobody(condition: str) -> None:
    found = whole(read(changed("count_at: due", f"count_at: due, where: {json.dumps(condition)}")))
    assert {kpi["n"] for kpi in found["kpis"] if kpi["kpi"] == "in_time"} == {0}
    assert {kpi["state"] for kpi in found["kpis"] if kpi["kpi"] == "in_time"} == {"no_data"}


@pytest.mark.parametrize(
    "cut", ["kpis:", "clocks:", "pricing:"], ids=["no KPIs and what follows", "no clocks", "no pricing"]
)
def test_an_agreement_may_say_little(cut: str) -> None:
    found = whole(read(BASE.split(cut)[0]))
    assert found["log"]["events"] == 4
    assert {statement["total"] for statement in found["statements"]} == {"0.00"}


@pytest.mark.parametrize(
    "name", ["\u202eحتى\u2066x", "Thỏa thuận <b>&", "=cmd()", "x" * 200, "😀", "a\u0301", "{0}", "%s"]
)
def test_names_in_any_script(name: str) -> None:
    reading = read(changed("name: Desk", f"name: {json.dumps(name)}"))
    assert whole(reading)["agreement"]["name"] == name
    assert "<b>" not in html_report(reading, "en").partition("<body")[2].partition("</h1>")[0]


def test_titles_in_a_language_of_their_own_are_compared() -> None:
    first = changed("kind: volume", "title: {de: Menge}, kind: volume")
    second = first.replace("giao: 1\n", "giao: 1\nversion: 2\neffective: 2024-06-01\n").replace(
        "Menge", "Anzahl"
    )
    versions = parse_agreement(f"{first}---\n{second}")
    for lang in ("en", "vi"):
        assert "Anzahl" in str(version_diffs(versions, lang))
    html_report(evaluate(log_of(TWO), versions), "vi")


# ---- logs at the edge -------------------------------------------------------------------------------------------------


def test_one_event_one_case_and_nothing_that_stops() -> None:
    one = whole(read(rows=TWO[:1], as_of="2024-01-02T10:00:00"))
    assert one["clocks"][0] | {"started": 1, "running": 1, "met": 0, "breached": 0} == one["clocks"][0]
    late = whole(read(rows=TWO[:1], as_of="2034-01-02T10:00:00"))
    assert (late["clocks"][0]["breached"], late["clocks"][0]["open_breached"]) == (1, 1)
    january = next(kpi for kpi in late["kpis"] if (kpi["kpi"], kpi["window"]) == ("in_time", "2024-01"))
    assert (january["n"], january["exact"], january["state"]) == (1, "0/1", "minimum_default")
    stop_only = whole(read(rows=TWO[1:2]))
    assert (stop_only["clocks"][0]["started"], stop_only["clocks"][0]["data_faults"]) == (0, 1)


def test_events_at_the_same_instant() -> None:
    """Start and stop at one instant: nothing consumed, and met; in the source's order, however often."""
    rows = [("a", activity, "2024-01-02T09:00:00") for activity in ("Open", "Done", "Open", "Done")]
    found = whole(read(rows=rows))
    assert (found["clocks"][0]["started"], found["clocks"][0]["met"]) == (1, 1)


def test_a_log_that_knows_nothing_yet() -> None:
    """As of an instant before the first event: nothing measured, nothing hidden."""
    reading = read(as_of="2023-06-01T00:00:00")
    found = whole(reading)
    assert found["log"]["events"] == 0
    assert found["kpis"] == []
    with pytest.raises(LogError, match="has no case `a`"):
        explain_case(reading.inputs, "a")
    begun = whole(read(as_of="2024-01-01T12:00:00"))
    assert {kpi["n"] for kpi in begun["kpis"]} == {0}
    with pytest.raises(AgreementError, match="--as-of"):
        evaluate(log_from_frame(pl.DataFrame(schema=_SCHEMA)), parse_agreement(BASE))


_SCHEMA = {"case": pl.String, "activity": pl.String, "time": pl.Datetime("us", "UTC")}


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00", "1899-12-31T23:59:59", "9999-12-31T23:59:59"])
def test_placeholder_times_are_named_with_their_case(time: str) -> None:
    with pytest.raises(AgreementError, match=f"1 events lie outside .* in case 'odd' at {time[:10]}"):
        read(rows=[*TWO, ("odd", "Open", time)])


@pytest.mark.parametrize(
    "instant", [-(2**63), us("1850-01-01T00:00:00"), us("9998-12-31T00:00:00"), 2**63 - 1, 10**30]
)
def test_instants_that_no_contract_knows(instant: int) -> None:
    with pytest.raises(AgreementError, match="between the years 1900 and 2299"):
        evaluate(log_of(TWO), parse_agreement(BASE), as_of=instant)


@pytest.mark.parametrize(
    ("term", "months"),
    [
        ("start: 1950-01-01, end: 1951-12-31", 24),
        ("start: 2250-01-01, end: 2250-12-31", 0),
        ("start: 2024-02-02, end: 2024-02-02", 1),
    ],
)
def test_terms_far_from_the_log(term: str, months: int) -> None:
    found = whole(read(changed("start: 2024-01-01, end: 2024-12-31", term)))
    assert len({s["month"] for s in found["statements"]}) >= months
    assert found["clocks"][0]["started"] == 2
    if months == 1:
        assert found["statements"][0]["fees"] == "34.48"  # one of 29 days; the work came later


def test_the_day_that_samoa_never_had() -> None:
    """30 December 2011 was skipped in Apia: a Friday without a second, and no office hour is counted in it."""
    text = changed("zone: Europe/Paris", "zone: Pacific/Apia").replace("2024-", "2011-", 2)
    rows = [("a", "Open", "2011-12-29T19:00:00"), ("a", "Done", "2012-01-03T19:00:00")]
    reading = read(text, rows)
    [spent] = reading.clocks["fix"].frame["consumed_us"].to_list()
    # Thursday 29 December 09:00 to 17:00, then Monday 2 January; Tuesday 3 January to 09:00 local (+14).
    assert spent == 3 * 8 * 3_600_000_000
    whole(reading)


def test_attributes_that_no_event_sets_are_null() -> None:
    text = changed(
        "delivered: Done", "delivered: Done, attributes: {priority: {type: string}, number: {type: number}}"
    )
    text = text.replace("count_at: due", "count_at: due, where: 'priority = null and number = null'")
    found = whole(read(text))
    assert sum(kpi["n"] for kpi in found["kpis"] if kpi["kpi"] == "in_time") == 2
    assert any("'priority'" in fault.message for fault in check(parse_agreement(text), log_of(TWO)))


def test_ten_thousand_attributes() -> None:
    wide = pl.DataFrame({f"col {n}": [n] * 2 for n in range(10_000)})
    frame = pl.DataFrame(
        {
            "case": ["a", "a"],
            "activity": ["Open", "Done"],
            "time": [datetime(2024, 1, 2, 9, tzinfo=UTC), datetime(2024, 1, 2, 11, tzinfo=UTC)],
        }
    ).hstack(wide)
    reading = evaluate(
        log_from_frame(frame), parse_agreement(changed("count_at: due", "count_at: due, where: col_9999 > 0"))
    )
    assert whole(reading)["clocks"][0]["met"] == 1
    assert len(html_report(reading, "en")) < 200_000


def test_amounts_stay_exact_at_the_largest_price() -> None:
    """15 digits before the point and cents behind it: the sum of two lines and 20% tax, to the cent."""
    text = changed("price: 10}", 'price: "999999999999999.99"}')
    february = next(s for s in whole(read(text))["statements"] if s["month"] == "2024-01")
    assert february["fees"] == "1000000000000999.99"
    assert february["total"] == "1200000000001199.99"
    assert Fraction(february["tax"]) == Fraction("200000000000200.00")


# ---- readings on disk -------------------------------------------------------------------------------------------------


def test_a_reading_without_one_of_its_files_does_not_open(tmp_path: Path) -> None:
    reading = read()
    save_reading(reading, tmp_path / "r")
    for name in [path.name for path in (tmp_path / "r").iterdir()]:
        save_reading(reading, tmp_path / "r")
        assert open_reading(tmp_path / "r").summary["hash"] == reading.hash
        (tmp_path / "r" / name).unlink()
        with pytest.raises(AgreementError, match="no reading"):
            open_reading(tmp_path / "r")
    save_reading(reading, tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_writer_that_fails_leaves_the_old_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from giao.core.agreement import store

    old, new = read(as_of="2024-01-03T00:00:00"), read()
    save_reading(old, tmp_path / "r")
    write_parquet(old, tmp_path / "p")
    (tmp_path / "p" / "notes.txt").write_text("of the user", encoding="utf-8")

    def full(_: Evaluation) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "to_json", full)
    for write, place in ((save_reading, tmp_path / "r"), (write_parquet, tmp_path / "p")):
        with pytest.raises(OSError, match="No space"):
            write(new, place)
        stored = open_reading(place)
        assert stored.summary["hash"] == old.hash
        assert stored.clocks.collect().height == 1
    monkeypatch.undo()
    write_parquet(new, tmp_path / "p")
    assert open_reading(tmp_path / "p").clocks.collect().height == 2
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == [
        "cases.parquet", "clocks.parquet", "members.parquet", "notes.txt", SUMMARY]  # fmt: skip
