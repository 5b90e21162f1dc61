"""Facts that people type or send as a file stand in the ledger, and numbers follow from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.steps.agree.duties.test_duties import Desk
from tests.steps.ground_of_steps import AGREEMENT, small_engagement

STAFF = "  - {fte: {clerk: 100}, name: clerks}\n"


@pytest.fixture
def desk(client: Any, tmp_path: Path) -> Desk:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    made = small_engagement(tmp_path, with_agreement=False)
    adopt_agreement(made.engagement, AGREEMENT.replace("tax:", f"{STAFF}tax:"))
    made.engagement.as_of = datetime(2016, 3, 5, 12, 0, tzinfo=UTC)
    made.engagement.save()
    return Desk(client, made)


def facts(desk: Desk) -> list[Any]:
    from giao.kernel.ledger.reading import facts_of

    return list(facts_of(desk.made.engagement))


def test_a_typed_fact_is_paid(desk: Desk) -> None:
    from giao.kernel.readings.queries import reading_for
    from giao.steps.improve.reviews.queries import statements_of

    desk.sign_in("vendor")
    assert 'list="offers-role"' in desk.get("facts", kind="staff_days")
    answer = desk.post(
        "facts", act="fact", kind="staff_days", role="clerk", days="12.5", time="2016-02-20T10:00"
    )
    assert answer.status_code == 302, answer.content[:2000]
    (fact,) = facts(desk)
    assert (fact.type, str(fact.number("days"))) == ("giao.fact.staff_days", "12.5")
    (february,) = [s for s in statements_of(reading_for(desk.made.engagement)) if s.month == "2016-02"]
    assert [str(line.amount) for line in february.lines if line.name == "clerks"] == ["1250.00"]
    text = desk.get("facts")
    assert "days: 12.5 · role: clerk" in text
    assert "Staff days" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "nothing"}, "what kind of fact"),
        ({"kind": "staff_days", "role": "clerk", "days": "many"}, "is no number"),
        ({"kind": "staff_days", "role": "", "days": "3"}, "this is needed"),
        ({"kind": "staff_days", "role": "clerk", "days": "3", "time": "2016-04-01T00:00"}, "future"),
        ({"kind": "staff_days", "role": "clerk", "days": "3", "time": "soon"}, "is not an instant"),
        ({"kind": "index", "series": "CPI", "month": "2016-13", "value": "1"}, "is no month"),
        ({"kind": "milestone", "name": "go", "accepted": "2016-02-30"}, "is no day"),
        ({"kind": "outage", "from": "2016-02-02T10:00", "until": "2016-02-02T09:00"}, "lies before"),
        ({"kind": "rate", "currency": "USD", "rate": "1", "more": "oh"}, "line 1"),
    ],
)
def test_bad_input_is_told_and_nothing_is_recorded(desk: Desk, typed: dict[str, str], said: str) -> None:
    desk.sign_in("client")
    answer = desk.post("facts", act="fact", **typed)
    assert answer.status_code == 400
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert facts(desk) == []


def test_further_fields_are_numbers_texts_and_truths(desk: Desk) -> None:
    desk.sign_in("client")
    more = "result: good\npoints: 7\nshare: 0.25\nsigned: true\ncode: 007"
    assert desk.post("facts", act="fact", kind="inspection", case="C1", more=more).status_code == 302
    (fact,) = facts(desk)
    assert (fact.data["result"], fact.data["points"], fact.data["signed"]) == ("good", 7, True)
    assert str(fact.data["share"]) == "0.25"
    assert fact.data["code"] == "007"


def test_a_file_is_taken_whole_or_not_at_all_and_once(desk: Desk) -> None:
    desk.sign_in("vendor")
    good = b"- {type: giao.fact.rate, currency: USD, rate: 1.1, time: 2016-02-01}\n"
    bad = good + b"- {type: giao.fact.rate, currency: USD}\n- {type: giao.fact.rat}\n"
    answer = desk.post("facts", act="file", file=SimpleUploadedFile("rates.yaml", bad))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "Nothing of" in text
    assert "Line 2" in text
    assert "Line 3" in text
    assert facts(desk) == []
    for _ in range(2):
        answer = desk.post("facts", act="file", file=SimpleUploadedFile("rates.yaml", good))
        assert answer.status_code == 302
    assert len(facts(desk)) == 1


@pytest.mark.parametrize(("name", "content"), [("rates.exe", b"x"), ("rates.csv", "dồng".encode("utf-16"))])
def test_a_file_that_is_none_is_told(desk: Desk, name: str, content: bytes) -> None:
    desk.sign_in("vendor")
    answer = desk.post("facts", act="file", file=SimpleUploadedFile(name, content))
    assert answer.status_code == 400
    assert facts(desk) == []


def test_an_onlooker_reads_and_records_nothing(desk: Desk) -> None:
    desk.sign_in("client", "auditor")
    assert "Record a fact" not in desk.get("facts")
    assert desk.post("facts", act="fact", kind="rate", currency="USD", rate="1").status_code == 403
    assert facts(desk) == []


def test_what_people_type_is_shown_as_text_and_runs_nothing_in_a_spreadsheet(desk: Desk) -> None:
    desk.sign_in("client")
    desk.post("facts", act="fact", kind="inspection", case="C1", more="result: x")
    desk.post("facts", act="fact", kind="measure", name="<script>alert(1)</script>", value="1")
    text = desk.get("facts")
    assert len(facts(desk)) == 2
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
