"""Jobs wait in the table, as on a server; a test claims and runs them itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def engagement(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.kernel.ground import world

    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    return world().engagement


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that the test sets: its one entry."""
    from django.utils import timezone

    hands = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: hands[0])
    return hands
