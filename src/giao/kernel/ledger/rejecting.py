"""Keep what was not taken, with its reason, so that it can be looked at and taken after mending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from giao.kernel.crypto.errors import Tampered
from giao.kernel.crypto.sealing import seal, unseal
from giao.kernel.crypto.subjects import keys_of, make_keys
from giao.kernel.identifiers import new_id
from giao.kernel.ledger.events import Refusal
from giao.kernel.ledger.models import Rejected

LONGEST_KEPT = 64 * 1024
"""A rejected event larger than this is cut; it cannot be replayed."""


def keep_rejected(engagement: UUID, refusals: Iterable[Refusal], now_us: int, recorded_by: str) -> None:
    """One row an event and reason; the same again counts up. The content is sealed: nobody knows what it holds.

    Inside the caller's transaction.
    """
    by_key: dict[tuple[bytes, str], tuple[Refusal, bytes]] = {}
    for refusal in refusals:
        raw = _text(refusal.raw)
        named = f"{refusal.source}\n{refusal.event_id}\n".encode(errors="replace")
        by_key[hashlib.sha256(named + raw).digest(), refusal.reason] = (refusal, raw)
    keys = make_keys(engagement, {_subject(refusal) for refusal, _ in by_key.values()})
    for (digest, reason), (refusal, raw) in by_key.items():
        again = Rejected.objects.filter(engagement=engagement, digest=digest, reason=reason).update(
            times=F("times") + 1,
            last_us=now_us,
            settled_us=None,
            settled_as="",
            settled_why="",
            settled_by="",
            values=plain_values(refusal.values),
        )
        if again:
            continue
        subject = _subject(refusal)
        key = keys[subject]
        whole = len(raw) <= LONGEST_KEPT and key is not None
        Rejected.objects.create(
            id=new_id(),
            engagement_id=engagement,
            source=_cut(refusal.source, 300),
            event_id=_cut(refusal.event_id, 300),
            subject=subject,
            reason=reason,
            values=plain_values(refusal.values),
            content=seal(key, raw[:LONGEST_KEPT], digest) if key is not None else b"",
            digest=digest,
            replayable=refusal.replayable and whole,
            first_us=now_us,
            last_us=now_us,
            recorded_by=recorded_by,
        )


def content_of(row: Rejected) -> Any:
    """The event as it came; None when its subject was erased or the bytes do not open."""
    key = keys_of(row.engagement_id, [row.subject]).get(row.subject)
    if key is None:
        return None
    try:
        text = unseal(key, bytes(row.content), bytes(row.digest)).decode(errors="replace")
    except Tampered:
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return text


def _text(raw: Any) -> bytes:
    return json.dumps(raw, ensure_ascii=False, default=_spelled).encode(errors="replace")


def _spelled(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def _subject(refusal: Refusal) -> str:
    return _cut(refusal.subject or "", 500)


def _cut(text: Any, most: int) -> str:
    clean = "".join(" " if ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 else sign for sign in str(text))
    return clean[:most]


def plain_values(values: Any) -> dict[str, Any]:
    """What the sentence of a refusal says, as it is stored."""
    return {
        name: value if isinstance(value, int | bool) else _cut(value, 500) for name, value in values.items()
    }
