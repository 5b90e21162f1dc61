"""Idempotency-Key: the same request sent again, because its answer was lost, gets the first answer and does nothing more.

Key and act commit together: there is no moment in which one is stored without the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status

from giao.kernel.api.caller import caller_of
from giao.kernel.api.models import OrganisationRepeat, Repeat
from giao.kernel.engagements.models import Engagement
from giao.kernel.identity.problems import Problem
from giao.kernel.parties.models import Organisation

KEPT = timedelta(days=1)
LONGEST = 200


def once(
    request: HttpRequest,
    owner: Engagement | Organisation,
    status: int,
    act: Callable[[], dict[str, Any]],
    *,
    unstored: Iterable[str] = (),
) -> Status:
    """`act` answers with what JSON can hold; the fields `unstored` (a secret that is shown once) are null in a repeat.

    Without the header the act is simply done. Raises Problem 422 where the key was used for something else, and what `act`
    raises: then nothing is stored and the same key may be tried again.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        with transaction.atomic():
            return Status(status, act())
    if len(key) > LONGEST or not key.isprintable():
        raise Problem(
            400, "Bad key", _("An Idempotency-Key has at most %(most)s letters.") % {"most": LONGEST}
        )
    rows: Any
    of: dict[str, Any]
    if isinstance(owner, Engagement):
        rows, of = Repeat.objects, {"engagement": owner}
    else:
        rows, of = OrganisationRepeat.objects, {"organisation": owner}
    named = {**of, "caller": caller_of(request).key, "key": key}
    asked, now = _asked(request), timezone.now()
    rows.filter(**of, at__lt=now - KEPT).delete()
    with transaction.atomic():
        try:
            with transaction.atomic():  # a second one at the same time waits here until the first is done
                row = rows.create(**named, asked=asked, at=now)
        except IntegrityError:
            return _again(request, rows.get(**named), asked)
        body = act()
        row.status, row.body = status, body | dict.fromkeys(unstored)
        row.save(update_fields=["status", "body"])
    return Status(status, body)


def _again(request: HttpRequest, row: Repeat | OrganisationRepeat, asked: str) -> Status:
    if row.asked != asked:
        raise Problem(
            422,
            "Key used already",
            _("This Idempotency-Key was used for another request; take a new one for each."),
        )
    request.is_repeat = True  # type: ignore[attr-defined]
    return Status(row.status, row.body)


def _asked(request: HttpRequest) -> str:
    """The hash of what is asked. Of a form its fields and files: the boundary between them differs every time."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):  # several may stand under one name
                digest.update(repr((name, file.name)).encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()
