"""Propose a text to the other side as the next version, from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.people import Party, other_party
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.actions.put_in_force import check_day, final_text
from giao.steps.agree.contracts.models import Draft
from giao.steps.agree.contracts.queries import document_of, log_of, parsed
from giao.steps.agree.proposals.access import others_who_may_accept
from giao.steps.agree.proposals.actions.replay_proposal import attach_replay
from giao.steps.agree.proposals.deciding import lock, write
from giao.steps.agree.proposals.errors import BadForm, NotNow
from giao.steps.agree.proposals.models import Proposal, ProposalAct
from giao.steps.agree.proposals.queries import current_version
from giao.steps.agree.proposals.telling import tell
from giao.ui.templatetags.giao import language


def propose_change(
    engagement: Engagement, side: Party, author: User, text: str, day: date, note: str = ""
) -> Proposal:
    """Raises DocumentErrors with every fault of the text, BadDay, BadForm and NotNow; nothing is kept then."""
    with transaction.atomic():
        lock(engagement)
        last = Proposal.objects.filter(engagement=engagement).aggregate(last=Max("thread"))["last"] or 0
        made = offered(engagement, side, author, text, day, thread=last + 1, number=1)
        write(made, side, author, ProposalAct.PROPOSE, made.created, note)
        record_act(engagement, author, "propose_change", made.name, day=day.isoformat(), base=made.base.hash)
        tell(made, other_party(side), "proposal_made", author, note)
    return made


def offered(
    engagement: Engagement,
    side: Party,
    author: User,
    text: str,
    day: date,
    *,
    thread: int,
    number: int,
    answers: Proposal | None = None,
) -> Proposal:
    """The row of a proposal, checked, with its replay under way; a draft of this very text has become it."""
    base = current_version(engagement)
    if base is None:
        raise NotNow(_("There is no agreement to change yet: put the first one in force."))
    if not others_who_may_accept(engagement, side, author):
        raise NotNow(
            _("The other side has no manager here who could accept it: put the change in force yourself.")
        )
    parsed(text)
    check_day(engagement, text, day)
    check_order(base, day)
    final = final_text(engagement, text, day, log_of(engagement))
    if _same(base, final):
        raise BadForm(_("The text is the same as the version in force: there is nothing to propose."))
    now = timezone.now()
    made = Proposal.objects.create(
        engagement=engagement,
        thread=thread,
        number=number,
        answers=answers,
        base=base,
        text=final,
        effective=day,
        side=side,
        author=author,
        created=now,
        updated=now,
    )
    Draft.objects.filter(engagement=engagement, author=author, text=text).delete()
    attach_replay(made, author)
    return made


def check_order(base: AgreementVersion, day: date) -> None:
    """A proposal changes the last version, so it begins after that one. Raises BadForm."""
    if day <= base.effective:
        raise BadForm(
            _("Version %(n)s begins on %(day)s; a change of it begins after that day.")
            % {"n": base.number, "day": formats.day(base.effective, language())}
        )


def _same(base: AgreementVersion, final: str) -> bool:
    """Whether nothing but number and day differs."""
    plain = {"version": 1, "effective": None}
    return document_of(base).model_copy(update=plain).hash == parsed(final)[0].model_copy(update=plain).hash
