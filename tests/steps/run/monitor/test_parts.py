"""Pieces of the pages that stand alone: addresses, pictures, business hours, the agreement's own lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(ANY)
@example("..")
@example("a//b")
@example("~x")
@example("\n")
@example("\\..\\")
@settings(max_examples=150)
def test_any_text_comes_back_from_its_address(django_ready: None, text: str) -> None:
    from giao.steps.run.monitor.addresses import AnyText

    part = AnyText().to_url(text)
    assert AnyText().to_python(unquote(quote(part, safe="/~:@"))) == text
    assert not {"", ".", ".."} & set(part.split("/"))
    assert "\\" not in part
    assert part == part.strip()


def test_a_picture_with_links_names_them_and_one_without_stays_an_image(django_ready: None) -> None:
    from giao.core.report.charts import Lane, LaneSpan, clock_axis
    from giao.steps.run.monitor.pictures import linked

    def picture(href: str | None) -> str:
        span = LaneSpan(0, 10, "open", 'says "<b>"', href)
        return str(linked(clock_axis([Lane("a", (span,))], [], title="t", description="d")))

    named = picture("#x")
    assert '<a href="#x" aria-label="says &quot;&lt;b&gt;&quot;"><rect' in named
    assert 'role="group"' in named
    assert "<b>" not in named
    assert 'role="img"' in picture(None)


@pytest.fixture
def office() -> Any:
    from giao.core.calendars import CalendarSpec, compile_calendars

    spec = CalendarSpec.model_validate(
        {"zone": "Asia/Ho_Chi_Minh", "hours": {"mon-thu": [["08:00", "12:00"], ["13:00", "17:00"]], "fri": [["08:00", "12:00"]]}}
    )  # fmt: skip
    return compile_calendars({"office": spec}, date(2024, 1, 1), date(2024, 12, 31))["office"]


def us(*when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).timestamp()) * 1_000_000  # type: ignore[misc]


def test_the_usual_business_day_is_the_most_frequent_one(django_ready: None, office: Any) -> None:
    from giao.steps.run.monitor.business_hours import business_day_us

    assert business_day_us(office, date(2024, 3, 20)) == 8 * 3_600_000_000
    assert business_day_us(None, date(2024, 3, 20)) is None


def test_the_next_hours_are_those_left_of_two_business_days(django_ready: None, office: Any) -> None:
    from giao.steps.run.monitor.business_hours import next_hours

    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    hours = next_hours(office, us(2024, 3, 21, 15, 30), zone)  # Thursday
    assert [(hour.day.day, hour.hour) for hour in hours] == [
        (21, 15),
        (21, 16),
        (22, 8),
        (22, 9),
        (22, 10),
        (22, 11),
    ]
    weekend = next_hours(office, us(2024, 3, 22, 12, 0), zone)  # Friday noon: Monday and Tuesday are next
    assert {hour.day.day for hour in weekend} == {25, 26}
    assert len(weekend) == 16
    always = next_hours(None, us(2024, 3, 20, 0, 0), zone)
    assert len(always) == 48


def test_an_hour_of_a_day_on_which_the_clock_changes_is_an_hour(django_ready: None) -> None:
    from giao.steps.run.monitor.business_hours import next_hours

    zone = ZoneInfo("Europe/Amsterdam")
    midnight = int(datetime(2024, 3, 31, tzinfo=zone).astimezone(UTC).timestamp()) * 1_000_000
    hours = next_hours(None, midnight, zone, days=1)
    assert len(hours) == 23
    assert 2 not in [hour.hour for hour in hours]


def test_the_agreement_s_own_lines_end_where_the_next_entry_begins(django_ready: None) -> None:
    from giao.steps.run.monitor.source_text import source_of

    text = "giao: 1\nkpis:\n  one:\n    kind: volume\n    where: x\n  two: {kind: backlog}\nname: x\n"
    versions: Any = [SimpleNamespace(text=text)]
    assert source_of(versions, "one") == "one:\n  kind: volume\n  where: x"
    assert source_of(versions, "two") == "two: {kind: backlog}"
    assert source_of(versions, "three") == ""


def test_a_zero_length_and_a_signed_effect_read_well(django_ready: None) -> None:
    from giao.steps.run.monitor.templatetags.monitor import effect, exact, level_value

    assert effect(-0.0141, "share", "number") == "−1.41 points"
    assert effect(None, "share", "number") == "–"
    assert level_value(0.926, "share", "seconds") == "92.6%"
    assert exact(3_661_000_000) == "1:01:01"
