"""What is read: engagements, service levels, cases; pages, tags, instants, masks, and the problem of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import Caller, by_token, is_problem, signed_in

READS = ("engagement:read", "readings:read", "agreement:read")


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Any:
    from tests.steps.ground_of_steps import small_engagement

    from giao.kernel.readings.queries import reading_for

    made = small_engagement(tmp_path)
    assert reading_for(made.engagement).ready
    return made


@pytest.fixture
def caller(desk: Any) -> Caller:
    return by_token(desk.vendor, *READS)


def here(desk: Any, path: str = "") -> str:
    return f"/engagements/{desk.engagement.slug}{path}"


def test_engagements_are_listed_and_found(desk: Any, caller: Caller) -> None:
    said = caller.get("/engagements").json()
    assert [item["slug"] for item in said["items"]] == [desk.engagement.slug]
    one = caller.get(here(desk)).json()
    assert one["sides"] == ["vendor"]
    assert len(one["agreement_hash"]) == len(one["ledger_hash"]) == 64
    assert one["as_of"] == "2016-03-20T12:00:00Z"
    version = caller.get(here(desk, "/agreement/versions/1")).json()
    assert version["effective"] == "2016-01-01"
    assert "kind: share_in_target" in version["text"]


def test_a_number_says_its_reading_and_leads_to_its_cases(desk: Any, caller: Caller) -> None:
    said = caller.get(here(desk, "/kpis?kpi=in_time")).json()
    newest, january = said["items"][0], said["items"][-1]
    assert (newest["window"], january["window"]) == ("2016-03", "2016-01")
    assert january["n"] == 14
    assert january["exact"] == "9/14"
    assert said["reading"]["as_of"] == "2016-03-20T12:00:00Z"
    rows = caller.follow(january["cases"], limit=4)
    assert len(rows) == january["n"]
    assert sum(row["counts"]["role"] == "met" for row in rows) == 9
    assert {row["counts"]["duration"] for row in rows} == {"PT5H", "PT20H"}
    one = caller.get(here(desk, "/kpis/in_time/windows/2016-01")).json()
    assert one["credits"][0]["amount"]["currency"] == "EUR"
    assert one["credits"][0]["amount"]["amount"].count(".") == 1


@pytest.mark.parametrize("sort", ["case", "-case", "received", "-received", "delivered", "state", "-events"])
def test_the_pages_of_a_list_are_the_list(desk: Any, caller: Caller, sort: str) -> None:
    whole = [row["case"] for row in caller.follow(here(desk, f"/cases?sort={sort}"), limit=500)]
    assert len(whole) == len(set(whole)) == 39
    for limit in (1, 3, 38, 39):
        paged = [row["case"] for row in caller.follow(here(desk, f"/cases?sort={sort}"), limit=limit)]
        assert paged == whole, limit


def test_cases_are_filtered_as_on_the_page(desk: Any, caller: Caller) -> None:
    late = caller.follow(here(desk, "/cases?clock=resolution:breached"))
    assert len(late) == 13
    assert [row["case"] for row in caller.follow(here(desk, "/cases?q=C37"))] == ["C37"]
    is_open = caller.follow(here(desk, "/cases?state=open"))
    assert [row["case"] for row in is_open] == ["C38"]
    counted = caller.follow(here(desk, "/cases?line=resolved&month=2016-01"))
    assert len(counted) == 14
    assert counted[0]["counted"]["quantity"] == "1"


def test_one_case_tells_its_clocks_to_the_second(desk: Any, caller: Caller) -> None:
    said = caller.get(here(desk, "/cases/C0")).json()
    assert [event["activity"] for event in said["events"]] == ["Opened", "Resolved"]
    instance = said["clocks"][0]["instances"][0]
    assert (instance["state"], instance["consumed"], instance["budget"]) == ("breached", "PT20H", "PT10H")
    assert instance["intervals"][0]["start"] == "2016-01-04T08:00:00Z"
    is_problem(caller.get(here(desk, "/cases/none")), 404, "Not found")


def test_as_of_stands_at_an_earlier_instant(desk: Any, caller: Caller) -> None:
    said = caller.get(here(desk, "/cases?as_of=2016-01-10T12:00:00Z")).json()
    assert len(said["items"]) == 4
    assert said["reading"]["as_of"] == "2016-01-10T12:00:00Z"
    is_problem(caller.get(here(desk, "/kpis?as_of=yesterday")), 400, "Not possible")


def test_what_the_caller_has_is_not_sent_again(desk: Any, caller: Caller) -> None:
    for path in ("/kpis", "/cases", "/cases/C1", "/at-risk", "/reported", "/agreement/versions", ""):
        first = caller.get(here(desk, path))
        assert first.status_code == 200, path
        again = caller.get(here(desk, path), **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]
    other = caller.get(here(desk, "/cases?limit=2"))
    assert other.headers["ETag"] != caller.get(here(desk, "/cases")).headers["ETag"]


def test_the_tag_changes_after_an_event(db: None) -> None:
    from tests.kernel.ledger import ground

    engagement = ground.desk()
    ground.accept(engagement, [ground.event(1)], "crm")
    ground.sequence_all(engagement.pk)
    caller = by_token(engagement.client, *READS)
    path = f"/engagements/{engagement.slug}/cases?as_of=2027-01-01T00:00:00Z"
    first = caller.get(path)
    assert [row["case"] for row in first.json()["items"]] == ["C1"]
    tag = first.headers["ETag"]
    assert caller.get(path, **{"If-None-Match": tag}).status_code == 304
    ground.accept(engagement, [ground.event(2, case="C2")], "crm")
    ground.sequence_all(engagement.pk)
    second = caller.get(path, **{"If-None-Match": tag})
    assert second.status_code == 200
    assert [row["case"] for row in second.json()["items"]] == ["C1", "C2"]
    assert second.json()["reading"]["ledger_position"] > first.json()["reading"]["ledger_position"]
    assert (
        caller.get(f"/engagements/{engagement.slug}/cases/C2?as_of=2027-01-01T00:00:00Z").status_code == 200
    )


def test_a_list_stands_on_the_reading_that_it_began_with(db: None) -> None:
    """Events that come while somebody reads page by page make no duplicate and no gap."""
    from tests.kernel.ledger import ground

    engagement = ground.desk()
    ground.accept(engagement, [ground.event(n, case=f"C{n:02d}") for n in range(10, 20)], "crm")
    ground.sequence_all(engagement.pk)
    caller = by_token(engagement.client, *READS)
    path = f"/engagements/{engagement.slug}/cases?as_of=2027-01-01T00:00:00Z&limit=4&sort=-received"
    said = caller.get(path).json()
    seen = [row["case"] for row in said["items"]]
    number = 30
    while said["next"]:
        ground.accept(engagement, [ground.event(number, case=f"B{number}")], "crm")
        ground.sequence_all(engagement.pk)
        number += 1
        said = caller.get(f"{path}&cursor={said['next']}").json()
        seen += [row["case"] for row in said["items"]]
    assert seen == [f"C{n}" for n in range(19, 9, -1)]


def test_a_foreign_engagement_is_not_there(desk: Any, tmp_path: Path) -> None:
    from tests.kernel.ground import person, world

    stranger = world()
    token = by_token(stranger.client, *READS)
    browser = signed_in(person("Eve", stranger.client))
    for path in ("", "/kpis", "/cases", "/cases/C1", "/agreement/versions"):
        answers = [caller.get(here(desk, path)) for caller in (token, browser)]
        answers += [caller.get(f"/engagements/nowhere{path}") for caller in (token, browser)]
        for answer in answers:
            is_problem(answer, 404, "Not found")
        assert len({answer.content for answer in answers}) == 1, "missing and foreign are told alike"


def test_who_asks_is_checked(desk: Any, client: Any) -> None:
    path = here(desk, "/kpis")
    answer = Caller(client).get(path)
    is_problem(answer, 401, "Not authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    is_problem(Caller(client, "giao_wrong").get(path), 401)
    small = by_token(desk.client, "events:write").get(path)
    assert "readings:read" in is_problem(small, 403, "Not allowed")["detail"]
    assert 'scope="readings:read"' in small.headers["WWW-Authenticate"]
    limited = by_token(desk.client, "readings:read")
    assert limited.get(path).status_code == 200


def test_a_signed_in_person_reads_with_the_session(desk: Any) -> None:
    from tests.kernel.ground import person

    caller = signed_in(person("Lan", desk.client))
    assert caller.get(here(desk)).json()["roles"] == ["client_manager"]
    assert caller.get(here(desk, "/kpis")).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "title", "at"),
    [
        ("limit=0", 422, "Not understood", "query.limit"),
        ("limit=many", 422, "Not understood", "query.limit"),
        ("cursor=abc", 400, "Bad cursor", "query.cursor"),
        ("sort=colour", 422, "Not understood", "query.sort"),
    ],
)
def test_a_bad_question_says_where(
    desk: Any, caller: Caller, query: str, status: int, title: str, at: str
) -> None:
    said = is_problem(caller.get(here(desk, f"/cases?{query}")), status, title)
    assert [error["at"] for error in said["errors"]] == [at]


def test_a_cursor_is_good_for_its_own_list(desk: Any, caller: Caller) -> None:
    cursor = caller.get(here(desk, "/cases?limit=3")).json()["next"]
    is_problem(caller.get(here(desk, f"/cases?limit=3&state=open&cursor={cursor}")), 400, "Bad cursor")
    is_problem(caller.get(here(desk, f"/kpis?cursor={cursor}")), 400, "Bad cursor")
    assert caller.get(here(desk, f"/cases?limit=9&cursor={cursor}")).status_code == 200


def test_other_problems(desk: Any, caller: Caller, tmp_path: Path) -> None:
    from tests.kernel.ground import world

    answer = caller.post(here(desk, "/kpis"))
    is_problem(answer, 405, "Method not allowed")
    assert answer.headers["Allow"] == "GET"
    is_problem(caller.get("/nothing"), 404, "Not found")
    empty = world("Empty")
    said = is_problem(by_token(empty.client, *READS).get(here(empty, "/kpis")), 409, "Nothing to read")
    assert said["missing"] == "agreement"


def test_personal_fields_are_masked_until_a_person_unmasks_them(db: None) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger import ground

    from giao.kernel.engagements.access import place_of
    from giao.kernel.engagements.actions.unmask import unmask

    engagement = ground.desk()
    ground.accept(engagement, [ground.event(1, attributes={"claimant": "Nguyen An", "urgent": True})], "crm")
    ground.sequence_all(engagement.pk)
    lan = person("Lan", engagement.client)
    path, at = f"/engagements/{engagement.slug}/cases", "?as_of=2027-01-01T00:00:00Z"
    caller, robot = signed_in(lan), by_token(engagement.client, "readings:read", by=lan)
    for asked in (caller, robot):
        listed = asked.get(path + at).json()
        assert listed["items"][0]["attributes"]["claimant"] == "•••"
        assert listed["masked"] == ["age", "claimant"]
        assert "Nguyen" not in asked.get(f"{path}/C1{at}").content.decode()
        assert asked.get(f"{path}{at}&q=Nguyen").json()["items"] == []
        assert asked.get(f"{path}{at}&a_claimant=Nguyen An").json()["items"][0]["case"] == "C1", "no filter"
        is_problem(asked.get(f"{path}{at}&sort=a_claimant"), 422)
    tag = caller.get(path + at).headers["ETag"]
    unmask(engagement, place_of(lan, engagement), lan, "the claimant called about it", field="claimant")
    seen = caller.get(path + at, **{"If-None-Match": tag})
    assert seen.json()["items"][0]["attributes"]["claimant"] == "Nguyen An"
    assert robot.get(path + at).json()["items"][0]["attributes"]["claimant"] == "•••"


def test_a_number_is_explained_in_the_readers_language(desk: Any, caller: Caller) -> None:
    path = here(desk, "/kpis/in_time/windows/2016-01/explanation")
    said = caller.get(path).json()["sentences"]
    assert any("9" in sentence and "14" in sentence for sentence in said), said
    vietnamese = caller.get(path, **{"Accept-Language": "vi"}).json()["sentences"]
    assert len(vietnamese) == len(said)
    assert vietnamese != said
    of_case = caller.get(f"{path}?case=C0").json()["sentences"]
    assert of_case
    is_problem(caller.get(here(desk, "/kpis/in_time/windows/1999-01/explanation")), 404)


def test_a_statement_follows_from_its_cases_and_is_a_document_too(desk: Any) -> None:
    from decimal import Decimal

    caller = by_token(desk.vendor, "statements:read", "exports:read", "readings:read")
    months = caller.get(here(desk, "/statements")).json()["items"]
    assert [row["month"] for row in months] == ["2016-03", "2016-02", "2016-01"]
    assert months[0]["review"] == "provisional"
    one = caller.get(here(desk, "/statements/2016-02")).json()
    line = next(row for row in one["lines"] if row["name"] == "resolved")
    counted = caller.follow(line["cases"])
    assert sum(Decimal(row["counted"]["quantity"]) for row in counted) == line["quantity"]
    credit = one["credit_lines"][0]
    assert len(caller.follow(credit["cases"])) > 0
    total = sum(Decimal(row["amount"]["amount"]) for row in one["lines"] + one["extras"])
    assert Decimal(one["net"]["amount"]) == total - Decimal(one["credits"]["amount"])
    assert Decimal(one["total"]["amount"]) == Decimal(one["net"]["amount"]) + Decimal(one["tax"]["amount"])
    pdf = caller.get(here(desk, "/statements/2016-02/document?format=pdf"))
    assert pdf.content.startswith(b"%PDF-")
    assert caller.get(here(desk, "/statements/2016-02/document?format=xlsx")).content.startswith(b"PK")
    is_problem(caller.get(here(desk, "/statements/2016-02/document?format=doc")), 400)
    is_problem(caller.get(here(desk, "/statements/1999-01")), 404)


def test_head_asks_for_the_tag_alone(desk: Any, caller: Caller) -> None:
    asked = caller.ask("HEAD", here(desk, "/kpis"))
    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers["ETag"] == caller.get(here(desk, "/kpis")).headers["ETag"]
    answer = caller.ask("OPTIONS", here(desk, "/kpis"))
    is_problem(answer, 405)
