"""The second factor: a time code (TOTP, RFC 6238) with recovery codes, on allauth's rows and arithmetic; the pages are ours.

Secrets are encrypted with a key drawn from the server's secret key. A code counts once: its 30-second step is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from giao.kernel.parties.models import User

ISSUER = "giao"


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's hook (MFA_ADAPTER): what it stores is encrypted, also under keys that were replaced (SECRET_KEY_FALLBACKS)."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return ISSUER


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"giao second factor {key}".encode()).digest()))
            for key in keys
        ]
    )


def is_on(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def people_with_it(people: Iterable[User]) -> list[User]:
    """Those of these people who have one; one query."""
    keys = {person.pk: person for person in people}
    rows = Authenticator.objects.filter(user__in=keys, type=Authenticator.Type.TOTP)
    return [keys[key] for key in rows.values_list("user", flat=True)]


def new_totp_secret() -> str:
    """20 random bytes in base32, as an app of codes takes them."""
    secret: str = generate_totp_secret()
    return secret


def address_for_app(user: User, secret: str) -> str:
    """The `otpauth://` address that the picture holds."""
    label = quote(f"{ISSUER}:{user.email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER}, quote_via=quote)}"


def picture_of(address: str) -> str:
    """The address as a QR code: black on white in either theme, an SVG in a `data:` address."""
    import qrcode
    from qrcode.image.svg import SvgPathFillImage

    drawn = qrcode.make(address, image_factory=SvgPathFillImage, box_size=14, border=2)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.to_string()).decode()


def step_of(secret: str, code: str) -> int | None:
    """The 30-second step that the code belongs to, one step either way; None for a wrong one."""
    typed = code.replace(" ", "").strip()
    found = None
    for counter in yield_hotp_counters_from_time():
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, counter)).encode(), typed.encode()):
            found = counter
    return found


@sensitive_variables("secret", "code")
def turn_on(user: User, secret: str, code: str) -> list[str] | None:
    """Switch it on when the app's code fits; returns the recovery codes to be shown once, None for a wrong code."""
    step = step_of(secret, code)
    if step is None or is_on(user):
        return None
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        data = {"secret": MfaAdapter().encrypt(secret), "step": step}
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


def turn_off(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


def new_recovery_codes(user: User) -> list[str]:
    """Ten fresh ones; the old ones end."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


def recovery_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


@sensitive_variables("code")
def accepts(user: User, code: str) -> bool:
    """Whether this code of the app, or this recovery code, lets the person in; either counts once."""
    with transaction.atomic():
        row = (
            Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP).first()
        )
        if row is None:
            return False
        step = step_of(MfaAdapter().decrypt(row.data["secret"]), code)
        if step is not None:
            if step <= row.data.get("step", -1):
                return False
            row.data["step"] = step
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
            return True
        spare = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
        return bool(spare and RecoveryCodes(spare).validate_code(code.replace(" ", "").strip()))
