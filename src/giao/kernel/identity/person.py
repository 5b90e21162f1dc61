"""Who asks: the person behind a request that needs a sign-in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from giao.kernel.parties.models import User


def person_of(request: HttpRequest) -> User:
    """Raises PermissionDenied for whoever is not signed in: the middleware has sent them to the sign-in before."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user
