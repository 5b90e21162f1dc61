"""Reads: alarms of the reader's own organisation, and what they say in words."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db.models import Count

from giao.steps.run.alarms.access import alarms_of
from giao.steps.run.alarms.models import Alarm, AlarmState
from giao.steps.run.alarms.people import name_in
from giao.ui.templatetags.giao import language


def count_open(standing: Any) -> int:
    """Alarms that nobody has acknowledged."""
    return alarms_of(standing).filter(state=AlarmState.OPEN).count()


def counts(standing: Any) -> dict[str, int]:
    rows = alarms_of(standing).values_list("state").annotate(Count("pk"))
    found = dict(rows)
    return {state: found.get(state, 0) for state in AlarmState.values}


SEVERITY_ORDER = {"critical": 0, "warning": 1, "info": 2}


def alarms_frame(standing: Any, state: str) -> pl.DataFrame:
    """A row an alarm of one state, for the list and its files."""
    rows = alarms_of(standing).filter(state=state).select_related("rule", "owner", "organisation")
    lang = language()
    return pl.DataFrame(
        [_row(row, lang) for row in rows],
        schema={
            "id": pl.String, "name": pl.String, "severity": pl.String, "rank": pl.Int8, "kind": pl.String, "firing": pl.Int64,
            "subjects": pl.Int64, "owner": pl.String, "organisation": pl.String, "opened": pl.Datetime("us", "UTC"),
            "snoozed_until": pl.Datetime("us", "UTC"), "settled": pl.Datetime("us", "UTC"),
        },
    )  # fmt: skip


def _row(row: Alarm, lang: str) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": name_in(row.rule, lang),
        "severity": row.severity,
        "rank": SEVERITY_ORDER[row.severity],
        "kind": row.rule.kind,
        "firing": row.firing,
        "subjects": row.subjects_ever,
        "owner": row.owner.name if row.owner else None,
        "organisation": row.organisation.name,
        "opened": row.opened,
        "snoozed_until": row.snoozed_until,
        "settled": row.settled,
    }
