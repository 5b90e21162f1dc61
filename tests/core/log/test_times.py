"""Times: every spelling gives the instant that Python's own datetime gives, and order of day and month is proven."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.log import ImportNeeds, LogMapping, import_log, open_log
from giao.core.log.times import Ambiguous, TimeFormat, detect_format, format_of, localise, parse_times

moments = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))


def written(moment: datetime, fraction: int, joiner: str, offset: str) -> str:
    text = moment.strftime(f"%Y-%m-%d{joiner}%H:%M:%S")
    return text + (f".{moment.microsecond:06d}"[: fraction + 1] if fraction else "") + offset


def instant(moment: datetime, fraction: int, minutes: int) -> datetime:
    keep = 10 ** (6 - fraction)
    moment = moment.replace(microsecond=moment.microsecond // keep * keep if fraction else 0)
    return moment.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(moments, st.sampled_from([0, 1, 3, 6]), st.sampled_from([0, 60, 120, -330, 345])),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["T", " "]),
    st.sampled_from(["%+03d:%02d", "%+03d%02d"]),
)
def test_iso_texts_with_offsets(rows: list[tuple[datetime, int, int]], joiner: str, style: str) -> None:
    texts = []
    for moment, fraction, minutes in rows:
        hours, rest = divmod(abs(minutes), 60)
        offset = style % (hours, rest)
        texts.append(written(moment, fraction, joiner, offset.replace("+", "-") if minutes < 0 else offset))
    form = detect_format(texts)
    assert isinstance(form, TimeFormat)
    assert form.has_offset
    found = parse_times(pl.Series("t", [*texts, None], dtype=pl.String), form, None).values.to_list()
    assert found == [instant(*row) for row in rows] + [None]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(moments, st.sampled_from([0, 3, 6])), min_size=1, max_size=8),
    st.sampled_from(
        [
            "UTC",
            "Europe/Paris",
            "Asia/Ho_Chi_Minh",
            "America/New_York",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
        ]
    ),
)
def test_local_times_of_a_zone(rows: list[tuple[datetime, int]], zone: str) -> None:
    texts = [written(moment, fraction, " ", "") for moment, fraction in rows]
    form = detect_format(texts)
    assert isinstance(form, TimeFormat)
    found = parse_times(pl.Series("t", texts), form, zone).values.to_list()
    keep = [instant(moment, fraction, 0).replace(tzinfo=ZoneInfo(zone)) for moment, fraction in rows]
    assert found == [moment.astimezone(UTC) for moment in keep]


@pytest.mark.parametrize(
    ("texts", "pattern", "first"),
    [
        (["29/2/2016 01:16"], "%d/%m/%Y %H:%M", datetime(2016, 2, 29, 1, 16)),
        (["2/29/16 1:16 PM"], "%m/%d/%y %I:%M %p", datetime(2016, 2, 29, 13, 16)),
        (["31.12.2023 08:15:30"], "%d.%m.%Y %H:%M:%S%.f", datetime(2023, 12, 31, 8, 15, 30)),
        (["31.12.2023 08:15:30,250"], "%d.%m.%Y %H:%M:%S%.f", datetime(2023, 12, 31, 8, 15, 30, 250000)),
        (["5-Mar-2024 10:00"], "%d-%b-%Y %H:%M", datetime(2024, 3, 5, 10)),
        (["20240305"], "%Y%m%d", datetime(2024, 3, 5)),
        (["2024/03/05 10:00"], "%Y/%m/%d %H:%M", datetime(2024, 3, 5, 10)),
        (["2024-03-05"], "%Y-%m-%d", datetime(2024, 3, 5)),
        (["2024-03-05 10:00:00 UTC"], "%Y-%m-%d %H:%M:%S%.f %#z", datetime(2024, 3, 5, 10)),
        (["2024-03-05T10:00:00Z"], "%Y-%m-%dT%H:%M:%S%.f%#z", datetime(2024, 3, 5, 10)),
    ],
)
def test_formats_are_found(texts: list[str], pattern: str, first: datetime) -> None:
    form = detect_format(texts)
    assert isinstance(form, TimeFormat)
    assert form.patterns == (pattern,)
    assert parse_times(pl.Series("t", texts), form, "UTC").values.to_list() == [first.replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    "text", ["2024", "12:30", "1.5", "32/13/2024x", "2024-03-05T", "hello", "10-20-30-40", ""]
)
def test_what_is_no_time(text: str) -> None:
    assert detect_format([text]) is None


def test_order_of_day_and_month_needs_evidence() -> None:
    assert isinstance(detect_format(["1/2/2024", "3/4/2024"]), Ambiguous)
    assert detect_format(["1/2/2024", "13/4/2024"]) == TimeFormat(("%d/%m/%Y",), has_time=False)
    assert detect_format(["1/2/2024", "3/14/2024"]) == TimeFormat(("%m/%d/%Y",), has_time=False)
    assert format_of("%d/%m/%Y %H:%M:%S.%f%z").patterns == ("%d/%m/%Y %H:%M:%S%.f%#z",)


def test_evidence_late_in_the_file_is_found(tmp_path: Path) -> None:
    rows = [f"c{n},a,{n % 12 + 1}/{n % 11 + 1}/2023 10:00\n" for n in range(30_000)]
    path = tmp_path / "late.csv"
    path.write_text("case,activity,time\n" + "".join(rows))
    with pytest.raises(ImportNeeds, match="day first or month first"):
        import_log(path, tmp_path / "log", LogMapping(zone="UTC"))
    path.write_text("case,activity,time\n" + "".join(rows) + "last,a,2/28/2023 10:00\n")
    report = import_log(path, tmp_path / "log", LogMapping(zone="UTC"))
    assert report.mapping.date_format == "%m/%d/%Y %H:%M"
    assert open_log(tmp_path / "log").case_events("c1")["time"].to_list() == [
        datetime(2023, 2, 2, 10, tzinfo=UTC)
    ]


def test_clocks_put_forward_and_back_are_counted() -> None:
    walls = pl.Series(
        "t",
        [datetime(2023, 3, 26, 2, 30), datetime(2023, 10, 29, 2, 30), datetime(2023, 10, 29, 3, 30), None],
    )
    found = localise(walls, "Europe/Paris")
    assert (found.twice, found.skipped) == (1, 1)
    assert [value and value.isoformat() for value in found.values] == [
        "2023-03-26T01:30:00+00:00",
        "2023-10-29T00:30:00+00:00",
        "2023-10-29T02:30:00+00:00",
        None,
    ]
