"""The work of a replay: the library computes both sides, what pages show is kept as plain values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.output import number
from giao.core.agreement.replay import Replay as Found
from giao.core.agreement.replay import replay
from giao.core.agreement.results import KpiResult, Statement
from giao.kernel.engagements.queries import inputs_of, versions_in_force
from giao.kernel.jobs.work import Progress
from giao.kernel.ledger.reading import facts_of, log_of
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.queries import document_of, parsed

MONEY = ("fees", "credit_total", "net", "total")


def work(job: Replay, tell: Progress) -> dict[str, Any]:
    """Raises AgreementError (a sentence) when the draft cannot be computed."""
    inputs = inputs_of([job.engagement])[job.engagement_id]
    log = log_of(job.engagement, inputs.position)
    if log is None:
        raise AgreementError("the engagement has no log; import one first")
    tell("reading the log", 0.02)
    actual = [document_of(row) for row in versions_in_force(job.engagement)]
    # The draft holds over the whole term, so its own first day is left out.
    draft = [item.model_copy(update={"effective": None}) for item in parsed(job.text)]
    delta = job.as_of.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    as_of = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    sides = {"done": 0}

    def progress(doing: str, share: float) -> None:
        tell(doing, 0.02 + 0.48 * (sides["done"] + share))
        sides["done"] += share >= 1

    found = replay(
        log,
        actual or draft,
        draft[:1],
        facts=facts_of(job.engagement, inputs.position),
        as_of=as_of,
        progress=progress,
    )
    return {
        "result": result_of(found),
        "agreement_hash": inputs.agreement_hash,
        "ledger_hash": inputs.ledger_hash,
    }


def result_of(found: Found) -> dict[str, Any]:
    """Months with the money of both sides (`closed`: as they are in force), service levels with value, state and n; money as decimal strings."""
    titles = {
        name: dict(kpi.title or {"en": name})
        for side in (found.actual, found.draft)
        for name, kpi in side.agreement.kpis.items()
    }
    return {
        "currency": found.actual.agreement.currency,
        "titles": titles,
        "months": [
            {
                "month": pair.month,
                "actual": _money(pair.actual),
                "draft": _money(pair.draft),
                "closed": pair.actual is not None and pair.actual.closed,
            }
            for pair in found.months
        ],
        "kpis": [
            {
                "kpi": pair.kpi,
                "window": pair.window,
                "last": (pair.actual or pair.draft).window.last.isoformat(),  # type: ignore[union-attr]
                "actual": _kpi(pair.actual),
                "draft": _kpi(pair.draft),
                "changed": pair.changed,
            }
            for pair in found.kpis
        ],
    }


def _money(statement: Statement | None) -> dict[str, str] | None:
    return None if statement is None else {name: str(getattr(statement, name)) for name in MONEY}


def _kpi(result: KpiResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "value": number(result.value),
        "unit": result.unit,
        "state": result.state,
        "n": result.n,
        "provisional": result.provisional,
    }
