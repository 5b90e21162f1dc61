"""Some cases as they stood at an instant are what taking their events one by one gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.log import LogMapping, log_from_frame
from giao.core.log.alive import cases_until

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from("AB"), st.integers(0, 9), st.sampled_from(["x", None])),
        min_size=1,
        max_size=30,
    ),
    st.sets(st.integers(0, 5)),
    st.integers(-1, 10),
)
def test_cases_until_an_instant(
    rows: list[tuple[int, str, int, str | None]], wanted: set[int], hour: int
) -> None:
    frame = pl.DataFrame(
        {
            "case": [f"c{case}" for case, *_ in rows],
            "activity": [activity for _, activity, *_ in rows],
            "time": [BEGIN + timedelta(hours=at) for _, _, at, _ in rows],
            "seq": range(len(rows)),
            "note": pl.Series([note for *_, note in rows], dtype=pl.String),
        }
    )
    log = log_from_frame(frame, LogMapping(sequence="seq", types={"note": "string"}, null_values=[]))
    alive = np.array([case in wanted for case in range(log.n_cases)], dtype=bool)
    instant = int((BEGIN + timedelta(hours=hour)).timestamp()) * 1_000_000
    keep = np.repeat(alive, np.diff(log.offsets)) & (log.times_us() <= instant)
    plain, found = log.take(keep, "some"), cases_until(log, np.flatnonzero(alive), instant, "some")
    assert found.hash == plain.hash
    assert found.case_ids.to_list() == plain.case_ids.to_list()
    assert found.offsets.tolist() == plain.offsets.tolist()
    assert found.events().equals(plain.events())
