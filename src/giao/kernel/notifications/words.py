"""Messages by id, told in the receiver's language. A room adds its own in its AppConfig.ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Message:
    """`title`: one sentence; `text`: what else is to say; both lazy, with values as ``%(name)s``. `about`: the kind, for a
    person who chooses what a webhook hears."""

    title: Any
    text: Any = ""
    about: Any = ""


_messages: dict[str, Message] = {
    "work_ready": Message(_("“%(name)s” is ready"), about=_("Long work is done")),
    "work_failed": Message(
        _("“%(name)s” could not be computed"), _("%(why)s"), about=_("Long work has failed")
    ),
    "second_factor_reset": Message(
        _("Your second factor was reset"),
        _(
            "%(by)s, an administrator of your organisation, took your second factor away and ended your sessions. "
            "If you did not ask for it, tell them at once."
        ),
        about=_("A second factor was reset"),
    ),
}


def add_messages(messages: Mapping[str, Message]) -> None:
    _messages.update(messages)


def templates() -> Iterator[tuple[str, str]]:
    """(id, kind in the reader's language) of every message."""
    for name, message in _messages.items():
        yield name, str(message.about or message.title)


def is_known(template: str) -> bool:
    return template in _messages


def title_of(template: str, values: Mapping[str, Any]) -> str:
    """An unknown message (of a newer version) by its id."""
    message = _messages.get(template)
    return _told(message.title, values) if message else template


def text_of(template: str, values: Mapping[str, Any]) -> str:
    message = _messages.get(template)
    return _told(message.text, values) if message else ""


def _told(pattern: Any, values: Mapping[str, Any]) -> str:
    text = str(pattern)
    try:
        return text % values if "%(" in text else text
    except (KeyError, TypeError, ValueError):
        return text
