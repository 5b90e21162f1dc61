"""Laws of paging: whatever comes or goes between two pages, a row that stays is seen exactly once, in order."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st


def asked(limit: int, cursor: str | None = None) -> Any:
    from django.test import RequestFactory

    from giao.kernel.api.paging import asked_page

    query = {"limit": str(limit), "state": "open"} | ({"cursor": cursor} if cursor else {})
    return asked_page(RequestFactory().get("/api/v1/x", query))


VALUES = st.one_of(st.none(), st.integers(-3, 3))
ROWS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), VALUES, max_size=25)


@given(ROWS, ROWS, st.sets(st.integers(0, 24)), st.integers(1, 7), st.booleans(), st.sampled_from("kv"))
def test_a_frame_is_paged_under_inserts_and_deletes(
    django_ready: None, first: Any, later: Any, gone: set[int], limit: int, falling: bool, sort: str
) -> None:
    from giao.kernel.api.paging import frame_page

    def frame(rows: dict[str, Any]) -> pl.LazyFrame:
        return pl.DataFrame(
            {"k": list(rows), "v": list(rows.values())}, schema={"k": pl.String, "v": pl.Int64}
        ).lazy()

    by = f"-{sort}" if falling else sort
    rows, arriving = dict(first), [item for item in later.items() if item[0] not in first]
    leaving = [name for at, name in enumerate(first) if at in gone]
    stay = set(first) - set(leaving)
    seen: list[str] = []
    page, following = frame_page(frame(rows), asked(limit), sort=by, key="k")
    while True:
        assert page.height <= limit
        seen += page["k"].to_list()
        if following is None:
            break
        if arriving:
            name, value = arriving.pop()
            rows[name] = value
        if leaving:
            rows.pop(leaving.pop(), None)
        page, following = frame_page(frame(rows), asked(limit, following), sort=by, key="k")
    assert len(seen) == len(set(seen)), "no duplicate"
    assert stay <= set(seen), "no gap"
    whole, _end = frame_page(frame(first), asked(500), sort=by, key="k")
    kept = [name for name in whole["k"].to_list() if name in stay]
    assert [name for name in seen if name in stay] == kept, "in order"


@given(ROWS, ROWS, st.integers(1, 7), st.booleans())
def test_a_small_list_is_paged_under_inserts(
    django_ready: None, first: Any, later: Any, limit: int, falling: bool
) -> None:
    from giao.kernel.api.paging import list_page

    rows, arriving = set(first), sorted(set(later) - set(first))
    seen: list[str] = []
    page, following = list_page(sorted(rows), asked(limit), lambda row: [row], falling=falling)
    while True:
        seen += page
        if following is None:
            break
        rows |= set(arriving[:1])
        del arriving[:1]
        page, following = list_page(sorted(rows), asked(limit, following), lambda row: [row], falling=falling)
    assert seen == sorted(seen, reverse=falling)
    assert len(seen) == len(set(seen))
    assert set(first) <= set(seen)


def test_stored_rows_are_paged_while_others_come(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.api.paging import page_of
    from giao.kernel.audit.models import Act
    from giao.kernel.audit.record import record_act

    engagement = world().engagement
    first = [record_act(engagement, None, "x", str(number)).pk for number in range(17)]
    rows = Act.objects.filter(engagement=engagement, what="x")
    page, following = page_of(rows, asked(5))
    seen = [row.pk for row in page]
    while following is not None:
        record_act(engagement, None, "x", "later")
        page, following = page_of(rows, asked(5, following))
        seen += [row.pk for row in page]
    assert seen == list(reversed(first))


def test_durations_and_amounts_are_written_exactly() -> None:
    from decimal import Decimal

    from giao.kernel.api.values import decimal, duration, instant_us

    said = {
        0: "PT0S",
        1: "PT0.000001S",
        -90_000_000: "-PT1M30S",
        36_000_000_000: "PT10H",
        90_061_500_000: "PT25H1M1.5S",
    }
    assert {us: duration(us) for us in said} == said
    assert [decimal(Decimal(text)) for text in ("5", "120.500000", "-0.000001", "1E+3")] == [
        "5",
        "120.50",
        "-0.000001",
        "1000",
    ]
    assert instant_us(1_500_000) == "1970-01-01T00:00:01.500000Z"
