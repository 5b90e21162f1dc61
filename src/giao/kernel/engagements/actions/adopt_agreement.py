"""Take an agreement's text into an engagement: as a draft, or put in force."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from giao.core.agreement.load import parse_agreement
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.coming_in_force import tell_in_force
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import AgreementState, AgreementVersion, Engagement
from giao.kernel.parties.models import User

_MARKER = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)


def adopt_agreement(
    engagement: Engagement, text: str, actor: User | None = None, *, in_force: bool = True
) -> list[AgreementVersion]:
    """One row for each version in the text (versions are separated by ``---``), numbered on.

    Raises DocumentErrors (every fault with line and path) and EngagementError when a version in force begins on that day.
    """
    parts = [part for part in _MARKER.split(text) if part.strip()]
    documents = [parse_agreement(part) for part in parts]
    parse_agreement(text)  # the versions together: name, currency and days must fit
    made = []
    with transaction.atomic():
        Engagement.objects.select_for_update().get(pk=engagement.pk)
        last = AgreementVersion.objects.filter(engagement=engagement).order_by("-number").first()
        number = last.number if last else 0
        for part, versions in zip(parts, documents, strict=True):
            version = versions[0]
            number += 1
            taken = AgreementVersion.objects.filter(
                engagement=engagement, state=AgreementState.IN_FORCE, effective=version.starts
            ).exists()
            if in_force and taken:
                raise EngagementError(
                    _(
                        "A version in force begins on %(day)s already; give the new one its own “effective” day."
                    )
                    % {"day": version.starts.isoformat()}
                )
            made.append(
                AgreementVersion.objects.create(
                    engagement=engagement,
                    number=number,
                    text=part.strip() + "\n",
                    hash=version.hash,
                    effective=version.starts,
                    state=AgreementState.IN_FORCE if in_force else AgreementState.DRAFT,
                    created_by=actor,
                )
            )
        what = "adopt_agreement" if in_force else "draft_agreement"
        record_act(
            engagement,
            actor,
            what,
            ", ".join(f"v{row.number}" for row in made),
            hashes=[row.hash for row in made],
        )
        if in_force:
            tell_in_force(engagement)
    return made
