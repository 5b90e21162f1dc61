"""Slow down whoever guesses passwords: counted in the database, so that it holds over processes and restarts.

Per account and address together 5 failures in 15 minutes, per address 30, per account from anywhere 50: the last is
high, lest a stranger lock somebody out at will.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from giao.kernel.audit.models import SignIn

WINDOW = timedelta(minutes=15)
FAILURES_OF_ACCOUNT_FROM_ADDRESS = 5
FAILURES_FROM_ADDRESS = 30
FAILURES_OF_ACCOUNT = 50


def locked_until(account: str, address: str | None, now: datetime | None = None) -> datetime | None:
    """Until when an attempt is refused unseen; None when it may be tried. A success clears the account at its address."""
    moment = now or timezone.now()
    name = account.strip().lower()
    recent = SignIn.objects.filter(at__gt=moment - WINDOW)
    of_account = recent.filter(account=name)
    last_success = (
        of_account.filter(succeeded=True, address=address)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    from_address = of_account.filter(succeeded=False, address=address)
    if last_success:
        from_address = from_address.filter(at__gt=last_success)
    for attempts, allowed in (
        (from_address, FAILURES_OF_ACCOUNT_FROM_ADDRESS),
        (recent.filter(succeeded=False, address=address), FAILURES_FROM_ADDRESS),
        (of_account.filter(succeeded=False), FAILURES_OF_ACCOUNT),
    ):
        times = list(attempts.order_by("-at").values_list("at", flat=True)[:allowed])
        if len(times) == allowed:
            return times[-1] + WINDOW
    return None
