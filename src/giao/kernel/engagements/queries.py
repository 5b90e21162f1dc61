"""Reads: the agreement in force and the current log of an engagement."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.kernel.engagements.models import (
    AgreementState,
    AgreementVersion,
    Engagement,
    FactImport,
    LogImport,
)
from giao.kernel.ledger.models import Ledger


def versions_in_force(engagement: Engagement) -> list[AgreementVersion]:
    """All versions ever put in force, in order of effect: together they are the agreement."""
    return list(
        AgreementVersion.objects.filter(engagement=engagement, state=AgreementState.IN_FORCE).order_by(
            "effective"
        )
    )


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


@dataclass(frozen=True)
class Inputs:
    """What an engagement's numbers follow from, as hashes: all versions in force; the ledger with the log that counts.

    Empty while there is no agreement, and while there is neither a log nor a live event. `position`: of the ledger;
    `recorded_us`: when its last entry was recorded (0 before the first).
    """

    agreement_hash: str
    ledger_hash: str
    position: int = 0
    recorded_us: int = 0


def inputs_of(engagements: Iterable[Engagement]) -> dict[UUID, Inputs]:
    """The inputs of many engagements in three queries; facts are in the ledger."""
    keys = [engagement.pk for engagement in engagements]
    versions: dict[UUID, list[str]] = defaultdict(list)
    for key, hashed in (
        AgreementVersion.objects.filter(engagement__in=keys, state=AgreementState.IN_FORCE)
        .order_by("effective")
        .values_list("engagement", "hash")
    ):
        versions[key].append(hashed)
    logs: dict[UUID, str] = {}
    for key, hashed in (
        LogImport.objects.filter(engagement__in=keys, undone__isnull=True)
        .order_by("created", "id")
        .values_list("engagement", "hash")
    ):
        logs[key] = hashed  # the last one stays
    ledgers = {
        key: (int(position), str(head), int(cases), int(recorded))
        for key, position, head, cases, recorded in Ledger.objects.filter(engagement__in=keys).values_list(
            "engagement_id", "position", "head", "cases", "recorded_us"
        )
    }
    found = {}
    for key in keys:
        position, head, cases, recorded = ledgers.get(key, (0, "", 0, 0))
        readable = key in logs or cases
        ledger = _hash([logs.get(key, ""), head]) if readable else ""
        found[key] = Inputs(_hash(versions[key]) if versions[key] else "", ledger, position, recorded)
    return found


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
