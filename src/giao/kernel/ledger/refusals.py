"""Why an event is not taken, in sentences: what, where, how to mend. One name, one sentence, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Any] = {
    "not_an_object": _("The event is not a JSON object; send one CloudEvent, or a list of them as a batch."),
    "missing": _("The event has no “%(name)s”; a CloudEvent needs specversion, id, source, type and time."),
    "specversion": _("specversion is “%(value)s”; giao reads CloudEvents 1.0."),
    "not_text": _(
        "“%(name)s” is not a text of 1 to %(most)s characters without control characters; mend it at the source."
    ),
    "no_case": _("The event has no “subject”; put the number of the case there."),
    "time": _("time is “%(value)s”; write an instant with its offset, such as 2026-03-31T18:00:00+07:00."),
    "future": _(
        "time is %(value)s, later than now by the server's clock; check the clock and zone of the source, then send it again."
    ),
    "data": _(
        "data is not a JSON object (datacontenttype application/json); put the attributes there by name."
    ),
    "nested": _(
        "attribute “%(name)s” is a list or an object; send each value as an attribute of its own (text, number, true or false)."
    ),
    "value": _("attribute “%(name)s” cannot be kept: %(why)s."),
    "type": _("attribute “%(name)s” is %(value)s, and the agreement has it as %(type)s; send that type."),
    "core_field": _("“%(name)s” in data is %(value)s; expected %(expected)s."),
    "other_content": _(
        "An event with this source and id is in the ledger with other content; what was accepted stays. Send a correction "
        "as an event with an id of its own."
    ),
    "reserved": _("Type “%(type)s” is reserved; facts that are read are %(known)s."),
    "decision": _("“%(type)s” is a decision; people make it on a page, not a system by the events address."),
    "no_scope": _("This token may not send facts; it needs the scope “facts:write”."),
    "fact": _("The fact cannot be read: %(why)s."),
    "too_large": _(
        "The event has %(size)s bytes; at most %(most)s are taken. Leave out what no condition reads."
    ),
}


def sentence_of(reason: str, values: Mapping[str, Any]) -> str:
    """In the reader's language; an unknown reason by its name."""
    pattern = SENTENCES.get(reason)
    if pattern is None:
        return reason
    try:
        return str(pattern) % dict(values)
    except (KeyError, ValueError, TypeError):
        return str(pattern)
