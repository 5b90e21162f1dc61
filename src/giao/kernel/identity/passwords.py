"""Rules of passwords beyond length and the common ones."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from giao.kernel.parties.models import User

LONGEST = 256
"""A longer one is refused: hashing takes time in proportion."""


class NotAboutYou:
    """Not the e-mail, the name, or the product's name with little added; at most `LONGEST` characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("The password has more than %(most)s characters.") % {"most": LONGEST})
        small = password.lower()
        known = {"giao"}
        if user is not None:
            known |= {user.email.lower(), user.email.lower().partition("@")[0], user.name.strip().lower()}
        for word in known:
            if len(word) >= 4 and word in small and len(small) - len(word) < 8:
                raise ValidationError(_("The password is too close to your name, your e-mail or “giao”."))

    def get_help_text(self) -> str:
        return _("Not your name or e-mail with little added.")
