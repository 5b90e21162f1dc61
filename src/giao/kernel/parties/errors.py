"""What can go wrong with people and organisations."""

from __future__ import annotations

from giao.kernel.parties.models import Role


class PartiesError(Exception):
    """Base of this room's errors."""


class AccountExists(PartiesError):
    def __init__(self, email: str) -> None:
        super().__init__(f"an account for {email} exists already; sign in with it or take another address")


class BadAccount(PartiesError):
    """The e-mail or the password does not do; the message says why."""


class UnknownRole(PartiesError):
    def __init__(self, role: str) -> None:
        super().__init__(f"role {role!r} is not known; one of {', '.join(Role.values)}")
