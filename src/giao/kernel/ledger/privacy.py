"""Personal fields of entries: sealed under the key of their subject when accepted, opened for readers, gone when erased."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from giao.kernel.crypto.sealing import seal, unseal
from giao.kernel.crypto.subjects import keys_of, make_keys
from giao.kernel.ledger.checking import WorkSpec
from giao.kernel.ledger.content import decode, encode
from giao.kernel.ledger.events import CORE_TEXTS, ERASED, NewEvent

SEALED = "personal"
"""Key of the content under which sealed fields stand: label to a mark and the ciphertext in base64.

The mark says whether the field is a text (``s``) or anything else (``o``): what is erased reads "erased" or nothing.
"""


def split(event: NewEvent, spec: WorkSpec) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what may be read by everybody, what is personal) of a work event's content."""
    content = dict(event.content)
    personal: dict[str, Any] = {}
    if not spec.personal:
        return content, personal
    attributes = dict(content.get("attributes", {}))
    for label in [label for label in attributes if spec.is_personal(label)]:
        personal[label] = attributes.pop(label)
    for name in CORE_TEXTS:
        if name in spec.personal and content.get(name) is not None:
            personal[name] = content.pop(name)
    if "attributes" in content:
        content["attributes"] = attributes
    return content, {label: value for label, value in personal.items() if value is not None}


def concealed(engagement: UUID, events: Sequence[NewEvent], spec: WorkSpec) -> list[dict[str, Any]]:
    """The content of each event with its personal fields sealed. Missing keys are made, in the caller's transaction.

    What comes about an erased subject is not kept: its fields stay as empty texts.
    """
    parts = [(dict(event.content), {}) if event.reserved else split(event, spec) for event in events]
    subjects = {event.subject or "" for event, (_, personal) in zip(events, parts, strict=True) if personal}
    keys = make_keys(engagement, subjects) if subjects else {}
    found = []
    for event, (content, personal) in zip(events, parts, strict=True):
        if personal:
            key = keys[event.subject or ""]
            content[SEALED] = {
                label: _mark(label, value, spec)
                + ("" if key is None else _sealed(key, event.source, event.event_id, label, value))
                for label, value in personal.items()
            }
        found.append(content)
    return found


def revealed(
    engagement: UUID, rows: Iterable[tuple[str, str, str | None, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """The personal fields of each (source, event id, subject, content), `ERASED` where the key is gone."""
    listed = list(rows)
    subjects = {subject or "" for _, _, subject, content in listed if SEALED in content}
    keys = keys_of(engagement, subjects) if subjects else {}
    found: list[dict[str, Any]] = []
    for source, event_id, subject, content in listed:
        key = keys.get(subject or "")
        found.append(
            {
                label: _erased(text)
                if key is None or not text[1:]
                else _opened(key, source, event_id, label, text[1:])
                for label, text in content.get(SEALED, {}).items()
            }
        )
    return found


def is_empty(text: str) -> bool:
    """Whether a sealed field was not kept at all: its subject was erased before it came."""
    return not text[1:]


def _mark(label: str, value: Any, spec: WorkSpec) -> str:
    column = spec.column_of(label)
    return "s" if isinstance(value, str) and (column is None or column.type == "string") else "o"


def _erased(text: str) -> str | None:
    return ERASED if text[:1] == "s" else None


def without_personal(content: Mapping[str, Any]) -> dict[str, Any]:
    """What two deliveries of one event have in common after its subject was erased."""
    return {**content, SEALED: sorted(content.get(SEALED, {}))}


def _sealed(key: bytes, source: str, event_id: str, label: str, value: Any) -> str:
    return base64.b64encode(
        seal(key, encode(value), _bound(source, event_id, label), repeatable=True)
    ).decode()


def _opened(key: bytes, source: str, event_id: str, label: str, text: str) -> Any:
    return decode(unseal(key, base64.b64decode(text), _bound(source, event_id, label)))


def _bound(source: str, event_id: str, label: str) -> bytes:
    return encode(["giao.field.1", source, event_id, label])
