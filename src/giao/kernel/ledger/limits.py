"""How much is taken at once. One place, so that documentation and tests name the same figures."""

from __future__ import annotations

MOST_EVENTS = 500
"""Events a request."""

MOST_BODY = 8 * 1024 * 1024
"""Bytes a request."""

MOST_WAITING = 100_000
"""Entries of an engagement that may wait for their position; beyond, senders are asked to wait."""

RETRY_AFTER_SECONDS = 2
