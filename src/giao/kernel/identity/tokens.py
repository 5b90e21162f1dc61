"""Tokens of service accounts: issue, revoke, and let a request in.

``Authorization: Bearer giao_<prefix>_<secret>``, never in an address. A view of the API is `login_not_required` and
`csrf_exempt` and begins with ``token = authenticate(request, "events:write", slug)``; `token.reached` is the engagement.
Refusals are `Problem`s (401, 403, 429 with Retry-After) that become the answer wherever they are raised.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere, working_for
from giao.kernel.identity.addresses import address_of
from giao.kernel.identity.errors import IdentityError
from giao.kernel.identity.models import ServiceAccount, ServiceToken, TokenRefusal
from giao.kernel.identity.problems import forbidden, too_many, unauthorised
from giao.kernel.identity.rate_fields import Policy
from giao.kernel.identity.scopes import unknown_scopes
from giao.kernel.parties.models import User
from giao.kernel.tenancy.requests import narrow

LONGEST = timedelta(days=366)
"""No token lives longer; a system that runs for years gets a new one each year."""

WINDOW = timedelta(minutes=15)
REFUSALS_FROM_ADDRESS = 30
"""So many wrong tokens from one address inside the window, then all its wrong tokens are answered 429."""

WRONG_TOKENS = Policy("wrong-tokens", REFUSALS_FROM_ADDRESS, int(WINDOW.total_seconds()))
"""What the fields of an answer say about it."""

USED_GRAIN = timedelta(minutes=1)
"""`last_used` is written at most this often, lest every event costs a second write."""

_TOKEN = re.compile(r"giao_([a-z0-9]{10})_[A-Za-z0-9_-]{43}")
_ALPHABET = string.ascii_lowercase + string.digits


@sensitive_variables("secret")
def issue_token(
    account: ServiceAccount,
    scopes: Iterable[str],
    expires: datetime,
    *,
    engagement: Engagement | None = None,
    actor: User | None = None,
) -> tuple[ServiceToken, str]:
    """A new token and its secret, which is nowhere stored: show it once.

    Raises IdentityError: no scope or an unknown one, an expiry past or beyond `LONGEST`, an engagement in which the
    organisation is no party, a disabled account.
    """
    wanted = sorted(set(scopes))
    _check_may_issue(account, wanted, expires, engagement)
    prefix = "".join(secrets.choice(_ALPHABET) for _position in range(10))
    secret = f"giao_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic(), working_for(account.organisation_id):
        token = ServiceToken.objects.create(
            organisation_id=account.organisation_id,
            account=account,
            engagement=engagement,
            prefix=prefix,
            hash=_hash(secret),
            scopes=wanted,
            expires=expires,
            created_by=actor,
        )
        record_organisation_act(
            account.organisation_id,
            actor,
            "issue_token",
            str(token),
            scopes=wanted,
            expires=expires.isoformat(),
            engagement=engagement.slug if engagement else None,
        )
    return token, secret


def _check_may_issue(
    account: ServiceAccount, scopes: list[str], expires: datetime, engagement: Engagement | None
) -> None:
    unknown = unknown_scopes(scopes)
    if unknown:
        raise IdentityError(_("Scope “%(scope)s” is not known.") % {"scope": unknown[0][:60]})
    if not scopes:
        raise IdentityError(_("Choose at least one thing that the token may do."))
    now = timezone.now()
    if not now < expires <= now + LONGEST:
        raise IdentityError(
            _("A token ends between now and %(days)s days from now; choose a day in between.")
            % {"days": LONGEST.days}
        )
    if engagement and account.organisation_id not in (engagement.client_id, engagement.vendor_id):
        raise IdentityError(_("The organisation is no party of this engagement; choose one of its own."))
    if account.disabled is not None:
        raise IdentityError(_("This service account is switched off; make another."))


def revoke_token(token: ServiceToken, actor: User | None = None) -> None:
    """From the next request on it opens nothing. Doing it twice changes nothing."""
    with transaction.atomic(), working_for(token.organisation_id):
        done = ServiceToken.objects.filter(pk=token.pk, revoked__isnull=True).update(
            revoked=timezone.now(), revoked_by=actor
        )
        if done:
            record_organisation_act(token.organisation_id, actor, "revoke_token", str(token))


@sensitive_variables("shown", "header")
def authenticate(request: HttpRequest, scope: str, engagement_slug: str | None = None) -> ServiceToken:
    """The valid token of this request, with the scope and, when a slug is given, with access to that engagement.

    Raises Problem 401 (none, unknown, expired, revoked: one sentence for all), 403 (scope; or an engagement that is not
    this organisation's or is not there: one sentence for both), 429 (too many wrong ones from this address).
    """
    header = request.headers.get("Authorization", "")
    kind, _space, shown = header.partition(" ")
    if kind.lower() != "bearer" or not shown.strip():
        raise unauthorised(_("Send the token as “Authorization: Bearer giao_…”."))
    token = _valid_token(shown.strip())
    if token is None:
        left, seconds = _count_refusal(address_of(request))
        raise unauthorised(
            _("The token is unknown, expired or revoked; ask your administrator for a new one."),
            headers=WRONG_TOKENS.headers(left, seconds),
        )
    if scope not in token.scopes:
        raise forbidden(
            _("This token may not do this; it needs the scope “%(scope)s”.") % {"scope": scope}, scope=scope
        )
    if engagement_slug is not None:
        token.reached = _reached(token, engagement_slug, scope)
    elif token.engagement_id is not None:
        token.reached = token.engagement
    reached = [token.reached.pk] if token.reached else [item.pk for item in engagements_of(token)]
    narrow(request, reached, [token.organisation_id])
    _note_use(token)
    request.service_token = token  # type: ignore[attr-defined]
    return token


def engagements_of(token: ServiceToken) -> list[Engagement]:
    """Every engagement that the token reaches, by name."""
    with everywhere("a token's own engagements"):
        rows = Engagement.objects.filter(_of_party(token)).order_by("name", "slug")
        if token.engagement_id is not None:
            rows = rows.filter(pk=token.engagement_id)
        return list(rows.select_related("client", "vendor"))


@sensitive_variables("shown")
def _valid_token(shown: str) -> ServiceToken | None:
    form = _TOKEN.fullmatch(shown)
    if form is None:
        return None
    with everywhere("whose token this is"):
        token = (
            ServiceToken.objects.filter(prefix=form[1])
            .select_related("account", "organisation", "engagement", "created_by")
            .first()
        )
    if token is None or not hmac.compare_digest(token.hash, _hash(shown)):
        return None
    return token if token.state == "valid" else None


def _reached(token: ServiceToken, slug: str, scope: str) -> Engagement:
    found = engagement_of_token(token, slug)
    if found is not None and found.archived is not None and scope.endswith(":write"):
        raise forbidden(_("This engagement is in the archive: it is read only."))
    if found is None:
        raise forbidden(
            _("This token does not reach an engagement “%(slug)s”; check the address and the token's limits.")
            % {"slug": slug[:80]}
        )
    return found


def engagement_of_token(token: ServiceToken, slug: str) -> Engagement | None:
    """The engagement at this address, if the token reaches it."""
    found = next(iter(_one(token, slug)), None)
    if found is None or token.engagement_id not in (None, found.pk):
        return None
    return found


def _one(token: ServiceToken, slug: str) -> list[Engagement]:
    with everywhere("whether the engagement is the token's"):
        return list(
            Engagement.objects.filter(_of_party(token), slug=slug).select_related("client", "vendor")[:1]
        )


def _of_party(token: ServiceToken) -> Q:
    return (Q(client=token.organisation_id) | Q(vendor=token.organisation_id)) & Q(removal_due__isnull=True)


def _note_use(token: ServiceToken) -> None:
    now = timezone.now()
    if token.last_used is not None and now - token.last_used < USED_GRAIN:
        return
    with working_for(token.organisation_id):
        ServiceToken.objects.filter(pk=token.pk).update(last_used=now)
    token.last_used = now


def _count_refusal(address: str | None) -> tuple[int, float]:
    """Count a wrong token: (how many more are answered 401, seconds until the oldest is forgotten).

    Raises Problem 429 once the address is over its measure; then nothing more is stored.
    """
    now = timezone.now()
    recent = list(
        TokenRefusal.objects.filter(address=address, at__gt=now - WINDOW)
        .order_by("-at")
        .values_list("at", flat=True)[:REFUSALS_FROM_ADDRESS]
    )
    if len(recent) >= REFUSALS_FROM_ADDRESS:
        wait = (recent[-1] + WINDOW - now).total_seconds()
        raise too_many(
            _("Too many wrong tokens from this address; mend the token, then try again."),
            wait,
            headers=WRONG_TOKENS.headers(0, wait),
        )
    TokenRefusal.objects.filter(at__lt=now - WINDOW).delete()
    TokenRefusal.objects.create(address=address, at=now)
    oldest = recent[-1] if recent else now
    return REFUSALS_FROM_ADDRESS - len(recent) - 1, (oldest + WINDOW - now).total_seconds()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
