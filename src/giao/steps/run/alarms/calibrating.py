"""How well the chance of breach was right in the past: computed by a job when somebody asks, kept beside the reading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from giao.core.agreement.alarms.clocks import EPOCH
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import documents, versions_in_force
from giao.kernel.jobs.queue import job_of
from giao.kernel.jobs.task import task
from giao.kernel.readings.models import Reading, ReadingState

FILE = "calibration.json"
KEY = "alarms:calibration"
LEARNT = 0.6
"""The share of the log's time that is learnt from; what was open after it is predicted."""


@dataclass(frozen=True)
class Tenth:
    """`predicted` and `observed` are shares; `low` and `high` the interval of what came."""

    n: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibrated:
    """Of one clock. `brier` beside `constant`, the best single number: the smaller one predicts better."""

    clock: str
    n: int
    silent: int
    brier: float | None
    constant: float | None
    tenths: tuple[Tenth, ...]


@dataclass(frozen=True)
class Calibrations:
    computing: bool
    clocks: tuple[Calibrated, ...] | None


def calibrations_of(engagement: Engagement) -> Calibrations:
    """Of the current reading, or the newest one that has them; None while nobody has asked."""
    job = job_of(engagement.pk, KEY)
    computing = job is not None and not job.is_over
    ready = Reading.objects.filter(engagement=engagement, state=ReadingState.READY).order_by("-finished")
    for reading in ready[:20]:
        file = in_data(reading.folder) / FILE
        if file.is_file():
            return Calibrations(computing, tuple(_read(item) for item in json.loads(file.read_text("utf-8"))))
    return Calibrations(computing, None)


def _read(item: dict[str, Any]) -> Calibrated:
    return Calibrated(**{**item, "tenths": tuple(Tenth(**one) for one in item["tenths"])})


def start_calibrating(engagement: Engagement) -> None:
    calibrate_clocks.using(engagement=engagement, key=KEY).enqueue(str(engagement.pk))


@task(long=True, most_attempts=2)
def calibrate_clocks(identifier: str) -> int:
    """Evaluate the log once more and predict its later part from the earlier one; returns how many clocks."""
    from giao.core.agreement.evaluate import evaluate
    from giao.core.agreement.live.outlook import calibrate
    from giao.kernel.ledger.reading import facts_of, log_of

    reading = (
        Reading.objects.select_related("engagement").filter(engagement=UUID(identifier), current=True).first()
    )
    if reading is None:
        return 0
    engagement = reading.engagement
    log = log_of(engagement, reading.position)
    if log is None or not len(log.times_us()):
        return 0
    as_of = (reading.as_of - EPOCH) // timedelta(microseconds=1)
    evaluation = evaluate(
        log,
        documents(versions_in_force(engagement)),
        facts=facts_of(engagement, reading.position),
        as_of=as_of,
    )
    first = int(log.times_us().min())
    split = first + int((as_of - first) * LEARNT)
    found = []
    for clock in evaluation.clocks:
        said = calibrate(evaluation, clock, split)
        rows = said.frame.select("n", "predicted", "observed", "low", "high")
        found.append(
            {
                "clock": clock,
                "n": said.n,
                "silent": said.silent,
                "brier": said.brier,
                "constant": said.constant,
                "tenths": rows.to_dicts(),
            }
        )
    place = in_data(reading.folder)
    draft = place / f".{FILE}"
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(place / FILE)
    return len(found)
