"""Write the audit trail: called by actions, inside their transaction."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from giao.kernel.audit.models import Act, SignIn
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User


def record_act(engagement: Engagement, actor: User | None, what: str, about: str = "", **data: Any) -> Act:
    """`actor` None: the system did it (a seed, a timer)."""
    return Act.objects.create(
        engagement=engagement, actor=actor, what=what, about=about[:300], data=data, at=timezone.now()
    )


def record_sign_in(account: str, user: User | None, address: str | None, *, succeeded: bool) -> SignIn:
    return SignIn.objects.create(
        account=account.strip().lower()[:254],
        user=user,
        address=address,
        succeeded=succeeded,
        at=timezone.now(),
    )
