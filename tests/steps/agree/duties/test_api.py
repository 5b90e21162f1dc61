"""Duties and facts by address: the same acts, the same refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import by_token
from tests.steps.agree.duties.test_duties import OWED, RENEWED, TERM
from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement


@pytest.fixture
def made(tmp_path: Path, db: Any) -> Any:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    found = small_engagement(tmp_path, with_agreement=False, with_log=False)
    adopt_agreement(found.engagement, AGREEMENT.replace(TERM, RENEWED) + OWED)
    found.engagement.as_of = datetime(2016, 4, 8, 12, 0, tzinfo=UTC)
    found.engagement.save()
    return found


def caller(made: Any, side: str) -> Any:
    organisation = getattr(made, side)
    return by_token(
        organisation,
        "agreement:read",
        "agreement:write",
        by=person(f"M-{side}", organisation, f"{side}_manager"),
    )


def test_what_is_due_is_told_page_by_page_and_done(made: Any) -> None:
    here = f"/engagements/{made.engagement.slug}"
    vendor = caller(made, "vendor")
    found: list[dict[str, Any]] = []
    address = f"{here}/duties?limit=2&by=vendor"
    while address:
        page = vendor.ask("GET", address).json()
        assert len(page["items"]) <= 2
        found += page["items"]
        address = f"{here}/duties?limit=2&by=vendor&cursor={page['next']}" if page["next"] else ""
    assert [one["due"] for one in found] == sorted(one["due"] for one in found)
    assert {one["name"] for one in found} == {"report"}
    done = vendor.ask("POST", f"{here}/duties", {"name": "report", "due": "2016-02-05", "done": "2016-02-04"})
    assert done.status_code == 201, done.content
    assert done.json()["state"] == "met"
    again = vendor.ask(
        "POST", f"{here}/duties", {"name": "report", "due": "2016-02-05", "done": "2016-02-04"}
    )
    assert again.status_code == 409
    other = caller(made, "client").ask(
        "POST", f"{here}/duties", {"name": "report", "due": "2016-03-05", "done": "2016-03-04"}
    )
    assert other.status_code == 403


def test_facts_and_notice(made: Any) -> None:
    here = f"/engagements/{made.engagement.slug}"
    client = caller(made, "client")
    body = {"kind": "rate", "fields": {"currency": "USD", "rate": "1.1", "desk": "treasury"}}
    first = client.ask("POST", f"{here}/facts", body, **{"Idempotency-Key": "k1"})
    assert first.status_code == 201, first.content
    assert client.ask("POST", f"{here}/facts", body, **{"Idempotency-Key": "k1"}).status_code == 201
    (fact,) = client.ask("GET", f"{here}/facts").json()["items"]
    assert (fact["type"], fact["says"]) == ("giao.fact.rate", "currency: USD · desk: treasury · rate: 1.1")
    assert client.ask("POST", f"{here}/facts", {"kind": "rate", "fields": {}}).status_code == 400
    assert client.ask("POST", f"{here}/notice", {"reason": "in house"}).status_code == 201
    assert client.ask("POST", f"{here}/notice", {"reason": "in house"}).status_code == 409
    kinds = {one["kind"] for one in client.ask("GET", f"{here}/duties").json()["items"]}
    assert "end" in kinds
    assert "renewal" not in kinds
