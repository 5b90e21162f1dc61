"""Duties fall due by the agreement and are done by facts that people record; a term ends by notice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement

OWED = """\
obligations:
  - {name: report, title: {en: Service report, vi: Báo cáo dịch vụ}, by: vendor, every: month, due: day 5}
risk_controls:
  - {name: review, family: data, by: client, every: quarter, due: day 10, evidence: Signed list}
"""
TERM = "term: {start: 2016-01-01, end: 2017-12-31}"
RENEWED = "term: {start: 2016-01-01, end: 2016-12-31, notice: P90D, auto_renew: true}"


@pytest.fixture
def desk(client: Any, tmp_path: Path) -> Any:
    """The small engagement on 8 April 2016, with what either side owes."""
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    made = small_engagement(tmp_path, with_agreement=False, with_log=False)
    adopt_agreement(made.engagement, AGREEMENT.replace(TERM, RENEWED) + OWED)
    made.engagement.as_of = datetime(2016, 4, 8, 12, 0, tzinfo=UTC)
    made.engagement.save()
    return Desk(client, made)


class Desk:
    def __init__(self, client: Any, made: Any) -> None:
        self.client, self.made = client, made

    def sign_in(self, side: str, role: str = "") -> Any:
        user = person(f"{side}-{role}-d", getattr(self.made, side), role or f"{side}_manager")
        self.client.force_login(user)
        return user

    def address(self, page: str) -> str:
        return f"/e/{self.made.engagement.slug}/{page}"

    def get(self, page: str, status: int = 200, **query: str) -> str:
        answer = self.client.get(self.address(page), query)
        assert answer.status_code == status, (answer.status_code, answer.content[:1000])
        return str(answer.content.decode()).replace("\xa0", " ")

    def post(self, page: str, **data: Any) -> Any:
        return self.client.post(self.address(page), data)

    def rows(self, **query: str) -> list[dict[str, str]]:
        """The duties as the table's file has them."""
        import csv
        import io

        answer = self.client.get(self.address("duties"), {"export": "csv", **query})
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))

    def state_of(self, what: str, due: str) -> tuple[str, str]:
        found = [row for row in self.rows() if what in row["What"] and row["Due"] == due]
        assert len(found) == 1, found
        return found[0]["State"], found[0]["Done"]


def test_what_is_due_and_what_was_done_in_time_and_late(desk: Desk) -> None:
    desk.sign_in("vendor")
    assert desk.state_of("Service report", "2016-02-05") == ("missed", "")
    assert desk.post("duties", act="duty", duty="report 2016-02-05", done="2016-02-04").status_code == 302
    assert desk.state_of("Service report", "2016-02-05") == ("done in time", "2016-02-04")
    assert desk.post("duties", act="duty", duty="report 2016-03-05", done="2016-03-07").status_code == 302
    assert desk.state_of("Service report", "2016-03-05") == ("missed", "2016-03-07")
    assert "Service report" in desk.get("duties")


def test_a_control_asks_for_its_evidence_and_hands_it_out(desk: Desk) -> None:
    desk.sign_in("client")
    bare = desk.post("duties", act="duty", duty="review 2016-04-10", done="2016-04-07")
    assert bare.status_code == 400
    assert "Signed list" in bare.content.decode()
    file = SimpleUploadedFile("list.txt", b"anna, binh: seen\n")
    done = desk.post("duties", act="duty", duty="review 2016-04-10", done="2016-04-07", evidence=file)
    assert done.status_code == 302
    assert desk.state_of("eview", "2016-04-10") == ("done in time", "2016-04-07")
    answer = desk.client.get(desk.address("duties/evidence"), {"duty": "review 2016-04-10"})
    assert b"".join(answer.streaming_content) == b"anna, binh: seen\n"
    assert answer["Content-Disposition"].startswith("attachment")
    assert desk.client.get(desk.address("duties/evidence"), {"duty": "report 2016-02-05"}).status_code == 404


def test_evidence_is_encrypted_at_rest(desk: Desk) -> None:
    from giao.kernel.engagements.places import data_folder

    desk.sign_in("client")
    secret = b"a very particular sentence about access rights\n" * 3
    desk.post(
        "duties", act="duty", duty="review 2016-04-10", done="2016-04-07",
        evidence=SimpleUploadedFile("list.txt", secret),
    )  # fmt: skip
    places = [place for place in data_folder().rglob("*") if place.is_file()]
    assert places
    assert not any(b"a very particular sentence" in place.read_bytes() for place in places)


def test_a_side_records_its_own_duties_only(desk: Desk) -> None:
    desk.sign_in("client")
    refused = desk.post("duties", act="duty", duty="report 2016-02-05", done="2016-02-04")
    assert refused.status_code == 403
    desk.sign_in("client", "auditor")
    assert desk.post("duties", act="duty", duty="review 2016-04-10", done="2016-04-07").status_code == 403
    assert "Record what was done" not in desk.get("duties")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"duty": "report 2016-02-05", "done": "yesterday"}, "on which day"),
        ({"duty": "report 2016-02-05", "done": "2016-04-09"}, "future"),
        ({"duty": "report 2016-02-06", "done": "2016-02-04"}, "Choose the duty"),
        ({"duty": "notice 2016-10-02", "done": "2016-02-04"}, "Choose the duty"),
    ],
)
def test_bad_input_is_told(desk: Desk, typed: dict[str, str], said: str) -> None:
    desk.sign_in("vendor")
    answer = desk.post("duties", act="duty", **typed)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_done_twice_is_told_once(desk: Desk) -> None:
    desk.sign_in("vendor")
    assert desk.post("duties", act="duty", duty="report 2016-02-05", done="2016-02-04").status_code == 302
    again = desk.post("duties", act="duty", duty="report 2016-02-05", done="2016-02-03")
    assert again.status_code == 409
    assert desk.state_of("Service report", "2016-02-05") == ("done in time", "2016-02-04")


def test_notice_ends_the_term_instead_of_renewing_it(desk: Desk) -> None:
    desk.sign_in("client")
    kinds = {row["What"] for row in desk.rows()}
    assert any("renew" in what.lower() for what in kinds), kinds
    assert desk.post("duties", act="notice", reason=" ").status_code == 400
    assert desk.post("duties", act="notice", reason="We take it back in house").status_code == 302
    kinds = {row["What"] for row in desk.rows()}
    assert not any("renew" in what.lower() for what in kinds), kinds
    assert desk.post("duties", act="notice", reason="once more").status_code == 409
    assert "gave notice" in desk.get("audit")


def test_nothing_due_says_what_to_do(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path, with_agreement=False, with_log=False)
    empty = Desk(client, made)
    empty.sign_in("client")
    assert "No agreement in force" in empty.get("duties")


def test_as_of_an_instant_before_it_was_recorded(desk: Desk) -> None:
    desk.sign_in("vendor")
    desk.post("duties", act="duty", duty="report 2016-02-05", done="2016-02-04")
    earlier = [row for row in desk.rows(as_of="2016-03-01T00:00") if row["Due"] == "2016-02-05"]
    assert [row["State"] for row in earlier] == ["missed"]
    assert desk.client.post(desk.address("duties") + "?as_of=2016-03-01", {"act": "duty"}).status_code == 403
