"""Keep what a person has typed, right or wrong."""

from __future__ import annotations

from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.models import Draft

MOST = 1_000_000
"""Characters of a document: a contract has thousands."""


def save_draft(engagement: Engagement, author: User, text: str) -> Draft:
    draft, _made = Draft.objects.update_or_create(
        engagement=engagement, author=author, defaults={"text": text[:MOST]}
    )
    return draft
