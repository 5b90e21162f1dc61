"""What changes between two versions, as a person would say it: ``Resolution, critical: 12 hours → 8 hours, from 1 May``.

Every difference of content is found (the models are walked, not the sentences), so nothing changes silently.
"""

from __future__ import annotations

import itertools
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.quantity import Level, Period, Within, percent
from giao.core.agreement.quantity import share as not_negative_share
from giao.core.report.formats import day, exact_percent, number, price
from giao.core.report.plain_words.phrases import (
    level_words,
    listed,
    pattern_words,
    period_words,
    within_words,
)
from giao.core.report.words import Lang, in_language, known, say

_IDENTITY = ("name", "when", "code", "kind", "to", "activity", "milestone")
_LEFT_OUT = {"version", "effective", "giao"}

Steps = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One difference. `path` is its place in the document, `text` the sentence."""

    path: str
    what: str
    old: str | None
    new: str | None
    text: str


@dataclass(frozen=True)
class VersionDiff:
    """What one version changes in the one before."""

    old: int
    new: int
    effective: date
    head: str
    changes: tuple[Change, ...]


def version_diffs(versions: Sequence[Agreement], lang: Lang = "en") -> list[VersionDiff]:
    """The changes of each later version against the one before it."""
    return [version_diff(before, after, lang) for before, after in itertools.pairwise(versions)]


def version_diff(before: Agreement, after: Agreement, lang: Lang = "en") -> VersionDiff:
    """Every difference of content between two versions of an agreement."""
    old, new = _told(before, lang), _told(after, lang)
    start = day(after.starts, lang)
    changes = []
    said = [key for leaves in (old, new) for key, leaf in leaves.items() if not leaf.default]
    for key in dict.fromkeys(said):
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was.text == now.text:
            continue
        what = " · ".join((now or was).trail)  # type: ignore[union-attr]
        if was is None:
            text = say(lang, "diff.added", what=what, new=now.text)  # type: ignore[union-attr]
        elif now is None:
            text = say(lang, "diff.removed", what=what, old=was.text)
        else:
            text = say(lang, "diff.changed", what=what, old=was.text, new=now.text)
        sentence = say(lang, "diff.from", change=text, day=start)
        changes.append(
            Change(".".join(key), what, was.text if was else None, now.text if now else None, sentence)
        )
    head = say(lang, "diff.head", old=before.version, new=after.version, day=start)
    return VersionDiff(before.version, after.version, after.starts, head, tuple(changes))


@dataclass(frozen=True)
class _Leaf:
    """`default`: the document does not say it; it only matters beside a version that does."""

    trail: Steps
    text: str
    default: bool = False


_SHARES = (percent, not_negative_share)
_MONEY = {"price", "fixed", "arc_rrc", "one_off", "amount", "per_day", "per_case", "per_point", "markup_cap"}


def _leaves(
    value: Any, key: Steps, trail: Steps, lang: Lang, default: bool = False, currency: str = ""
) -> Iterator[tuple[Steps, _Leaf]]:
    """Every plain value of a model with a stable key and the words that lead to it."""
    if isinstance(value, BaseModel) and not _is_calendar(value):
        for name, field in type(value).model_fields.items():
            item = getattr(value, name)
            written = field.alias or name
            if (not key and name in _LEFT_OUT) or item is None or item == [] or item == {}:
                continue
            silent = default or item == field.get_default(call_default_factory=True)
            if isinstance(item, Decimal):
                share = _is_percent(field.annotation) or any(
                    getattr(m, "func", None) in _SHARES for m in field.metadata
                )
                text = _decimal(item, written, share, currency, lang)
                yield (*key, written), _Leaf((*trail, _field(written, lang)), text, silent)
                continue
            yield from _leaves(item, (*key, written), (*trail, _field(written, lang)), lang, silent, currency)
    elif _is_words(value):
        yield key, _Leaf(trail, in_language(value, lang, ""), default)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(
                item,
                (*key, str(name)),
                (*_without_last(trail), _title(name, item, lang)),
                lang,
                default,
                currency,
            )
    elif isinstance(value, list) and value and all(isinstance(item, Pattern) for item in value):
        yield key, _Leaf(trail, pattern_words(value, lang), default)
    elif isinstance(value, list) and any(isinstance(item, BaseModel) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(
                item,
                (*key, _identity(item, index)),
                (*trail[:-1], _title(None, item, lang, index)),
                lang,
                default,
                currency,
            )
    else:
        yield key, _Leaf(trail, _text(value, lang), default)


def _told(agreement: Agreement, lang: Lang) -> dict[Steps, _Leaf]:
    return dict(_leaves(agreement, (), (), lang, currency=agreement.currency))


def _decimal(value: Decimal, name: str, share: bool, currency: str, lang: Lang) -> str:
    if share:
        return exact_percent(value, lang)
    return price(value, currency, lang) if name in _MONEY else number(value, lang)


def _without_last(trail: Steps) -> Steps:
    """`clocks` · `Resolution` reads better as `Resolution`."""
    return trail[:-1]


def _is_calendar(value: BaseModel) -> bool:
    return type(value).__name__ == "CalendarSpec"


def _is_words(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= {"en", "vi"}


def _is_percent(annotation: Any) -> bool:
    """Whether a type holds `Percent` (a decimal read by `quantity.percent`)."""
    if typing.get_origin(annotation) is typing.Annotated:
        return any(getattr(part, "func", None) in _SHARES for part in typing.get_args(annotation)[1:])
    return any(_is_percent(part) for part in typing.get_args(annotation))


def _identity(item: Any, index: int) -> str:
    for name in _IDENTITY:
        found = getattr(item, name, None)
        if found:
            return f"{name}={found}"
    return f"[{index}]" if not hasattr(item, "when") and not hasattr(item, "to") else "otherwise"


def _title(name: Any, item: Any, lang: Lang, index: int = 0) -> str:
    """What a person calls a part: its title, its name, its condition, else its place."""
    title = getattr(item, "title", None)
    if isinstance(title, Mapping) and title:  # plain text has a method of this name
        return in_language(title, lang, str(name))
    if name is not None:
        return str(name)
    for attribute in ("name", "when", "code", "milestone"):
        found = getattr(item, attribute, None)
        if found:
            return str(found)
    to = getattr(item, "to", None)
    if to is not None:
        return f"≤ {number(to, lang)}"
    return "…" if hasattr(item, "when") or hasattr(item, "to") else str(index + 1)


def _field(name: str, lang: Lang) -> str:
    key = f"field.{name}"
    return say(lang, key) if known(key) else name.replace("_", " ")


def _text(value: Any, lang: Lang) -> str:
    if isinstance(value, Within):
        return within_words(value, lang)
    if isinstance(value, Level):
        return level_words(value, lang)
    if isinstance(value, Period):
        return period_words(value, lang)
    if isinstance(value, bool):
        return say(lang, "yes" if value else "no")
    if isinstance(value, Decimal | int):
        return number(value, lang)
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, list | tuple):
        return listed((_text(item, lang) for item in value), lang)
    if isinstance(value, BaseModel):
        return value.model_dump_json(exclude_defaults=True)
    return str(value)
