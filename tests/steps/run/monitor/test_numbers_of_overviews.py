"""Numbers of the overviews: the control tower and the statements, walked link by link and computed again from the cases."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.steps.run.monitor.conftest import Desk

LINK = re.compile(
    r'<a href="([^"]+)" class="number"[^>]*>([^<]+)</a>(?:\s*<span class="n">\(n&nbsp;([\d,]+)\))?'
)


def numbers(page: str) -> Iterator[tuple[str, str, str]]:
    """(address, text, n) of every number of a page that opens something."""
    for address, text, n in LINK.findall(page):
        yield html.unescape(address), html.unescape(text).replace("\u00a0", " "), n


def amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.−-]", "", text).replace("−", "-"))


def tower(desk: Desk, query: str = "") -> str:
    desk.get("/levels")  # the reading is there
    answer = desk.client.get("/" + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_number_of_the_tower_opens_exactly_its_cases(desk: Desk) -> None:
    page = tower(desk)
    counted, levels = 0, 0
    for address, text, n in numbers(page):
        path = urlsplit(address).path
        if path.endswith("/cases") and n:
            assert len(desk.rows(address)) == int(n.replace(",", "")), address
            levels += 1
        elif path.endswith(("/cases", "/at-risk")):
            assert len(desk.rows(address)) == amount(text), address
            counted += 1
    assert counted == 3  # open, at risk, overdue
    assert levels >= 10


def test_the_tower_s_share_is_met_over_counted(desk: Desk) -> None:
    for address, text, n in numbers(tower(desk)):
        if "kpi=resolved&" in address and n:
            rows = desk.rows(address)
            met = sum(row["Counts as"] == "met" for row in rows)
            assert f"{met / len(rows) * 100:.1f}%" == text
            return
    pytest.fail("the tower shows no share of resolved cases")


def test_the_tower_s_file_says_what_the_page_says(desk: Desk) -> None:
    import csv
    import io

    page = tower(desk)
    answer = desk.client.get("/?export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 1
    shown = [text for address, text, n in numbers(page) if "f_state=open" in address and not n]
    assert rows[0]["Open"] == shown[0].replace(",", "")
    assert "n " in rows[0]["Service levels"]
    assert "<" not in rows[0]["Service levels"]


def test_every_amount_of_a_statement_recomputes_from_the_cases_that_it_opens(desk: Desk) -> None:
    from giao.kernel.readings.models import KpiFigure, StatementFigure

    months = StatementFigure.objects.filter(engagement=desk.engagement).values_list("month", flat=True)
    if not months:
        desk.get("/levels")
        months = StatementFigure.objects.filter(engagement=desk.engagement).values_list("month", flat=True)
    lines = credits = 0
    for month in months:
        page = desk.source(f"/statements/{month}")
        for address, text, _n in numbers(page):
            asked = parse_qs(urlsplit(address).query)
            if "line" in asked:
                rows = desk.rows(address)
                quantity = sum(Decimal(row["Quantity"]) for row in rows)
                if "€" not in text and "EUR" not in text and "₫" not in text:
                    assert quantity == amount(text), address
                    lines += 1
            elif "kpi" in asked:
                figure = KpiFigure.objects.get(
                    engagement=desk.engagement, kpi=asked["kpi"][0], window=asked["window"][0], group=""
                )
                rows = desk.rows(address)
                assert len(rows) == figure.misses, address
                assert {row["Counts as"] for row in rows} == {"missed"}
                credits += 1
    assert lines >= 3
    assert credits >= 1


def test_the_list_of_statements_says_what_each_statement_says(desk: Desk) -> None:
    desk.get("/levels")
    rows = desk.rows("/statements")
    assert rows
    from giao.kernel.readings.models import StatementFigure

    stored = {
        figure.total.normalize() for figure in StatementFigure.objects.filter(engagement=desk.engagement)
    }
    answer = desk.raw("/statements?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    shown = {Decimal(line.split(",")[-1]).normalize() for line in text.splitlines()[1:]}
    assert shown == stored
