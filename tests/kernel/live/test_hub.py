"""Watchers are told of what changed for them, once; the look at the database is shared and ends with the last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

A, B = uuid4(), uuid4()


class World:
    """Marks that a test changes, and how often they were looked at."""

    def __init__(self) -> None:
        self.marks: dict[UUID, str] = {A: "1", B: "1"}
        self.asked: list[frozenset[UUID]] = []
        self.fails = 0

    async def look(self, wanted: list[UUID]) -> dict[UUID, str]:
        self.asked.append(frozenset(wanted))
        if self.fails:
            self.fails -= 1
            raise ConnectionError("away")
        return {key: self.marks[key] for key in wanted}


def run(act: Callable[[World, Any], Awaitable[None]]) -> World:
    from giao.kernel.live.hub import Hub

    world = World()

    async def main() -> None:
        await act(world, Hub(world.look, seconds=0.005))

    asyncio.run(asyncio.wait_for(main(), 20))
    return world


def test_a_change_reaches_those_who_watch_it_and_nobody_else() -> None:
    async def act(world: World, hub: Any) -> None:
        async with hub.watching([A], dict(world.marks)) as one, hub.watching([B], dict(world.marks)) as other:
            world.marks[A] = "2"
            assert await one.changed(5) == {A: "2"}
            assert await other.changed(0.05) == {}

    run(act)


def test_what_was_missed_is_told_at_once() -> None:
    async def act(world: World, hub: Any) -> None:
        async with hub.watching([A, B], {A: "0", B: "1"}) as watcher:
            assert await watcher.changed(5) == {A: "1"}

    run(act)


def test_many_changes_between_two_looks_are_one_word() -> None:
    async def act(world: World, hub: Any) -> None:
        async with hub.watching([A], dict(world.marks)) as watcher:
            for number in range(2, 50):
                world.marks[A] = str(number)
            assert await watcher.changed(5) == {A: "49"}
            assert await watcher.changed(0.05) == {}

    run(act)


def test_watchers_share_one_look_and_nobody_looks_for_nobody() -> None:
    async def act(world: World, hub: Any) -> None:
        async with hub.watching([A], {}) as one, hub.watching([A, B], {}) as two:
            await one.changed(5)
            await two.changed(5)
        assert len(hub) == 0
        await asyncio.sleep(0.05)
        count = len(world.asked)
        await asyncio.sleep(0.05)
        assert len(world.asked) == count

    world = run(act)
    assert frozenset({A, B}) in world.asked


def test_a_database_that_is_away_ends_no_stream() -> None:
    async def act(world: World, hub: Any) -> None:
        world.fails = 2
        async with hub.watching([A], dict(world.marks)) as watcher:
            world.marks[A] = "2"
            assert await watcher.changed(10) == {A: "2"}

    run(act)


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from giao.kernel.live import hub as room

    monkeypatch.setattr(room, "MOST_WATCHERS", 1)

    async def act(world: World, hub: Any) -> None:
        async with hub.watching([A], {}):
            with pytest.raises(room.TooManyWatchers):
                async with hub.watching([A], {}):
                    pass

    run(act)
