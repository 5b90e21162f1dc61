"""Checks of duties, controls and the exit; of notice, renewal, the only remedy and subcontractors."""

from __future__ import annotations

from collections.abc import Sequence

from giao.core.agreement.deadlines import last_day_of_notice
from giao.core.agreement.document.agreement import ExitDuty, Obligation, RiskControl
from giao.core.agreement.duties import duties_of, refuse_unclear
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.findings import Findings
from giao.core.agreement.load import Path_
from giao.core.agreement.personal import is_about_a_person
from giao.core.told import told


def check_duties(findings: Findings) -> None:
    """Obligations, controls and duties on exit."""
    agreement = findings.agreement
    known = duties_of(agreement)
    seen: set[str] = set()
    parts: tuple[tuple[str, Sequence[Obligation | RiskControl | ExitDuty]], ...] = (
        ("obligations", agreement.obligations),
        ("risk_controls", agreement.risk_controls),
        ("exit", agreement.exit),
    )
    for part, duties in parts:
        for index, duty in enumerate(duties):
            path: Path_ = (part, index)
            if duty.name in seen:
                findings.error(
                    (*path, "name"),
                    told(
                        "check.two_duties",
                        "two duties are called {name!r}; facts tell them by name, so give each its own",
                        name=duty.name,
                    ),
                )
                continue
            seen.add(duty.name)
            owed = known[duty.name]
            findings.refer((*path, "calendar"), owed.calendar, agreement.calendars, "calendar")
            try:
                refuse_unclear(owed)
            except AgreementError as error:
                findings.error((*path, "due"), str(error))


def check_parties(findings: Findings) -> None:
    """Notice, renewal, the only remedy, subcontractors."""
    agreement = findings.agreement
    term, credit = agreement.term, agreement.credits
    last = last_day_of_notice(term)
    if last is not None and last < term.start:
        findings.error(
            ("term", "notice"),
            told(
                "check.notice_too_long",
                "notice of {notice} would have to be given on {day}, before the term starts ({start})",
                notice=str(term.notice),
                day=last,
                start=term.start,
            ),
        )
    if term.auto_renew and term.notice is None:
        findings.warn(
            ("term", "auto_renew"),
            told(
                "check.renews_without_notice",
                "renews itself, but no notice is named, so nobody knows until when it can be ended; say notice: P90D",
            ),
        )
    for index, trigger in enumerate(credit.triggers if credit and credit.sole_remedy else ()):
        if trigger.right in ("terminate", "step_in"):
            findings.warn(
                ("credits", "triggers", index),
                told(
                    "check.sole_remedy",
                    "sole_remedy says that credits are the only remedy, yet {name!r} gives another right; say in "
                    "notes which of them holds, or leave one out",
                    name=trigger.name,
                ),
            )
    for index, holder in enumerate(agreement.work.holder):
        if holder.by == "subcontractor" and not agreement.parties.subcontractors:
            findings.error(
                ("work", "holder", index, "by"),
                told(
                    "check.no_subcontractor",
                    "a subcontractor holds cases, but parties names none; add parties.subcontractors",
                ),
            )
        known = [party.name for party in agreement.parties.subcontractors]
        if holder.by == "subcontractor" and known and holder.party is not None and holder.party not in known:
            findings.warn(
                ("work", "holder", index, "party"),
                told(
                    "check.unknown_subcontractor",
                    "{name!r} is none of parties.subcontractors ({known}); spell it as there, or add it",
                    name=holder.party,
                    known=", ".join(known),
                ),
            )
        if holder.named_by is not None:
            _named_by(findings, ("work", "holder", index, "named_by"), holder.named_by)


def _named_by(findings: Findings, path: Path_, name: str) -> None:
    """The attribute that names holders exists and is about no person: holders are shown to everybody, unmasked."""
    declared = findings.agreement.work.attributes
    log = findings.log
    known = {*declared, "group", "role", *(log.columns if log is not None else ())}
    if name not in known:
        findings.error(
            path,
            told(
                "check.holder_unknown",
                "{name!r} is no attribute of a case; declare it in work.attributes, or use group",
                name=name,
            ),
        )
    elif is_about_a_person(name, findings.agreement.work, log):
        findings.error(
            path,
            told(
                "check.holder_personal",
                "{name!r} is personal data, and holders are shown to everybody; name a team, e.g. named_by: group",
                name=name,
            ),
        )
