"""A log goes out in every format and comes back: the same figures. Personal columns are masked; an export is its asker's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import by_token, is_problem, signed_in

FORMATS = ("xes", "xes.gz", "ocel-json", "ocel-sqlite", "parquet", "csv", "xlsx")


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Any:
    from tests.steps.ground_of_steps import small_engagement

    return small_engagement(tmp_path)


def person(name: str, organisation: Any, role: str) -> Any:
    from tests.kernel.ground import person as made

    return made(name, organisation, role)


def here(desk: Any, path: str = "") -> str:
    return f"/engagements/{desk.engagement.slug}{path}"


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def figures(path: Path, desk: Any) -> Any:
    """What the agreement makes of the exported file, read as any other."""
    from tests.steps.ground_of_steps import AGREEMENT

    from giao.core.agreement.evaluate import evaluate
    from giao.core.agreement.load import parse_agreement
    from giao.core.agreement.output import to_json
    from giao.core.log import LogMapping, read_log

    mapping = (
        LogMapping(object_type="case") if "ocel" in path.name or path.suffix == ".sqlite" else LogMapping()
    )
    if path.suffix == ".xlsx":  # a sheet's instants carry no zone; the page says that they are in UTC
        mapping = LogMapping(zone="UTC")
    found = to_json(evaluate(read_log(path, mapping), parse_agreement(AGREEMENT)))
    return {name: found[name] for name in ("kpis", "clocks", "as_of")} | {
        "statements": [
            {name: value for name, value in row.items() if name != "hash"} for row in found["statements"]
        ]
    }


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAO_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("format", FORMATS)
def test_an_exported_log_reads_back_to_the_same_figures(
    desk: Any, tmp_path: Path, caches: None, format: str
) -> None:
    from giao.core.log.exporting import FORMATS as ENDINGS
    from giao.kernel.engagements.places import in_data
    from giao.kernel.engagements.queries import current_log

    desk.engagement.as_of = None
    desk.engagement.save()
    caller = by_token(desk.client, "exports:read")
    answer = caller.get(here(desk, f"/export?format={format}"))
    assert answer.status_code == 200, answer.content[:300]
    assert f'filename="{desk.engagement.slug}{ENDINGS[format]}"' in answer.headers["Content-Disposition"]
    file = tmp_path / f"out{ENDINGS[format]}"
    file.write_bytes(body_of(answer))
    source = in_data(current_log(desk.engagement).folder)
    assert figures(file, desk) == figures(source, desk)


def test_a_large_log_is_exported_by_a_job(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from giao.kernel.audit.models import Act
    from giao.steps.identify.logs import exchange_api

    monkeypatch.setattr(exchange_api, "MOST_EVENTS_AT_ONCE", 10)
    lan = person("Lan", desk.client, "client_manager")
    client = signed_in(lan)
    said = is_problem(client.get(here(desk, "/export?format=csv")), 409, "Too large at once")
    assert said["events"] == 77, "as known at the engagement's instant"
    started = client.post(said["address"], {"format": "csv"})
    assert started.status_code == 201, started.content
    again = client.post(said["address"], {"format": "csv"})
    assert again.json()["id"] == started.json()["id"], "the same asked for again is the same file"
    state = client.get(started.headers["Location"]).json()
    assert (state["state"], state["events"]) == ("ready", 77)
    file = body_of(client.get(state["file"]))
    assert file.startswith(b"case,activity,time")
    assert len(file) == state["size"]
    for other in (
        signed_in(person("Mai", desk.client, "client_manager")),
        by_token(desk.client, "exports:read", by=lan),
    ):
        is_problem(other.get(state["file"]), 404)
        is_problem(other.get(started.headers["Location"]), 404)
    assert Act.objects.filter(what="export_log", actor=lan).count() == 1


def test_the_kept_file_is_sealed_and_goes_after_a_day(desk: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from giao.kernel.crypto.errors import Tampered
    from giao.kernel.engagements.places import in_data
    from giao.steps.identify.logs.models import Export

    client = signed_in(person("Lan", desk.client, "client_manager"))
    made = client.post(here(desk, "/exports"), {"format": "csv"}).json()
    row = Export.objects.get(pk=made["id"])
    place = in_data(row.file)
    assert b"Opened" not in place.read_bytes()
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    with pytest.raises(Tampered):
        body_of(client.get(made["file"]))
    Export.objects.filter(pk=row.pk).update(created=timezone.now() - timedelta(days=2))
    fresh = client.post(here(desk, "/exports"), {"format": "csv"}).json()
    assert fresh["id"] != made["id"]
    assert not place.exists()
    is_problem(client.get(made["file"]), 404)


def test_personal_columns_are_masked_unless_unmasked_by_right(db: None) -> None:
    from tests.kernel.ledger import ground

    from giao.kernel.engagements.access import place_of
    from giao.kernel.engagements.actions.unmask import unmask

    engagement = ground.desk()
    said = {"claimant": "Nguyen An", "age": 41.25, "amount": 12.5}
    ground.accept(engagement, [ground.event(1, attributes=said, content={"resource": "Lan Pham"})], "crm")
    ground.sequence_all(engagement.pk)
    lan = person("Lan", engagement.client, "client_manager")
    path = f"/engagements/{engagement.slug}/export?format="
    client, robot = signed_in(lan), by_token(engagement.client, "exports:read", by=lan)
    for format in FORMATS:
        for caller in (client, robot):
            answer = caller.get(path + format)
            assert answer.status_code == 200, (format, answer.content[:300])
            whole = body_of(answer)
            assert b"Nguyen" not in whole, format
            assert b"Pham" not in whole, format
    csv = body_of(client.get(path + "csv")).decode()
    assert "•••" in csv
    assert "12.5" in csv
    assert "41.25" not in csv
    unmask(engagement, place_of(lan, engagement), lan, "the claimant called about it", field="claimant")
    opened = body_of(client.get(path + "csv")).decode()
    assert "Nguyen An" in opened
    assert "Pham" not in opened
    assert b"Nguyen" not in body_of(robot.get(path + "csv"))
    assert client.post(f"/engagements/{engagement.slug}/exports", {"format": "csv"}).json()["masked"] == [
        "age",
        "resource",
    ]


def test_who_may_not_export_is_refused(desk: Any) -> None:
    agent = signed_in(person("Tam", desk.vendor, "agent"))
    is_problem(agent.get(here(desk, "/export?format=csv")), 403)
    is_problem(agent.post(here(desk, "/exports"), {"format": "csv"}), 403)
    client = signed_in(person("Lan", desk.client, "client_manager"))
    said = is_problem(client.get(here(desk, "/export?format=doc")), 400)
    assert "ocel-json" in said["detail"]


def test_the_page_exports_too(desk: Any, client: Any) -> None:
    from tests.kernel.ground import world

    client.force_login(person("Lan", desk.client, "client_manager"))
    at = f"/e/{desk.engagement.slug}/export"
    assert "Parquet" in client.get(at).content.decode()
    page = client.post(at, {"format": "xes.gz"}, follow=True).content.decode()
    name = f"{desk.engagement.slug}.xes.gz"
    assert name in page
    link = page.split(f'">{name}' if f'">{name}' in page else f'" download>{name}')[0].rpartition('href="')[2]
    assert body_of(client.get(link.split('"')[0])).startswith(b"\x1f\x8b")
    assert client.post(at, {"format": "doc"}).status_code == 422
    other = world()
    client.force_login(person("Eve", other.client, "client_manager"))
    assert client.get(at).status_code == 404
    client.force_login(person("Ben", other.client, "client_manager"))
    assert "Nothing to export yet" in client.get(f"/e/{other.engagement.slug}/export").content.decode()


def test_entries_of_the_ledger_are_tailed_without_gap(db: None) -> None:
    from tests.kernel.ledger import ground

    engagement = ground.desk()
    ground.accept(
        engagement,
        [
            ground.event(n, case=f"C{n}", attributes={"claimant": f"Nguyen {n}", "amount": n})
            for n in range(1, 8)
        ],
        "crm",
    )
    ground.sequence_all(engagement.pk)
    caller = by_token(engagement.vendor, "events:read")
    path, seen, after = f"/engagements/{engagement.slug}/ledger", [], 0
    while True:
        said = caller.get(f"{path}?after={after}&limit=3").json()
        seen += said["items"]
        if not said["items"]:
            break
        after = said["position"]
        ground.accept(engagement, [ground.event(20 + len(seen), case="L")] if len(seen) < 7 else [], "crm")
        ground.sequence_all(engagement.pk)
    assert [row["position"] for row in seen] == list(range(1, said["last"] + 1))
    work = next(row for row in seen if row["case"] == "C1")
    assert work["content"]["attributes"] == {"claimant": "•••", "amount": 1}
    assert work["occurred"] == "2026-01-01T12:00:01Z"
    is_problem(caller.get(f"{path}?after=-1"), 422)
