"""What a job is doing, as a message id with values; told in the reader's language. A room adds its own with `add_doing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_doing: dict[str, Any] = {
    "": _("waiting for its turn"),
    "reading the log": _("reading the log"),
    "reading the file": _("reading the file"),
    "storing the log": _("storing the log"),
    "clocks and KPIs": _("clocks and service levels"),
    "statements": _("statements"),
    "storing the results": _("storing the results"),
    "done": _("storing the results"),
}
"""Among them the steps that `giao.core.agreement.evaluate` tells; its names are the ids."""


_tasks: dict[str, Any] = {
    "compute_reading": _("Compute the figures"),
    "do_work": _("Long work of a page"),
    "mail_notification": _("Send a notification by e-mail"),
    "deliver": _("Deliver to a webhook"),
    "seal_tail": _("Seal the live events"),
    "apply_retention": _("Apply the rules of retention"),
    "remove_due": _("Remove deleted engagements"),
}


def add_tasks(words: Mapping[str, Any]) -> None:
    """`words`: name of a task's function to a lazy text for the page of jobs."""
    _tasks.update(words)


def task_words(name: str) -> str:
    return str(_tasks.get(name, name.replace("_", " ")))


def add_doing(words: Mapping[str, Any]) -> None:
    """`words`: message id to a lazy text, with its values as ``%(name)s``."""
    _doing.update(words)


def doing_words(doing: Mapping[str, Any]) -> str:
    """The step in the reader's language; an unknown one by its own name."""
    message = str(doing.get("id", ""))
    text = str(_doing.get(message, message))
    values = doing.get("values") or {}
    return text % values if values else text
