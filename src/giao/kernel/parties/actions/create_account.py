"""Create an account that can sign in."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from giao.kernel.parties.errors import AccountExists, BadAccount
from giao.kernel.parties.models import User


def create_account(
    email: str, password: str, name: str, language: str = "", time_zone: str = "", *, check: bool = True
) -> User:
    """A new user. `check=False` accepts a short password (the demo's, which is printed anyway).

    Raises AccountExists, BadAccount (the sentences of the password rules).
    """
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise AccountExists(address)
    user = User(email=address, name=name.strip(), language=language, time_zone=time_zone)
    try:
        user.clean_fields(exclude=["password"])
        if check:
            validate_password(password, user)
    except ValidationError as error:
        raise BadAccount("; ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    return user
