"""Figures and values of the events of a selection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from giao.core.mining.ground import Codes, Ints, Shorts
from giao.core.mining.kernels.events import case_spans, count_events
from giao.core.mining.selection import Selection
from giao.core.mining.threads import cut_in_parts, run_parts


def event_figures(selection: Selection, codes: Codes, width: int) -> Ints:
    """(codes, 8): see `kernels.events`."""

    def work(part: Shorts) -> Ints:
        figures = np.zeros((width, 8), np.int64)
        count_events(part, selection.ground.offsets, codes, figures)
        return figures

    parts = run_parts(cut_in_parts(selection.cases, selection.ground.offsets), work)
    found: Ints = parts[0] if len(parts) == 1 else np.sum(np.stack(parts), axis=0)
    return found


def spans_of(selection: Selection, starts: Ints, times: Ints) -> tuple[Ints, Ints]:
    """First and last instant of each selected case."""
    begun, ended = np.empty(selection.n_cases, np.int64), np.empty(selection.n_cases, np.int64)
    parts = cut_in_parts(selection.cases, selection.ground.offsets)
    edges = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    places = [np.arange(edges[n], edges[n + 1], dtype=np.int32) for n in range(len(parts))]

    def work(place: Shorts) -> None:
        if len(place):
            a, b = int(place[0]), int(place[-1]) + 1
            case_spans(selection.cases[a:b], selection.ground.offsets, starts, times, begun[a:b], ended[a:b])

    run_parts(places, work)
    return begun, ended


def events_of(selection: Selection, names: Sequence[str]) -> pl.DataFrame:
    """Columns of the log as the selected events say them (not as last set)."""
    ground = selection.ground
    rows = selection.rows if ground.rows is None else ground.rows[selection.rows]
    whole = ground.log.events(list(names))
    return whole if len(rows) == whole.height and ground.rows is None else whole[pl.Series(rows)]
