"""An own log: what is asked, the import with its report, appended, taken back, a new engagement, hostile files."""

import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html
from tests.steps.ground_of_steps import log_text, person, small_engagement


def send(client: Any, made: Any, content: bytes, name: str = "desk.csv", role: str = "client_manager") -> Any:
    client.force_login(person("Lan", made.client, role))
    base = f"/e/{made.engagement.slug}/upload"
    return client.post(base, {"act": "file", "file": SimpleUploadedFile(name, content)}, follow=True)


def newest() -> Any:
    from giao.steps.identify.logs.models import Upload

    return Upload.objects.order_by("-created", "-id").first()


def act(client: Any, made: Any, **fields: str) -> Any:
    base = f"/e/{made.engagement.slug}/upload"
    return client.post(base, {"upload": str(newest().pk), **fields}, follow=True)


def test_the_zone_is_asked_not_guessed_then_imported(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path, with_log=False)
    shown = send(client, made, (log_text() + "C1,,not a time\n").encode())
    assert "Asked, because the file does not say it" in shown.content.decode().replace("\xa0", " ")
    refused = act(client, made, act="import")
    assert refused.status_code == 422
    assert made.engagement.log_imports.count() == 0
    done = act(client, made, act="import", zone="Europe/Amsterdam").content.decode().replace("\xa0", " ")
    assert "desk.csv is imported" in done
    assert newest().report["cases"] == 40
    assert newest().report["events"] == 80
    assert sum(newest().report["rejected"].values()) == 1
    rejected = client.get(f"/e/{made.engagement.slug}/upload/{newest().pk}/rejected.csv")
    assert b"not a time" in b"".join(rejected.streaming_content)


def test_append_and_taking_back(client: Any, tmp_path: Path) -> None:
    from giao.kernel.engagements.queries import current_log

    made = small_engagement(tmp_path)
    before = current_log(made.engagement)
    send(
        client, made, b"case,activity,time\nD1,Opened,2016-03-01 09:00:00\nD1,Resolved,2016-03-01 10:00:00\n"
    )
    act(client, made, act="import", zone="Europe/Amsterdam", target="append")
    row = current_log(made.engagement)
    assert row is not None
    assert before is not None
    assert row.pk != before.pk
    assert newest().report["detected"]["log"]["cases"] == 41
    act(client, made, **{"act": "undo", "import": str(row.pk)})
    assert current_log(made.engagement).pk == before.pk


def test_a_new_engagement_of_its_own(client: Any, tmp_path: Path) -> None:
    from giao.kernel.engagements.models import Engagement

    made = small_engagement(tmp_path, with_log=False)
    send(client, made, log_text().encode())
    fields = {
        "new_name": "Claims",
        "new_zone": "Asia/Ho_Chi_Minh",
        "zone": "Asia/Ho_Chi_Minh",
        "target": "engagement",
    }
    refused = act(client, made, act="import", **fields)
    assert refused.status_code == 422
    assert "Claims" in refused.content.decode().replace("\xa0", " ")
    act(client, made, act="import", new_vendor=str(made.vendor.pk), **fields)
    opened = Engagement.objects.get(name="Claims")
    assert opened.log_imports.count() == 1
    assert made.engagement.log_imports.count() == 0


OBJECTS = {
    "objectTypes": [{"name": "order", "attributes": []}, {"name": "parcel", "attributes": []}],
    "eventTypes": [{"name": "Opened", "attributes": []}, {"name": "Resolved", "attributes": []}],
    "objects": [
        {"id": "o1", "type": "order"},
        {"id": "o2", "type": "order"},
        {"id": "p1", "type": "parcel"},
    ],
    "events": [
        {"id": "e1", "type": "Opened", "time": "2024-03-01T08:00:00Z", "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "p1", "qualifier": "in"}]},
        {"id": "e2", "type": "Opened", "time": "2024-03-01T09:00:00Z", "relationships": [{"objectId": "o2", "qualifier": "of"}]},
        {"id": "e3", "type": "Resolved", "time": "2024-03-02T09:00:00Z", "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "p1", "qualifier": "in"}]},
    ],
}  # fmt: skip


def test_an_object_centric_log_asks_what_a_case_is_by_a_choice_with_counts(
    client: Any, tmp_path: Path
) -> None:
    made = small_engagement(tmp_path, with_log=False)
    asked = html.fromstring(send(client, made, json.dumps(OBJECTS).encode(), "orders.json").content.decode())
    choices = [
        " ".join(label.text_content().split()) for label in asked.xpath("//label[input[@name='object_type']]")
    ]
    assert choices == ["order 2 objects", "parcel 1 object"]
    assert not asked.find_class("notice-bad"), "a question is no fault"
    assert not asked.xpath("//button[@value='import']"), "nothing to import before it is answered"
    chosen = html.fromstring(
        act(client, made, act="map", flatten="yes", object_type="order").content.decode()
    )
    assert chosen.xpath("//input[@name='object_type' and @checked]/@value") == ["order"]
    other = act(client, made, act="map", flatten="yes", object_type="parcel").content.decode()
    page = html.fromstring(other)
    form = next(form for form in page.forms if form.xpath(".//button[@value='import']"))
    fields = {name: value or "" for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
    assert fields["object_type"] == "parcel"
    done = act(client, made, **{**fields, "act": "import", "target": "new"}).content.decode()
    assert "orders.json is imported" in done.replace("\xa0", " ")
    assert (newest().report["cases"], newest().report["events"]) == (1, 2)


def test_hostile_files_are_answered_in_a_sentence(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path, with_log=False)
    assert "empty" in send(client, made, b"").content.decode().replace("\xa0", " ")
    assert "is of a kind that is not read" in send(client, made, b"MZ", "run.exe").content.decode().replace(
        "\xa0", " "
    )
    for name, content in (
        ("a.zip", b"PK\x03\x04broken"),
        ("a.xlsx", b"no"),
        ("a.parquet", b"PAR1"),
        ("a.xes", b"<log"),
    ):
        answer = send(client, made, content, name)
        assert answer.status_code == 200, name
        text = answer.content.decode()
        assert "notice-bad" in text or "Asked, because" in text, name


def test_who_may(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path, with_log=False)
    assert send(client, made, b"case,activity,time\n", role="auditor").status_code == 403
