"""What an entry says as bytes, and the two hashes over it. One content has one spelling, on every machine.

JSON, keys sorted, no spaces, UTF-8. What JSON has no type for is a tagged object: ``{"$n": "12.5"}`` an exact number,
``{"$d": "2026-03-01"}`` a date, ``{"$t": …}`` an instant, ``{"$p": microseconds}`` a duration, ``{"$o": [[key, value]…]}``
an object with a key that begins with ``$``.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

MICROSECOND = timedelta(microseconds=1)
_ITEM = struct.Struct(">q16sqH")


def encode(value: Any) -> bytes:
    """Canonical bytes. Raises ValueError for what cannot be kept (a lone surrogate, a number that is not finite)."""
    try:
        return _ENCODER.encode(_escaped(value) if _has_mark(value) else value).encode()
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half a character (a lone surrogate)") from error
    except TypeError as error:
        raise ValueError(f"names of members must be texts ({error})") from error


def _tag(value: Any) -> Any:
    """What JSON has no type for."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no finite number")
        return {"$n": "0" if not value else format(value.normalize(), "f")}
    if isinstance(value, datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, date):
        return {"$d": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$p": value // MICROSECOND}
    if isinstance(value, Mapping):
        return dict(value)
    raise ValueError(f"{type(value).__name__} cannot be kept in the ledger")


_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_tag
)


_FLAT = frozenset({str, int, bool, Decimal, type(None)})


def _has_mark(value: Any) -> bool:
    """Whether an object inside has a key that looks like one of our tags."""
    if type(value) is dict or isinstance(value, Mapping):
        for key, item in value.items():
            if key[:1] == "$" or (type(item) not in _FLAT and _has_mark(item)):
                return True
        return False
    return isinstance(value, list | tuple) and any(map(_has_mark, value))


def _escaped(value: Any) -> Any:
    if isinstance(value, Mapping):
        if any(key[:1] == "$" for key in value):
            return {"$o": [[key, _escaped(item)] for key, item in sorted(value.items())]}
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list | tuple) else value


def decode(content: bytes | memoryview) -> Any:
    return _untagged(json.loads(bytes(content)))


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        tag, held = next(iter(value.items()))
        if tag == "$n":
            return Decimal(held)
        if tag == "$d":
            return date.fromisoformat(held)
        if tag == "$t":
            return datetime.fromisoformat(held)
        if tag == "$p":
            return held * MICROSECOND
        if tag == "$o":
            return {key: _untagged(item) for key, item in held}
    return {key: _untagged(item) for key, item in value.items()}


def digest_of(
    source: str, event_id: str, kind: str, subject: str | None, occurred_us: int, content: bytes
) -> bytes:
    """SHA-256 over all that the sender said; each part with its length, so that no two events share their bytes."""
    case = b"" if subject is None else b"=" + subject.encode()
    parts = (source.encode(), event_id.encode(), kind.encode(), case, b"%d" % occurred_us, content)
    return hashlib.sha256(
        b"giao.entry.1\n%d,%d,%d,%d,%d,%d\n" % tuple(map(len, parts)) + b"".join(parts)
    ).digest()


class Link(NamedTuple):
    """What the chain says of one entry."""

    position: int
    id: bytes
    recorded_us: int
    recorded_by: str
    digest: bytes


def chain_hash(engagement: UUID, previous: str, links: Iterable[Link]) -> str:
    """Hash of a batch: SHA-256 over the engagement, the batch before, and each entry in order."""
    sha = hashlib.sha256(b"giao.batch.1\n" + engagement.bytes + previous.encode() + b"\n")
    for link in links:
        who = link.recorded_by.encode()
        sha.update(_ITEM.pack(link.position, link.id, link.recorded_us, len(who)) + who + link.digest)
    return sha.hexdigest()
