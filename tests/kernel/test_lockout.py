"""Guessing passwords is slowed, for an account from an address, for an address, for an account."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def fail(account: str, address: str, minutes_ago: float, *, succeeded: bool = False) -> None:
    from giao.kernel.audit.models import SignIn

    SignIn.objects.create(
        account=account, address=address, succeeded=succeeded, at=NOW - timedelta(minutes=minutes_ago)
    )


def test_the_sixth_attempt_waits_until_the_first_of_five_is_old(db: None) -> None:
    from giao.kernel.audit.lockout import WINDOW, locked_until

    for minute in (10, 9, 8, 7):
        fail("lan@example.org", "10.0.0.1", minute)
    assert locked_until("lan@example.org", "10.0.0.1", NOW) is None
    fail("lan@example.org", "10.0.0.1", 6)
    assert locked_until("LAN@example.org", "10.0.0.1", NOW) == NOW - timedelta(minutes=10) + WINDOW
    assert locked_until("lan@example.org", "10.0.0.2", NOW) is None
    assert locked_until("lan@example.org", "10.0.0.1", NOW + timedelta(minutes=5, seconds=1)) is None


def test_a_success_starts_the_count_anew(db: None) -> None:
    from giao.kernel.audit.lockout import locked_until

    for minute in (10, 9, 8, 7):
        fail("lan@example.org", "10.0.0.1", minute)
    fail("lan@example.org", "10.0.0.1", 6, succeeded=True)
    fail("lan@example.org", "10.0.0.1", 5)
    assert locked_until("lan@example.org", "10.0.0.1", NOW) is None


def test_one_address_that_tries_many_accounts_is_locked(db: None) -> None:
    from giao.kernel.audit.lockout import FAILURES_FROM_ADDRESS, locked_until

    for number in range(FAILURES_FROM_ADDRESS):
        fail(f"user{number}@example.org", "10.0.0.1", 3)
    assert locked_until("somebody@example.org", "10.0.0.1", NOW) is not None
    assert locked_until("somebody@example.org", "10.0.0.9", NOW) is None


def test_one_account_tried_from_many_addresses_is_locked(db: None) -> None:
    from giao.kernel.audit.lockout import FAILURES_OF_ACCOUNT, locked_until

    for number in range(FAILURES_OF_ACCOUNT):
        fail("lan@example.org", f"10.0.{number}.1", 3)
    assert locked_until("lan@example.org", "10.9.9.9", NOW) is not None
