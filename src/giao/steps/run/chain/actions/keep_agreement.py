"""Keep a supporting agreement: a new one, or the next version of one that stands. Checked like every agreement."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.check import check_text
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog
from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.run.chain.access import may_keep_agreements, own_organisations
from giao.steps.run.chain.actions.share_agreement import keep_copy
from giao.steps.run.chain.errors import BadDocument, ChangedMeanwhile
from giao.steps.run.chain.models import Kind, SupportingAgreement, SupportingVersion

MOST = 200_000
"""Characters of a document."""

MOST_AGREEMENTS = 40


def add_agreement(
    engagement: Engagement,
    organisation: UUID,
    place: Place,
    actor: User,
    *,
    kind: str,
    text: str,
    log: EventLog | None,
    shared: bool = False,
) -> SupportingAgreement:
    """Raises NotAllowed and BadDocument with what to mend."""
    check(engagement, organisation, place)
    if kind not in Kind.values:
        raise BadDocument(
            _("Choose a kind of the list: operational level agreement or underpinning contract.")
        )
    document = read(text, log)
    own = SupportingAgreement.objects.filter(engagement=engagement, organisation=organisation)
    if own.count() >= MOST_AGREEMENTS:
        raise BadDocument(
            _("At most %(n)s supporting agreements; withdraw one first.") % {"n": MOST_AGREEMENTS}
        )
    now = timezone.now()
    try:
        with transaction.atomic():
            row = SupportingAgreement.objects.create(
                engagement=engagement,
                organisation_id=organisation,
                kind=kind,
                **_said(document),
                shared=shared,
                created=now,
                updated=now,
                updated_by=actor,
            )
            _version(row, 1, text, document, actor)
            keep_copy(row)
            _audit(row, actor, "add_supporting_agreement", document)
    except IntegrityError as error:
        raise BadDocument(
            _("There is a supporting agreement “%(name)s” already: open it and put in the next version.")
            % {"name": document.name}
        ) from error
    return row


def replace_agreement(
    row: SupportingAgreement, place: Place, actor: User, *, text: str, log: EventLog | None, seen: int
) -> SupportingAgreement:
    """The next version, in force from its `effective` day. Raises NotAllowed, BadDocument and ChangedMeanwhile."""
    check(row.engagement, row.organisation_id, place)
    document = read(text, log)
    last = row.versions.order_by("effective").last()
    assert last is not None  # there is one from the first moment
    if document.hash == last.hash:
        raise BadDocument(_("This is the version that stands already: nothing would change."))
    if document.name != row.name:
        raise BadDocument(
            _("Versions of one agreement keep its name: it is “%(ours)s”, here “%(theirs)s”.")
            % {"ours": row.name, "theirs": document.name}
        )
    if document.starts <= last.effective:
        raise BadDocument(
            _("The next version begins after the last one (%(day)s): set “effective” to a later day.")
            % {"day": last.effective.isoformat()}
        )
    with transaction.atomic():
        took = SupportingAgreement.objects.filter(pk=row.pk, revision=seen).update(
            **_said(document), revision=seen + 1, withdrawn=None, updated=timezone.now(), updated_by=actor
        )
        if not took:
            raise ChangedMeanwhile(changed_words())
        row.refresh_from_db()
        _version(row, last.number + 1, text, document, actor)
        keep_copy(row)
        _audit(row, actor, "replace_supporting_agreement", document)
    return row


def check(engagement: Engagement, organisation: UUID, place: Place) -> None:
    """Raises NotAllowed unless a manager acts for this organisation."""
    allowed = may_keep_agreements(place) and organisation in own_organisations(engagement, place)
    check_may(allowed, _("keep supporting agreements"))


def changed_words() -> str:
    return _("Somebody changed this agreement while you were at it. Load it again, then decide.")


def read(text: str, log: EventLog | None) -> Agreement:
    """The one version that the text holds. Raises BadDocument with every fault, in the words of an agreement's check."""
    if not text.strip():
        raise BadDocument(_("Paste the document, or choose a file."))
    if len(text) > MOST:
        raise BadDocument(_("A document has at most %(n)s letters.") % {"n": MOST})
    faults = check_text(text, log=log)
    if any(fault.severity == "error" for fault in faults):
        raise BadDocument(_("The document has faults; mend them and try again."), faults)
    versions = parse_agreement(text)
    if len(versions) != 1:
        raise BadDocument(_("There are several versions here (---); put in one at a time."))
    if not versions[0].clocks:
        raise BadDocument(
            _("The document has no clock: a supporting agreement promises time (clocks, targets).")
        )
    return versions[0]


def _said(document: Agreement) -> dict[str, str]:
    parties = document.parties
    return {
        "name": document.name,
        "receiver": parties.client.name[:300],
        "party": parties.vendor.name[:300],
    }


def _version(row: SupportingAgreement, number: int, text: str, document: Agreement, actor: User) -> None:
    SupportingVersion.objects.create(
        organisation_id=row.organisation_id,
        agreement=row,
        number=number,
        text=text,
        hash=document.hash,
        effective=document.starts,
        created=timezone.now(),
        created_by=actor,
    )


def _audit(row: SupportingAgreement, actor: User, what: str, document: Agreement) -> None:
    """Told to the own organisation alone: that there is such a contract is its own affair."""
    record_organisation_act(
        row.organisation_id,
        actor,
        what,
        row.name,
        engagement=str(row.engagement_id),
        agreement=str(row.pk),
        hash=document.hash,
        effective=document.starts.isoformat(),
    )
