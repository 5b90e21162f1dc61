"""The pages: what each says, in both languages, to whom, as of when, and what it refuses."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
from tests.steps.run.monitor.conftest import Desk
from tests.steps.run.monitor.small_desk import HOSTILE

PLACES = ("/levels", "/levels/resolved", "/cases", "/cases/C-0100", "/at-risk", "/reported")


def test_every_page_speaks_both_languages(desk: Desk) -> None:
    from giao.ui import messages

    said = {
        "/levels": "Mức dịch vụ",
        "/cases": "Hồ sơ",
        "/at-risk": "Có nguy cơ",
        "/cases/C-0100": "Khắc phục",
    }
    for place in PLACES:
        assert 'lang="en"' in desk.source(place)
    desk.client.post("/language", {"language": "vi", "next": "/"})
    for place in PLACES:
        page = desk.get(place)
        assert '<html lang="vi"' in page
        assert said.get(place, "") in page
    missing = [fault for fault in messages.faults() if "/monitor/" in fault]
    assert missing == []


def test_service_levels_show_value_n_interval_state_and_what_is_only_measured(desk: Desk) -> None:
    page = desk.get("/levels")
    assert "promises are missed in their newest window" in page
    assert "95% interval" in page
    assert "measured only, nothing promised" in page
    assert "provisional" in page
    assert page.count("<tbody data-rows") == 2  # months and weeks have columns of their own


def test_a_level_says_its_definition_beside_its_yaml(desk: Desk) -> None:
    page = desk.get("/levels/resolved?window=2024-02")
    assert "Expected 90%, at least 70%." in page
    source = re.search(r"<code>(resolved:.*?)</code>", page, re.S)
    assert source
    assert source.group(1).rstrip().endswith("points: 60")
    assert "at_stop" not in source.group(1)
    assert "Left out" in page or "left out" in page


def test_a_level_shows_claims_that_wait_and_what_they_would_change(desk: Desk) -> None:
    from giao.kernel.readings.compute import results_of
    from giao.kernel.readings.models import Reading

    desk.get("/levels")
    summary: Any = results_of(Reading.objects.get(engagement=desk.engagement)).summary
    claimed = [(item["kpi"], item["window"]) for item in summary["kpis"] if item["claims"]]
    assert claimed
    for kpi, window in claimed:
        page = desk.get(f"/levels/{kpi}?window={window}")
        assert "Claims that wait for agreement" in page
        assert "the number would be" in page
    assert "Claims that wait" not in desk.get("/levels/happy?window=2024-02")


def test_a_level_names_the_credits_that_it_moved_with_their_arithmetic(desk: Desk) -> None:
    page = desk.get("/levels/resolved")
    assert "Arithmetic" in page
    assert "€" in page
    assert "A key measure" in desk.get("/levels/received")


def test_an_unknown_level_or_case_is_not_there(desk: Desk) -> None:
    desk.get("/levels/nothing", 404)
    desk.get("/cases/nothing", 404)
    desk.get("/cases/~%21%21", 404)


def test_cases_search_sort_filter_and_page_by_the_address_alone(desk: Desk) -> None:
    assert [row["Case"] for row in desk.rows("/cases?q=c-0100")] == ["C-0100"]
    hanoi = desk.rows("/cases?a_site=Hanoi&f_state=delivered")
    assert {row["site"] for row in hanoi} == {"Hanoi"}
    assert {row["State"] for row in hanoi} == {"delivered"}
    unset = desk.rows("/cases?none=score_given")
    assert unset
    assert not {row["Case"] for row in unset} & {row["Case"] for row in desk.rows("/cases?a_score_given=5")}
    newest = desk.rows("/cases?sort=-received")
    assert [row["Received"] for row in newest] == sorted((row["Received"] for row in newest), reverse=True)
    every = len(desk.rows("/cases"))
    assert f"1–25 of {every}" in desk.get("/cases?size=25")
    page = desk.get("/cases?pick=site")
    assert "a_site=Hanoi" in page
    overdue = desk.rows("/cases?clock=resolution:overdue")
    assert overdue
    assert {row["State"] for row in overdue} <= {"open", "delivered", "cancelled"}


def test_what_makes_no_sense_in_an_address_never_breaks_a_list(desk: Desk) -> None:
    for query in (
        "kpi=nothing", "kpi=resolved&window=9999-99&role=king&weekday=x&hour=99999999999999999999", "line=nothing&month=x", "clock=::", "clock=nothing",
        "a_nothing=1", "none=nothing", "pick=nothing", "sort=-nothing&page=-4&size=7", "f_state=nothing", "kpi=resolved&sort=m_group", "group=x",
    ):  # fmt: skip
        assert desk.raw(f"/cases?{query}").status_code == 200, query
    for place in ("/levels?windows=nine", "/levels/resolved?window=x&by=x&over=x", "/at-risk?f_state=x&f_clock=x", "/reported?verdict=x&ending=x&window=x"):  # fmt: skip
        assert desk.raw(place).status_code == 200, place
    assert desk.raw("/cases?as_of=never").status_code == 400


def test_hostile_ids_have_a_page_and_hostile_values_never_become_markup_or_formulas(desk: Desk) -> None:
    from django.urls import reverse

    listed = {row["Case"].removeprefix("'") for row in desk.rows("/cases")}
    assert set(HOSTILE) <= listed
    for case in HOSTILE:
        address = reverse("case", kwargs={"slug": desk.engagement.slug, "case": case})
        assert "/../" not in address
        assert case in desk.get(address)
    source = desk.source("/cases?size=250&cols=case&cols=note&cols=site")
    assert "<script>alert" not in source
    assert "<b>Vinh" not in source
    cells = [cell for row in desk.rows("/cases") for cell in row.values() if cell]
    assert not [cell for cell in cells if cell[0] in "=+@\t"]
    assert "'=1+1" in cells


def test_the_workbook_holds_the_same_rows_without_formulas(desk: Desk) -> None:
    import io
    import zipfile

    body = desk.raw("/cases?kpi=resolved&window=2024-02&role=missed&export=xlsx&cols=case&cols=note").content
    book = zipfile.ZipFile(io.BytesIO(body))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    rows = len(desk.rows("/cases?kpi=resolved&window=2024-02&role=missed"))
    assert len(re.findall(r"<row ", sheet)) == rows + 1


def test_personal_data_is_masked_for_everybody_who_gave_no_reason(desk: Desk) -> None:
    row = desk.rows("/cases?q=C-0100")[0]
    name, agent = row["Customer"], row["Person"]
    assert name.startswith("Nguyễn Văn")
    assert desk.rows(f"/cases?a_customer={quote(name)}")
    for role in ("analyst", "auditor", "client_manager"):
        desk.sign_in(role)
        for place in ("/cases?size=250&cols=customer&cols=who_resource", "/cases/C-0100", "/at-risk?cols=customer&cols=case", "/levels/resolved?by=customer"):  # fmt: skip
            page = desk.get(place)
            assert name not in page, (role, place)
            assert agent not in page, (role, place)
        assert {row["Customer"] for row in desk.rows("/cases")} == {"•••"}
        assert desk.rows(f"/cases?q={quote(name)}") == []
        everything = len(desk.rows("/cases"))
        assert len(desk.rows(f"/cases?a_customer={quote(name)}")) == everything  # cannot be asked for
        assert "•••" in desk.get("/cases/C-0100")
        assert 'value="customer"' not in desk.source("/levels/resolved").split('id="by-attribute"')[1]


def test_a_reason_opens_one_case_or_one_field_and_nothing_more(desk: Desk) -> None:
    name = desk.rows("/cases?q=C-0100")[0]["Customer"]
    desk.sign_in("client_manager")
    case = desk.source("/cases/C-0100")
    ask = html.unescape(re.findall(r'href="([^"]*/unmask[^"]*)"', case)[0])
    assert (
        desk.client.post(
            ask.split("?")[0], {"case": "C-0100", "reason": "the customer is on the phone"}
        ).status_code
        == 302
    )
    assert name in desk.get("/cases/C-0100")
    assert {row["Customer"] for row in desk.rows("/cases")} == {"•••"}
    lists = [html.unescape(one) for one in re.findall(r'href="([^"]*/unmask[^"]*)"', desk.source("/cases"))]
    assert any("field=customer" in one for one in lists)
    desk.client.post(ask.split("?")[0], {"field": "customer", "reason": "a list of customers to call"})
    row = desk.rows("/cases?q=C-0100")[0]
    assert (row["Customer"], row["Person"]) == (name, "•••")
    desk.sign_in("analyst")
    assert "/unmask" not in desk.source("/cases/C-0100") + desk.source("/cases")


def test_an_administrator_reads_but_takes_no_file_away(desk: Desk) -> None:
    desk.sign_in("administrator")
    answer = desk.raw("/cases?export=csv")
    assert answer["Content-Type"].startswith("text/html")
    assert "download>" not in answer.content.decode()


def test_a_stranger_finds_nothing(desk: Desk) -> None:
    from tests.kernel.ground import person, world

    desk.client.force_login(person("Stranger", world().client))
    for place in PLACES:
        desk.get(place, 404)


def test_the_past_stands_on_every_page_and_goes_along(desk: Desk) -> None:
    past = "?as_of=2024-02-15T10:00"
    for place in PLACES:
        page = desk.get(place + past)
        assert "You are looking at the past" in page, place
    page = desk.source("/levels" + past)
    heads = re.findall(r'<th scope="col" class="num"><a[^>]*>([^<]+)</a></th>', page.replace("\u00a0", " "))
    assert "Feb 2024" in heads
    assert "Mar 2024" not in heads
    own = re.findall(rf'href="({desk.at}/(?:cases|levels)[^"]*)"', page)
    own = [address for address in own if address != f"{desk.at}/levels"]  # the way back to now
    assert own
    assert all("as_of=" in address for address in own)
    now, then = len(desk.rows("/cases")), len(desk.rows("/cases" + past))
    assert 0 < then < now


def test_before_there_is_anything_the_pages_say_what_comes_first(client: Any) -> None:
    from tests.kernel.ground import AGREEMENT, person, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    here = world()
    client.force_login(person("Lan", here.client))
    for place in PLACES:
        assert "No agreement in force yet" in client.get(f"/e/{here.engagement.slug}{place}").content.decode()
    adopt_agreement(here.engagement, AGREEMENT)
    for place in PLACES:
        assert "No event log yet" in client.get(f"/e/{here.engagement.slug}{place}").content.decode()


def test_while_computing_and_when_failed_the_pages_say_so(client: Any) -> None:
    from tests.kernel.ground import AGREEMENT, person, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import LogImport
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.readings.models import Reading

    here = world()
    client.force_login(person("Lan", here.client))
    adopt_agreement(here.engagement, AGREEMENT)
    LogImport.objects.create(engagement=here.engagement, source="x", folder="x", hash="c" * 64)
    inputs = inputs_of([here.engagement])[here.engagement.pk]
    reading = Reading.objects.create(
        engagement=here.engagement, agreement_hash=inputs.agreement_hash, log_hash=inputs.ledger_hash, as_of=here.engagement.as_of,
    )  # fmt: skip
    for place in ("/levels", "/levels/x", "/cases", "/at-risk", "/reported"):
        page = client.get(f"/e/{here.engagement.slug}{place}").content.decode()
        assert "Computing for the first time" in page, place
        assert "No numbers yet" in page
    Reading.objects.filter(pk=reading.pk).update(state="failed", error="The clock never stops; mend it.")
    for place in ("/levels", "/cases", "/at-risk", "/reported"):
        page = client.get(f"/e/{here.engagement.slug}{place}").content.decode()
        assert "The clock never stops; mend it." in page
        assert "Try again" in page


def test_reported_beside_measured_takes_the_latest_figure_and_names_the_difference(desk: Desk) -> None:
    page = desk.get("/reported")
    assert "97.0%" in page
    assert "98.0%" in page
    assert "99.0%" not in page  # a later report replaced it
    assert "points" in page
    earlier = desk.get("/reported?as_of=2024-02-06T00:00")
    assert "99.0%" in earlier
    assert "97.0%" not in earlier


def test_the_number_of_queries_does_not_grow_with_the_rows(desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get("/cases")

    def asked(size: int) -> list[str]:
        """What the page asks of the tables. Left out: the note that a session is in use, written once a minute, and the
        role of the connection, set back by whichever visit finds it changed. Neither has to do with rows."""
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"/cases?size={size}")
        return [
            query["sql"]
            for query in queries
            if "kernel_session" not in query["sql"] and "set_config(" not in query["sql"]
        ]

    few, many = asked(25), asked(250)
    assert len(few) > 5
    assert len(few) == len(many), "\n".join(many)


@pytest.mark.parametrize("case", ["C-0100", HOSTILE[2]])
def test_the_portal_s_search_leads_to_the_case(desk: Desk, case: str) -> None:
    import html

    desk.get("/cases")
    found = desk.client.get("/search", {"q": case}).content.decode()
    target = re.search(rf'href="({desk.at}/cases/[^"]+)"', found)
    assert target
    assert case in desk.get(html.unescape(target.group(1)))
