"""Go on with a dispute: write, offer, accept, reject, withdraw, escalate. What each needs stands in `RULES`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Side
from giao.kernel.parties.models import User
from giao.steps.improve.closing.actions.raise_dispute import tell_ledger
from giao.steps.improve.closing.errors import BadForm, ChangedMeanwhile, NotNow
from giao.steps.improve.closing.evidence import keep
from giao.steps.improve.closing.models import OPEN_STATES, Dispute, DisputeAct, DisputeEntry, DisputeState


@dataclass(frozen=True)
class Rule:
    """In which states an act is possible, who does it, and the state after it (None: unchanged)."""

    states: tuple[DisputeState, ...]
    who: str
    after: DisputeState | None = None


RULES: dict[str, Rule] = {
    DisputeAct.NOTE: Rule(OPEN_STATES, "both"),
    DisputeAct.OFFER: Rule(OPEN_STATES, "both"),
    DisputeAct.ACCEPT: Rule(OPEN_STATES, "both", DisputeState.SETTLED),
    DisputeAct.REJECT: Rule((DisputeState.OPEN, DisputeState.ESCALATED), "other", DisputeState.REJECTED),
    DisputeAct.WITHDRAW: Rule(OPEN_STATES, "raiser", DisputeState.WITHDRAWN),
    DisputeAct.ESCALATE: Rule((DisputeState.OPEN, DisputeState.REJECTED), "both", DisputeState.ESCALATED),
}
OUTCOMES = {
    DisputeState.SETTLED: "settled",
    DisputeState.REJECTED: "rejected",
    DisputeState.WITHDRAWN: "withdrawn",
    DisputeState.ESCALATED: "open",
}


def acts_of(dispute: Dispute, side: Side | None) -> list[str]:
    """What a side can do now."""
    return [act for act in RULES if side is not None and _may(dispute, side, act)]


def _may(dispute: Dispute, side: Side, act: str) -> bool:
    rule = RULES[act]
    if dispute.state not in rule.states:
        return False
    if act == DisputeAct.ACCEPT:
        # The claim itself is the first offer: the other side may accept it whole.
        return side != dispute.offered_by if dispute.offer is not None else side == dispute.other_side
    return rule.who == "both" or (side == dispute.raised_by) == (rule.who == "raiser")


def answer_dispute(
    dispute: Dispute,
    side: Side,
    actor: User,
    act: str,
    *,
    seen: int,
    text: str = "",
    amount: Decimal | None = None,
    evidence: UploadedFile[Any] | None = None,
) -> Dispute:
    """`seen`: the revision on the actor's page; a note is written whatever came between.

    Raises ChangedMeanwhile, NotNow and BadForm; nothing is changed then.
    """
    kept = keep(dispute.engagement, evidence)
    with transaction.atomic():
        row = Dispute.objects.select_for_update().select_related("engagement").get(pk=dispute.pk)
        if act != DisputeAct.NOTE and row.revision != seen:
            last = row.entries.order_by("-at", "-id").select_related("by").first()
            raise ChangedMeanwhile(
                _("%(who)s was first: %(what)s. Read it, then decide again.")
                % {"who": last.by.name if last else "", "what": last.get_act_display() if last else ""}
            )
        if act not in RULES or not _may(row, side, act):
            raise NotNow(
                _("That is not possible now: the dispute is “%(state)s”.")
                % {"state": row.get_state_display()}
            )
        _check_form(act, text, amount)
        row.revision += 1
        row.updated = timezone.now()
        if act == DisputeAct.OFFER:
            row.offer, row.offered_by = amount, side
        if act == DisputeAct.ACCEPT:
            row.agreed = row.offer if row.offer is not None else row.claim
            amount = row.agreed
        after = RULES[act].after
        if after is not None:
            row.state = after
        row.save()
        DisputeEntry.objects.create(
            engagement_id=row.engagement_id,
            dispute=row,
            act=act,
            side=side,
            by=actor,
            at=row.updated,
            text=text.strip(),
            amount=amount,
            evidence=kept.file if kept else "",
            evidence_name=kept.name if kept else "",
            evidence_sha256=kept.sha256 if kept else "",
        )
        if after is not None:
            tell_ledger(row.engagement, actor, row, OUTCOMES[after])
        record_act(
            row.engagement,
            actor,
            "answer_dispute",
            f"{row.month} {row.item}",
            act=act,
            amount=str(amount or ""),
        )
    return row


def _check_form(act: str, text: str, amount: Decimal | None) -> None:
    if act in (DisputeAct.NOTE, DisputeAct.REJECT, DisputeAct.ESCALATE) and not text.strip():
        raise BadForm(_("Write a sentence: the other side reads why."))
    if act == DisputeAct.OFFER and amount is None:
        raise BadForm(_("Say the amount of the settlement, such as -120.00 for 120 less."))
