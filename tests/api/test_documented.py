"""docs/api/rest.md says what the server does: its curl examples are sent, its table is compared with the OpenAPI document."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from tests.api.test_document import document, operations
from tests.api.test_roles import scope_of

DOC = (Path(__file__).resolve().parents[2] / "docs" / "api" / "rest.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", DOC, re.DOTALL)
EXAMPLES = [block for block in BLOCKS if block.startswith("curl")]
FILE = next(block for block in BLOCKS if block.startswith("printf"))


class Command:
    """A curl command, as a test sends it."""

    def __init__(self, block: str) -> None:
        said, _mark, status = block.strip().rpartition("\n# ")
        words = shlex.split(said.replace("\\\n", " ").replace("'$ORGANISATION'", "$ORGANISATION"))
        self.as_person = "$SESSION" in said
        self.status = int(status)
        self.address = next(word for word in words if word.startswith("$GIAO"))
        self.headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        self.form = dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "-F")
        self.body = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), None)

    def send(self, client: Any, slug: str, secret: str, organisation: str) -> Any:
        address = self.address.removeprefix("$GIAO").replace("$ENGAGEMENT", slug)
        address = address.replace("$ORGANISATION", organisation)
        headers = {name: value.replace("$TOKEN", secret) for name, value in self.headers.items()}
        kind = headers.pop("Content-Type", "application/json")
        if self.form:
            from django.core.files.uploadedfile import SimpleUploadedFile

            content = FILE.split("'")[1].replace("\\n", "\n").encode()
            form = {
                name: SimpleUploadedFile(value[1:], content) if value.startswith("@") else value
                for name, value in self.form.items()
            }
            return client.post(address, form, headers=headers)
        if self.body is None:
            return client.get(address, headers=headers)
        body = self.body.replace("$ORGANISATION", organisation)
        return client.post(address, body.encode(), content_type=kind, headers=headers)


def test_there_are_examples_of_reading_and_of_changing() -> None:
    sent = [Command(block) for block in EXAMPLES]
    assert len(sent) > 12
    assert {bool(one.body or one.form) for one in sent} == {True, False}
    assert {one.status for one in sent} >= {200, 201, 409}


def make_examples_true(desk: Any) -> None:
    """What the examples show: a rejected event, an alarm, a proposal."""
    from tests.api.test_roles import values
    from tests.kernel.ledger.ground import event

    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.events import Refusal

    values(desk)
    wrong = event(1)
    accept(desk.engagement, [Refusal(wrong.source, wrong.event_id, "type", {"name": "amount"}, {})], "test")


@pytest.mark.parametrize("block", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_answer_as_they_say(client: Any, tmp_path: Path, block: str) -> None:
    from django.conf import settings
    from tests.api.ground import token
    from tests.kernel.ground import person
    from tests.steps.ground_of_steps import small_engagement

    from giao.kernel.identity.scopes import all_scopes
    from giao.kernel.readings.queries import reading_for

    desk = small_engagement(tmp_path)
    assert reading_for(desk.engagement).ready
    make_examples_true(desk)
    lan = person("Lan", desk.client)
    secret = token(desk.client, *all_scopes(), by=lan)
    before, settings.GIAO_WEBHOOK_NETWORKS = settings.GIAO_WEBHOOK_NETWORKS, ["127.0.0.0/8"]
    try:
        command = Command(block)
        if command.as_person:
            client.force_login(lan)
        answer = command.send(client, desk.engagement.slug, secret, str(desk.client.pk))
    finally:
        settings.GIAO_WEBHOOK_NETWORKS = before
    assert answer.status_code == command.status, answer.content
    if command.status == 200 and answer.headers["Content-Type"].startswith("application/json"):
        said = answer.json()
        assert said.get("items", [1]), "an example shows something"


def test_the_table_of_addresses_is_the_openapi_document(client: Any) -> None:
    row = re.compile(r"^\| `(/[^`]*)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
    told = set()
    for path, get, changes in row.findall(DOC):
        if get.strip():
            told.add((path, "get", get.strip("`* ")))
        for method, scope in re.findall(r"(POST|PUT|DELETE) [`*]([\w:]+)[`*]", changes):
            told.add((path, method.lower(), scope))
    there = {
        (path, method, scope_of(operation) or "person")
        for path, method, operation in operations(document(client))
    }
    assert told == there


def test_every_scope_that_opens_something_is_one_that_can_be_issued(client: Any) -> None:
    from giao.kernel.identity.scopes import all_scopes

    used = {scope_of(operation) for _path, _method, operation in operations(document(client))} - {""}
    assert used <= set(all_scopes())
