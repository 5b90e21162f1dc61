"""A case: its clocks to the second, the picture with words for every stretch, what is next, who waits for whom."""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from tests.steps.run.monitor.conftest import Desk


def cases_with(desk: Desk, *states: str) -> list[str]:
    """Ids of cases with an instance of `resolution` in these states."""
    clocks = stored(desk).clocks.filter(pl.col("clock") == "resolution").collect()
    return list(clocks.filter(pl.col("state").is_in(states))["case"])


def stored(desk: Desk) -> Any:
    from giao.kernel.readings.compute import results_of
    from giao.kernel.readings.models import Reading

    desk.get("/levels")
    return results_of(Reading.objects.get(engagement=desk.engagement))


def told(desk: Desk, case: str) -> tuple[Any, Any]:
    """The case as the page has it: its file and its clocks in words."""
    from django.test import RequestFactory

    from giao.kernel.parties.models import User
    from giao.steps.run.monitor.case_file import open_case
    from giao.steps.run.monitor.case_words import tell_clocks
    from giao.steps.run.monitor.ground import ground_for

    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=desk.client.session["_auth_user_id"])
    ground = ground_for(request, desk.engagement.slug)
    file = open_case(ground, case)
    assert file is not None
    return file, tell_clocks(file, ground.versions, ground.zone)


def test_what_counted_adds_up_to_what_the_reading_says_was_consumed(desk: Desk) -> None:
    clocks = stored(desk).clocks.collect()
    consumed = {(row["clock"], row["case"], row["instance"]): row for row in clocks.iter_rows(named=True)}
    checked = 0
    for case in clocks["case"].unique(maintain_order=True)[:40]:
        file, words = told(desk, case)
        instances = [(e.clock, one.instance) for e in file.explanations for one in e.instances]
        assert len(words.clocks) == len(instances)
        for clock, (name, instance) in zip(words.clocks, instances, strict=True):
            row = consumed[name, case, instance.number]
            assert clock.counted_us == clock.consumed_us == row["consumed_us"]
            assert clock.budget_us == row["budget_us"]
            for one, other in zip(clock.rows, clock.rows[1:], strict=False):
                assert one.end_us == other.start_us  # no gap from start to end
            checked += 1
    assert checked > 60


def test_the_state_of_a_case_is_that_of_the_list(desk: Desk) -> None:
    for case, state in stored(desk).cases.select("case", "state").collect().head(60).iter_rows():
        assert told(desk, case)[0].state == state


def test_the_page_has_the_table_with_its_sum_and_a_link_for_every_stretch(desk: Desk) -> None:
    case = cases_with(desk, "met")[0]
    file, words = told(desk, case)
    source = desk.source(f"/cases/{case}")
    for clock in words.clocks:
        for row in clock.rows:
            assert f'href="#{row.id}"' in source
            assert f'id="{row.id}"' in source
    named = re.findall(r'<a href="#clock-\d+-\d+" aria-label="([^"]+)"', source)
    assert len(named) == sum(len(clock.rows) for clock in words.clocks)
    assert all("calendar office v1" in name for name in named)
    assert 'role="group"' in source
    assert "Sum of what counted" in source
    assert len(file.events) == source.count('id="event-')


def test_a_pause_says_its_state_and_its_events(desk: Desk) -> None:
    for case in cases_with(desk, "met", "breached"):
        file, words = told(desk, case)
        pause = next((row for clock in words.clocks for row in clock.rows if row.kind == "paused"), None)
        if pause is None:
            continue
        number = next(event.number for event in file.events if event.activity == "Waiting")
        assert re.match(
            rf"Paused .+: state Waiting, from event {number} to {number + 1}, calendar office v1$",
            pause.words,
        )
        assert pause.counted_us == 0
        return
    pytest.fail("no case of the log was paused")


def test_who_waits_for_whom_follows_the_last_event(desk: Desk) -> None:
    client, vendor = desk.world.client.name, desk.world.vendor.name
    seen = set()
    for case in stored(desk).cases.filter(pl.col("state") == "open").select("case").collect()["case"]:
        file, _words = told(desk, case)
        page = desk.get(f"/cases/{case}") if re.fullmatch(r"C-\d+", case) and len(seen) < 2 else ""
        last = file.events[-1].activity
        assert file.holder == ("client" if last == "Waiting" else "vendor")
        if page:
            waits = (vendor, client) if last == "Waiting" else (client, vendor)
            assert f"{waits[0]} waits for {waits[1]}." in page
            seen.add(last)
    done = cases_with(desk, "met")[0]
    assert "Nobody waits" in desk.get(f"/cases/{done}")


def test_a_case_is_told_as_it_stood(desk: Desk) -> None:
    file, _words = told(desk, "C-0100")
    second = file.events[1].time
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    just_before = (
        (second - timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    )
    page = desk.source(f"/cases/C-0100?as_of={just_before.isoformat()}")
    assert page.count('id="event-') == 1
    before = file.events[0].time - timedelta(days=1)
    desk.get(f"/cases/C-0100?as_of={before.replace(tzinfo=None).isoformat()}", 404)


def test_values_that_changed_are_told_with_their_event(desk: Desk) -> None:
    file, _words = told(desk, "C-0100")
    set_first = {change.label for change in file.events[0].changes}
    assert {"priority", "site", "Customer", "hops"} <= set_first
    later = [change for event in file.events[1:] for change in event.changes]
    assert all(change.before != change.after for change in later)
    facts = {fact.label: fact.value for fact in file.facts}
    assert (
        facts["hops"] == max([1, *(change.after for change in later if change.label == "hops")])
        or "hops" in facts
    )
