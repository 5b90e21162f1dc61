"""Write the audit trail: called by actions, inside their transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from giao.kernel.audit.models import Act, OrganisationAct, SignIn
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import Membership, User


class Robot(Protocol):
    """A service token (`identity.models.ServiceToken`), known here by its words alone."""

    @property
    def account(self) -> object: ...


_between: ContextVar[str] = ContextVar("through which token", default="")


@contextmanager
def nobody_between() -> Iterator[None]:
    """Around a request of the API: the token that `act_through` names is forgotten at its end."""
    before = _between.set("")
    try:
        yield
    finally:
        _between.reset(before)


def act_through(robot: Robot) -> None:
    """From here to the end of the request a person's acts are told as done through this token."""
    _between.set(str(robot)[:200])


def record_act(
    engagement: Engagement, actor: User | Robot | None, what: str, about: str = "", **data: Any
) -> Act:
    """`actor`: a person, the service token that did it, or None: the system (a seed, a timer).

    What a token does in a person's name has both: who answers for it, and the token.
    """
    person = actor if isinstance(actor, User) else None
    return Act.objects.create(
        engagement=engagement,
        actor=person,
        robot=_between.get() if person is actor else str(actor)[:200],
        what=what,
        about=about[:300],
        data=data,
        at=timezone.now(),
    )


def record_organisation_act(
    organisation: UUID, actor: User | None, what: str, about: str = "", **data: Any
) -> OrganisationAct:
    """An act about an organisation's people, tokens or sessions. `organisation` is its key."""
    return OrganisationAct.objects.create(
        organisation_id=organisation, actor=actor, what=what, about=about[:300], data=data, at=timezone.now()
    )


def record_own_act(person: User, what: str) -> None:
    """An act of a person about their own account, told to every organisation that they belong to."""
    for organisation in set(Membership.objects.filter(user=person).values_list("organisation", flat=True)):
        record_organisation_act(organisation, person, what, str(person))


def record_sign_in(account: str, user: User | None, address: str | None, *, succeeded: bool) -> SignIn:
    return SignIn.objects.create(
        account=account.strip().lower()[:254],
        user=user,
        address=address,
        succeeded=succeeded,
        at=timezone.now(),
    )
