"""Every list of every page can be searched, sorted and exported, or says here why not.

The pages are found by the resolver and read as somebody who may do everything; a table of rows that is not the one table of
`giao.ui` fails the test until it is one, or until its reason stands in `NOT_LISTS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from tests.portal.test_every_address import MARKS, Planted, browser, plant

NOT_LISTS = {
    "statement": "an invoice: its lines stand in their order, PDF and Excel are its files",
    "month_close": "the vendor's invoice beside the statement, line by line; the invoice itself is downloaded",
    "level": "roles, windows, groups and heat map are the figures of one number, each with a table of its chart",
    "case": "the events of one case and the intervals of its clocks, in the order of time",
    "replay": "months side by side, beside the tables that are lists",
    "alarm_rule": "the calibration of one rule: five bins of a chart",
    "alarm_rule_new": "as alarm_rule",
    "agreement": "the document",
    "agreement_edit": "the outcome of a trial, a row a service level",
    "rejected": "counts by reason with a trend, beside the list itself",
    "chain_agreements": "the few supporting agreements of one's own side",
    "chain_agreement": "the versions of one agreement",
    "proposal": "the difference of two texts",
    "proposal_new": "the difference of two texts",
    "upload": "the first rows of a file that is not imported yet",
    "api_docs": "parameters of an address",
}
UNSEARCHED = {
    "statement": "an invoice",
    "levels": "searched; the columns are its windows",
}


@pytest.fixture(scope="module")
def planted(test_database: None) -> Iterator[Planted]:
    from django.db import transaction

    block = transaction.atomic()
    block.__enter__()
    yield plant()
    transaction.set_rollback(True)
    block.__exit__(None, None, None)


def pages(planted: Planted) -> Iterator[tuple[str, str, Any]]:
    """(name, address, document) of each page that the planted person sees."""
    from giao.kernel.parties.models import User

    visitor = browser(User.objects.get(email=MARKS["mail"]))
    for name, path in planted.addresses():
        if name.startswith("api"):
            continue
        answer = visitor.get(path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield name, path, html.fromstring(answer.content.decode())
        elif answer.streaming:
            b"".join(answer.streaming_content)  # a file that is not read to its end stays open


def test_every_table_of_rows_is_the_one_table_or_says_why_not(planted: Planted, db: None) -> None:
    seen = set()
    for name, path, page in pages(planted):
        seen.add(name)
        own = [
            table
            for table in page.iter("table")
            if not any("data-table" in (above.get("class") or "").split() for above in table.iterancestors())
            and not any("chart-data" in (above.get("class") or "").split() for above in table.iterancestors())
        ]
        assert not own or name in NOT_LISTS, f"{path}: a list that is not the one table of giao.ui"
    assert len(seen) > 30


def test_every_list_is_searched_sorted_and_exported(planted: Planted, db: None) -> None:
    """By what stands on the page: the search field, heads that are links, the addresses of both files; and they answer."""
    from giao.kernel.parties.models import User

    visitor = browser(User.objects.get(email=MARKS["mail"]))
    lists = 0
    for name, path, page in pages(planted):
        for table in page.find_class("data-table"):
            lists += 1
            where = f"{name} {table.get('id')}"
            assert table.xpath(".//input[@type='search']"), f"{where}: no search"
            heads = table.xpath(".//thead//a/@href")
            assert heads, f"{where}: no column sorts"
            files = table.xpath(".//a[@download and contains(@href, 'export=')]/@href")
            assert len(files) == 2, f"{where}: no export"
            for address in [heads[0], *files]:
                answer = visitor.get(_from(path, address))
                assert answer.status_code == 200, f"{where}: {address} gives {answer.status_code}"
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert body, f"{where}: {address} is empty"
            search = table.xpath(".//input[@type='search']/@name")[0]
            nothing = visitor.get(path, {search: "no row holds this text"}).content.decode()
            shown = html.fromstring(nothing).get_element_by_id(table.get("id"))
            assert not shown.xpath(".//tbody/tr"), f"{where}: the search finds what does not fit"
    assert lists >= 20


def _from(path: str, address: str) -> str:
    return path + address if address.startswith("?") else address


def test_rows_are_found_and_sorted_by_what_is_shown(planted: Planted, db: None) -> None:
    """Also words that are not stored (acts are told in the reader's language) and Vietnamese in any capitals."""
    from giao.kernel.parties.models import User

    visitor = browser(User.objects.get(email=MARKS["mail"]))
    audit = f"/e/{planted.world.engagement.slug}/audit"

    def whats(**asked: str) -> list[str]:
        page = html.fromstring(visitor.get(audit, asked).content.decode())
        return [cell.text_content() for cell in page.xpath("//td[@data-label='What']")]

    assert whats(q="MASKED personal") == ["looked at masked personal data"]
    assert whats(f_what="record_log") == ["imported an event log"]
    newest, oldest = whats(), whats(sort="at")
    assert newest == oldest[::-1]
    assert len(newest) >= 3
    theirs = whats(q=MARKS["person"].upper())
    assert theirs == [what for what in newest if what != "opened the engagement"], (
        "nobody is known to have done that"
    )
    by_who = visitor.get(audit, {"sort": "who", "export": "csv"})
    assert b"".join(by_who.streaming_content).decode().count("\r\n") == len(newest) + 1


def test_a_list_in_no_engagement_keeps_its_readers_own_views(planted: Planted, db: None) -> None:
    from tests.kernel.ground import person

    from giao.kernel.parties.models import User

    visitor = browser(User.objects.get(email=MARKS["mail"]))
    said = {
        "path": "/",
        "table": "tower",
        "query": "sort=-credits&page=3",
        "name": "Money first",
        "next": "/",
    }
    assert visitor.post("/views", said).status_code == 302
    page = html.fromstring(visitor.get("/").content.decode())
    assert page.xpath("//ul[@class='views-list']//a/@href") == ["/?sort=-credits"]
    assert not page.xpath("//div[contains(@class, 'views')]//input[@name='shared']"), "nobody to share with"
    remove = page.xpath("//ul[@class='views-list']//form/@action")[0]
    other = browser(person("Other", planted.world.client, "client_manager"))
    assert "Money first" not in other.get("/").content.decode()
    assert other.post(remove).status_code == 404
    for wrong in ({"path": "/e/x/"}, {"path": "//elsewhere.example"}, {"table": ""}):
        assert visitor.post("/views", said | wrong).status_code == 404
    assert visitor.post(remove).status_code == 302
    assert "The view “Money first” is gone" in visitor.get("/").content.decode()
    assert "Money first" not in visitor.get("/").content.decode()
