"""Reads: the agreement in force and the current log of an engagement."""

from __future__ import annotations

import hashlib

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.kernel.engagements.models import (
    AgreementState,
    AgreementVersion,
    Engagement,
    FactImport,
    LogImport,
)


def versions_in_force(engagement: Engagement) -> list[AgreementVersion]:
    """All versions ever put in force, in order of effect: together they are the agreement."""
    return list(
        AgreementVersion.objects.filter(engagement=engagement, state=AgreementState.IN_FORCE).order_by(
            "effective"
        )
    )


def agreement_hash(versions: list[AgreementVersion]) -> str:
    """One hash for all versions in force; empty when there is none."""
    if not versions:
        return ""
    return hashlib.sha256("\n".join(version.hash for version in versions).encode()).hexdigest()


def documents(versions: list[AgreementVersion]) -> list[Agreement]:
    """The typed models of stored versions."""
    return [parse_agreement(version.text, f"v{version.number}")[0] for version in versions]


def current_log(engagement: Engagement) -> LogImport | None:
    return (
        LogImport.objects.filter(engagement=engagement, undone__isnull=True)
        .order_by("-created", "-id")
        .first()
    )


def fact_imports(engagement: Engagement) -> list[FactImport]:
    return list(FactImport.objects.filter(engagement=engagement).order_by("created", "id"))


def ledger_hash(log: LogImport | None, facts: list[FactImport]) -> str:
    """One hash for the log and every file of facts beside it; empty without a log."""
    if log is None:
        return ""
    return hashlib.sha256("\n".join([log.hash, *sorted(fact.hash for fact in facts)]).encode()).hexdigest()
