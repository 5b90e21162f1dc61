"""Raise a dispute about one item of a month's statement."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.invoicing import items_of
from giao.core.agreement.results import Statement
from giao.core.calendars import compile_calendars
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Side
from giao.kernel.engagements.actions.record_decision import decided_at, record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import BadForm, NotNow
from giao.steps.improve.closing.evidence import keep
from giao.steps.improve.closing.figures import ledger_name
from giao.steps.improve.closing.models import Dispute, DisputeAct, DisputeEntry, DisputeState

ANSWER_DAYS = 5
"""Business days of the agreement's first calendar until the other side has to answer."""

AGAIN = (DisputeState.WITHDRAWN,)
"""States from which the same item may be disputed once more."""


def raise_dispute(
    engagement: Engagement,
    statement: Statement,
    agreement: Agreement,
    side: Side,
    actor: User,
    *,
    item: str,
    claim: Decimal,
    text: str,
    evidence: UploadedFile[Any] | None = None,
) -> Dispute:
    """`claim` signed: by how much the item should change. Raises BadForm and NotNow."""
    known = {each.key: each for each in items_of(statement)}
    if item not in known and not item.startswith("invoice:"):
        raise BadForm(_("The statement has no such item; choose one of the list."))
    if not claim:
        raise BadForm(_("Say by how much the item should change; nothing to change is no dispute."))
    if not text.strip():
        raise BadForm(_("Say why: the other side answers to your reason."))
    kept = keep(engagement, evidence)
    now = timezone.now()
    stood = known[item].amount if item in known else Decimal(0)
    fields = {
        "currency": statement.currency,
        "stood": stood,
        "claim": claim,
        "state": DisputeState.OPEN,
        "raised_by": side,
        "offer": None,
        "offered_by": "",
        "answer_by": answer_by(agreement, decided_at(engagement)),
        "updated": now,
    }
    with transaction.atomic():
        row = Dispute.objects.select_for_update().filter(
            engagement=engagement, month=statement.month, item=item
        ).first()  # fmt: skip
        if row is not None and row.state not in AGAIN:
            raise NotNow(_("This item is in dispute already; go on there."))
        if row is None:
            try:
                with transaction.atomic():
                    row = Dispute.objects.create(
                        engagement=engagement, month=statement.month, item=item, created=now, **fields
                    )
            except IntegrityError:
                raise NotNow(_("This item is in dispute already; go on there.")) from None
        else:
            Dispute.objects.filter(pk=row.pk).update(**fields, revision=row.revision + 1)
            row.refresh_from_db()
        DisputeEntry.objects.create(
            engagement=engagement,
            dispute=row,
            act=DisputeAct.RAISE,
            side=side,
            by=actor,
            at=now,
            text=text.strip(),
            amount=claim,
            evidence=kept.file if kept else "",
            evidence_name=kept.name if kept else "",
            evidence_sha256=kept.sha256 if kept else "",
        )
        tell_ledger(engagement, actor, row, "open")
        record_act(engagement, actor, "raise_dispute", f"{statement.month} {item}", claim=str(claim))
    return row


def tell_ledger(engagement: Engagement, actor: User, dispute: Dispute, outcome: str) -> None:
    """The decision that numbers follow from: what is in dispute is not owed for now, a settlement is booked."""
    decision = {
        "type": "giao.decision.dispute",
        "month": dispute.month,
        "line": ledger_name(dispute.item),
        "outcome": outcome,
        "dispute": str(dispute.pk),
        "amount": str(max(Decimal(0), -dispute.claim)),
    }
    if dispute.agreed is not None:
        decision["settlement"] = str(dispute.agreed)
    record_decisions(engagement, actor, [decision], f"dispute {dispute.month} {dispute.item}")


def answer_by(agreement: Agreement, instant: datetime, days: int = ANSWER_DAYS) -> datetime:
    """The end of the n-th business day after `instant`; plain days where the agreement has no calendar."""
    if not agreement.calendars:
        return instant + timedelta(days=days)
    name = next(iter(agreement.calendars))
    first = instant.date()
    last: date = first + timedelta(days=days * 4 + 30)
    calendar = compile_calendars(agreement.calendars, first, last)[name]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    received = (instant.astimezone(UTC) - epoch) // timedelta(microseconds=1)
    return epoch + timedelta(microseconds=calendar.business_day_due(received, days))
