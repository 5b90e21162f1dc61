"""How much may still be asked for: the fields of the draft standard on answers of the API and of the events address."""

from __future__ import annotations

import re
from typing import Any

from tests.api.ground import Caller, by_token, is_problem
from tests.kernel.ledger.test_api import Sender, cloud_event

ITEM = re.compile(r'"[a-z-]+"(;[a-z]+=(\d+|"[a-z]+"))+')
"""One member of the list: a quoted name with parameters (RFC 9651)."""


def fields(answer: Any) -> tuple[str, str]:
    policy, limit = answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]
    assert ITEM.fullmatch(policy), policy
    assert ITEM.fullmatch(limit), limit
    assert ";q=" in policy
    assert ";r=" in limit
    assert policy.partition(";")[0] == limit.partition(";")[0], "both speak of the same measure"
    return policy, limit


def test_events_say_how_many_may_still_wait(db: None, client: Any) -> None:
    from giao.kernel.ledger.limits import MOST_WAITING

    sender = Sender(client)
    taken = sender.post(cloud_event())
    assert taken.status_code == 202
    policy, limit = fields(taken)
    assert policy == f'"waiting-events";q={MOST_WAITING};qu="events"'
    assert limit == f'"waiting-events";r={MOST_WAITING - 1}'
    refused = sender.post(cloud_event() | {"id": "e2", "time": "soon"})
    assert refused.status_code == 422
    fields(refused)


def test_too_many_waiting_events_are_429_with_the_time_to_wait(
    db: None, client: Any, monkeypatch: Any
) -> None:
    from giao.kernel.ledger import api
    from giao.kernel.ledger.limits import MOST_WAITING, RETRY_AFTER_SECONDS

    monkeypatch.setattr(api.rows, "backlog", lambda _engagement, _most: MOST_WAITING)
    monkeypatch.setattr(api, "_backlogs", {})
    answer = Sender(client).post(cloud_event())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(RETRY_AFTER_SECONDS)
    assert fields(answer)[1] == f'"waiting-events";r=0;t={RETRY_AFTER_SECONDS}'


def test_wrong_tokens_count_down_to_429(db: None, client: Any) -> None:
    from giao.kernel.identity.tokens import REFUSALS_FROM_ADDRESS

    wrong = Caller(client, "giao_" + "a" * 10 + "_" + "b" * 43)
    left = []
    for _time in range(REFUSALS_FROM_ADDRESS):
        answer = wrong.get("/engagements")
        is_problem(answer, 401)
        policy, limit = fields(answer)
        assert policy == '"wrong-tokens";q=30;w=900'
        left.append(int(re.findall(r"r=(\d+)", limit)[0]))
        assert 0 < int(re.findall(r"t=(\d+)", limit)[0]) <= 900
    assert left == list(reversed(range(REFUSALS_FROM_ADDRESS)))
    last = wrong.get("/engagements")
    is_problem(last, 429)
    _policy, limit = fields(last)
    assert limit == f'"wrong-tokens";r=0;t={last.headers["Retry-After"]}'


def test_every_answer_of_the_api_names_its_measure(db: None) -> None:
    from tests.kernel.ground import person, world

    here = world()
    caller = by_token(here.client, "engagement:read", by=person("Lan", here.client))
    for path in ("/engagements", f"/engagements/{here.engagement.slug}", "/engagements/nowhere"):
        assert caller.get(path).headers["RateLimit-Policy"] == '"wrong-tokens";q=30;w=900'
