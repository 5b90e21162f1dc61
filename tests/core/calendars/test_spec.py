"""The calendar as a document: what is accepted, what is refused and how, and that it writes itself back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from tests.core.calendars.moments import HOUR

from giao.core.calendars import CalendarError, CalendarSpec, DateSpan, compile_calendar, compile_calendars

OFFICE = {"zone": "Asia/Ho_Chi_Minh", "hours": {"mon-fri": [["08:00", "12:00"], ["13:00", "17:30"]]}}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

WRITTEN = """
zone: Europe/Amsterdam
hours: {mon-fri: [["08:30", "12:30"], [13:15, 17:15]], sat: [["22:00", "06:00"]]}
holidays: [NL, DE-BY]
closed: [2017-12-29, 2017-12-24..2017-12-26, "2018-01-02"]
open: {2017-12-30: [["10:00", "12:00"]]}
cut_off: 15:00
versions:
  - {from: 2018-01-01, closed: [], holidays: NL}
  - {from: "2018-07-01", hours: 24x7, cut_off: null}
"""


def test_a_whole_calendar_is_read() -> None:
    spec = CalendarSpec.model_validate(yaml.safe_load(WRITTEN))
    assert spec.hours is not None
    assert spec.hours[0] == ((8.5 * HOUR, 12.5 * HOUR), (13.25 * HOUR, 17.25 * HOUR))
    assert spec.hours[5] == ((22 * HOUR, 30 * HOUR),)
    assert spec.holidays == ("DE-BY", "NL")
    assert DateSpan(date(2017, 12, 24), date(2017, 12, 26)) in spec.closed
    assert spec.open == {date(2017, 12, 30): ((10 * HOUR, 12 * HOUR),)}
    assert spec.cut_off == 15 * HOUR
    assert [version.start for version in spec.versions] == [date(2018, 1, 1), date(2018, 7, 1)]
    assert not spec.combined


@pytest.mark.parametrize("mode", ["json", "python"])
@pytest.mark.parametrize("document", [yaml.safe_load(WRITTEN), OFFICE, {"any_of": ["a", "b"], "zone": "UTC"}])
def test_it_writes_itself_back(document: dict[str, Any], mode: Any) -> None:
    spec = CalendarSpec.model_validate(document)
    again = CalendarSpec.model_validate(spec.model_dump(mode=mode, by_alias=True))
    assert again == spec
    assert again.model_fields_set == spec.model_fields_set
    assert CalendarSpec.model_validate_json(spec.model_dump_json(by_alias=True)) == spec


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hour": "24x7"}, "no field 'hour'. Did you mean hours\\? Its fields are"),
        ({"zone": "Asia/Saigonn"}, "Did you mean Asia/Saigon"),
        ({"zone": "europe/amsterdam"}, "Did you mean Europe/Amsterdam"),
        ({"zone": 7}, "write an IANA name such as Asia/Ho_Chi_Minh"),
        ({"zone": "localtime"}, "not a time zone of the IANA database"),
        ({"zone": "../../etc/passwd"}, "not a time zone of the IANA database"),
        ({"holidays": "vn"}, "no public holidays are known for 'vn'. Did you mean VN"),
        ({"holidays": "DE-XX"}, "DE has no part 'XX' with holidays of its own. Known parts: BB"),
        ({"holidays": "VN-HN"}, "Known parts: none"),
        ({"holidays": False}, 'Norway must be quoted in YAML: "NO"'),
        ({"holidays": [1]}, "is not a country code or a list of them"),
        ({"closed": ["2026-13-01"]}, "closed: '2026-13-01' is not a date; write it as 2026-02-17"),
        ({"closed": ["2026-03-02..2026-03-01"]}, "ends before it begins; swap the two dates"),
        ({"closed": 7}, "closed: 7 is not a list of dates"),
        (
            {"closed": [yaml.safe_load("2026-03-02 10:00:00")]},
            "has a time of day; write the date alone, as 2026-03-02",
        ),
        ({"open": {"2026-03-02": []}}, "an open day without hours"),
        ({"open": [["08:00", "12:00"]]}, "open: .* is not a mapping"),
        (
            {"open": {date(2026, 3, 2): [["08:00", "12:00"]], "2026-03-02": [["08:00", "12:00"]]}},
            "stands twice",
        ),
        (
            {"open": {"2026-03-02": [["08:00", "12:00"]]}, "closed": ["2026-03-02"]},
            "under open and under closed",
        ),
        ({"cut_off": "24:00"}, "24:00 cuts nothing off"),
        ({"cut_off": "3pm"}, "cut_off: '3pm' is not a time of day"),
        ({"versions": [{"from": "2026-07-01"}]}, "from 2026-07-01 changes nothing"),
        ({"versions": [{"from": "2026-07-01", "zone": "UTC"}]}, "no field 'zone'"),
        ({"versions": [{"hours": "24x7"}]}, "Field required"),
        (
            {"versions": [{"from": "2026-07-01", "cut_off": "12:00"}] * 2},
            "two begin on 2026-07-01; join them",
        ),
        ({"versions": [{"from": "2026-07-01", "any_of": ["x"]}]}, "has hours of its own; make two calendars"),
        ({"any_of": ["x", "y"]}, "combines other calendars and has no hours of its own"),
        ({"any_of": "x"}, "any_of: 'x' is not a list of calendar names"),
        ({"any_of": ["x", "x"]}, "names a calendar twice"),
    ],
)
def test_wrong_input_is_answered_with_the_place_and_the_mend(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CalendarSpec.model_validate({**OFFICE, **change})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"hours": "24x7"}, "The calendar has no zone"),
        ({"zone": "UTC"}, "The calendar has no hours"),
        ({"any_of": ["a", "b"], "all_of": ["a", "c"]}, "any_of and all_of; keep one"),
        ({"any_of": ["a", "b"], "holidays": "VN"}, "has no holidays of its own"),
    ],
)
def test_calendars_that_are_not_whole(document: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CalendarSpec.model_validate(document)


def test_it_publishes_a_schema() -> None:
    schema = CalendarSpec.model_json_schema()
    assert schema["additionalProperties"] is False
    assert {"zone", "hours", "holidays", "closed", "open", "cut_off", "versions", "any_of", "all_of"} == set(
        schema["properties"]
    )
    assert schema["properties"]["hours"]["anyOf"][0] == {"const": "24x7"}


def test_every_zone_is_known() -> None:
    from zoneinfo import available_timezones

    for zone in available_timezones() - {"localtime", "Factory"}:
        assert CalendarSpec.model_validate({"zone": zone, "hours": "24x7"}).zone == zone


def test_same_content_same_hash() -> None:
    def hash_of(**change: Any) -> str:
        spec = CalendarSpec.model_validate({**OFFICE, **change})
        return compile_calendar(spec, *YEAR).spec_hash

    plain = hash_of()
    day = [["13:00", "17:30"], ["8:00", "12:00:00"]]
    assert hash_of(hours={"tue-fri": day, "mon": day}, closed=[], holidays=None) == plain
    assert (
        len({plain, hash_of(holidays="VN"), hash_of(closed=["2026-03-02"]), hash_of(zone="Asia/Bangkok")})
        == 4
    )
    assert hash_of(cut_off="15:00") != plain


def test_the_hash_of_a_combined_calendar_follows_its_members() -> None:
    def hash_of(hours: Any) -> str:
        specs = {
            "day": CalendarSpec.model_validate({"zone": "UTC", "hours": hours}),
            "office": CalendarSpec.model_validate(OFFICE),
            "both": CalendarSpec.model_validate({"all_of": ["office", "day"]}),
        }
        return compile_calendars(specs, *YEAR)["both"].spec_hash

    assert hash_of("24x7") == hash_of({"mon-sun": [["00:00", "24:00"]]})
    assert hash_of("24x7") != hash_of({"mon-fri": [["00:00", "24:00"]]})


def test_unknown_names_and_circles_are_refused_with_their_path() -> None:
    def compile_all(**specs: Any) -> None:
        compile_calendars({name: CalendarSpec.model_validate(spec) for name, spec in specs.items()}, *YEAR)

    with pytest.raises(
        CalendarError, match=r"'sun' names 'hanoy', which does not exist. Did you mean 'hanoi'\?"
    ):
        compile_all(hanoi=OFFICE, sun={"any_of": ["hanoi", "hanoy"]})
    with pytest.raises(CalendarError, match="in a circle: a → b → c → a"):
        compile_all(a={"any_of": ["b"]}, b={"all_of": ["o", "c"]}, c={"any_of": ["a"]}, o=OFFICE)
    with pytest.raises(CalendarError, match="in a circle: a → a"):
        compile_all(a={"any_of": ["a"]})
    with pytest.raises(CalendarError, match="last day 2025-12-31 is before their first 2026-01-01"):
        compile_calendar(CalendarSpec.model_validate(OFFICE), date(2026, 1, 1), date(2025, 12, 31))
