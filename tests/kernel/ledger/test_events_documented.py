"""docs/api/events.md says what the server does: its curl examples are sent, its tables are compared."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

DOC = (Path(__file__).resolve().parents[3] / "docs" / "api" / "events.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```bash\n(curl.*?)# (\d+)\n```", DOC, re.DOTALL)


def _request(command: str) -> tuple[str, dict[str, str], str]:
    """(address, headers, body) of a curl command."""
    words = shlex.split(command.replace("\\\n", " "))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    return next(word for word in words if "/api/" in word), headers, words[words.index("-d") + 1]


def test_there_is_an_example_of_every_mode() -> None:
    kinds = {_request(command)[1]["Content-Type"] for command, _ in EXAMPLES}
    assert kinds == {"application/cloudevents+json", "application/cloudevents-batch+json", "application/json"}


@pytest.mark.parametrize(("command", "status"), EXAMPLES)
def test_the_examples_answer_as_they_say(client: Any, command: str, status: str) -> None:
    from tests.kernel.ledger.test_api import Sender

    sender = Sender(client, "events:write", "facts:write")
    address, headers, body = _request(command)
    assert address.endswith("/api/v1/engagements/$ENGAGEMENT/events")
    kind = headers.pop("Content-Type")
    headers.pop("Authorization")
    answer = sender.post(body.encode(), kind, **headers)
    assert answer.status_code == int(status), answer.content
    shown = {'"accepted"', '"duplicates"', '"rejected"', '"outcomes"'}
    assert all(word in answer.content.decode() for word in shown)


def test_every_reason_and_fact_is_in_the_tables(django_ready: None) -> None:
    from giao.core.agreement.facts import FACT_FIELDS
    from giao.kernel.ledger.limits import MOST_BODY, MOST_EVENTS
    from giao.kernel.ledger.refusals import SENTENCES

    assert [reason for reason in SENTENCES if f"`{reason}`" not in DOC] == []
    facts = [kind for kind in FACT_FIELDS if kind.startswith("giao.fact.")]
    assert [kind for kind in facts if f"`{kind}`" not in DOC and f"`{kind[10:]}`" not in DOC] == []
    assert f"{MOST_EVENTS} events" in DOC
    assert f"{MOST_BODY // 1024 // 1024} MB" in DOC
