"""Small logs for the tests of mining, and the ways of hypothesis to make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from hypothesis import strategies as st
from tests.reference.mining import Cases, Event

from giao.core.log import EventLog, LogMapping, log_from_frame
from giao.core.mining import Explorer, explore

START = 1_700_000_000_000_000
MAPPING = LogMapping(
    case="case", activity="activity", time="time", start="start", resource="resource", sequence="number"
)
PLAIN = LogMapping(case="case", activity="activity", time="time", resource="resource", sequence="number")


def log_of(cases: Cases, *, starts: bool = True) -> EventLog:
    """A log of cases; the order of equal times is that of the list."""
    rows = [
        (case, activity, time, start, resource, number)
        for case, events in cases.items()
        for number, (activity, time, start, resource) in enumerate(events)
    ]
    schema: dict[str, Any] = {
        "case": pl.String, "activity": pl.String, "time": pl.Int64, "start": pl.Int64, "resource": pl.String, "number": pl.Int64,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("time", "start").cast(pl.Datetime("us", "UTC"))
    )
    return log_from_frame(frame if starts else frame.drop("start"), MAPPING if starts else PLAIN)


def mine(cases: Cases, *, starts: bool = True) -> Explorer:
    return explore(log_of(cases, starts=starts))


@st.composite
def some_cases(
    draw: Callable[..., Any], *, most: int = 8, letters: str = "ABCD", starts: bool = True
) -> Cases:
    """Cases of a few events, with equal times, long gaps, unknown starts and resources."""
    gaps = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 10**13))
    found: Cases = {}
    for number in range(draw(st.integers(1, most))):
        time = START + draw(st.integers(0, 10**12))
        events: list[Event] = []
        for _ in range(draw(st.integers(1, 7))):
            time += draw(gaps)
            begun = time - draw(gaps) if starts and draw(st.booleans()) else None
            resource = draw(st.sampled_from([None, "r1", "r2", "r3"]))
            events.append((draw(st.sampled_from(letters)), time, begun, resource))
        found[f"c{number:03d}"] = events
    return found
