"""Senders that come at the same time share a transaction, and each is answered for itself."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest


@dataclass
class Place:
    pk: UUID = field(default_factory=lambda: UUID(int=7))


class Held:
    """`accept_calls` in place of the real one: the first call waits until others stand in the queue."""

    def __init__(self, module: Any, waiting: int, failing: Any = None) -> None:
        self.module, self.waiting, self.failing = module, waiting, failing
        self.groups: list[list[Any]] = []

    def together(self, engagement: Any, calls: Any, *, at_once: bool) -> list[Any]:
        first = not self.groups
        self.groups.append([call.events[0] for call in calls])
        while first and len(self.module._queues[engagement.pk]) < self.waiting:
            threading.Event().wait(0.001)
        return [self.answer(call.events[0]) for call in calls]

    def alone(self, engagement: Any, events: Any, recorded_by: str) -> Any:
        self.groups.append([events[0]])
        return self.answer(events[0])

    def answer(self, event: Any) -> Any:
        if event == self.failing:
            raise ValueError(f"{event} fails")
        return f"answer to {event}"


@pytest.fixture
def module(django_ready: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from giao.kernel.ledger import together

    monkeypatch.setattr(together, "_see_to_order", lambda _engagement, _answers: None)
    monkeypatch.setattr(together, "connection", type("Outside", (), {"in_atomic_block": False}))
    return together


def _send_all(module: Any, count: int) -> dict[int, Any]:
    answers: dict[int, Any] = {}

    def send(number: int) -> None:
        try:
            answers[number] = module.accept_together(Place(), [number], "test")
        except ValueError as error:
            answers[number] = error

    threads = [threading.Thread(target=send, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert module._queues == {}, "nobody leads when all are answered"
    return answers


def test_those_who_come_while_one_works_are_one_transaction(
    module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(module, waiting=9)
    monkeypatch.setattr(module, "accept_calls", held.together)
    answers = _send_all(module, 10)
    assert answers == {number: f"answer to {number}" for number in range(10)}
    assert [len(group) for group in held.groups] == [1, 9]


def test_the_fault_of_one_is_told_to_that_one_alone(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(module, waiting=5, failing=3)
    monkeypatch.setattr(module, "accept_calls", held.together)
    monkeypatch.setattr(module, "accept", held.alone)
    answers = _send_all(module, 6)
    assert {number for number, answer in answers.items() if isinstance(answer, ValueError)} == {3}
    assert answers[5] == "answer to 5"


def test_a_shared_transaction_has_a_bound(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(module, waiting=9)
    monkeypatch.setattr(module, "accept_calls", held.together)
    monkeypatch.setattr(module, "MOST_EVENTS", 4)
    _send_all(module, 10)
    assert max(len(group) for group in held.groups) <= 5
    assert sorted(event for group in held.groups for event in group) == list(range(10))
