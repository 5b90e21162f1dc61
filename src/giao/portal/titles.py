"""An engagement's name in the reader's language.

An engagement that bears a title of its agreement is called by that title in the reader's language; a name that people gave
it otherwise stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

import yaml

from giao.kernel.engagements.models import AgreementState, AgreementVersion, Engagement
from giao.ui.templatetags.giao import in_words

_TITLE = re.compile(r"^title:.*(?:\n(?:[ \t]+.*|[ \t]*))*", re.MULTILINE)
_known: dict[UUID, dict[str, str]] = {}
"""By version: its text never changes."""


def names_of(engagements: Iterable[Engagement]) -> dict[UUID, str]:
    """The name to show of each; one query, a second one for versions never seen."""
    rows = {item.pk: item for item in engagements}
    newest = dict(
        AgreementVersion.objects.filter(engagement__in=list(rows), state=AgreementState.IN_FORCE)
        .order_by("effective", "number")
        .values_list("engagement", "pk")
    )
    fresh = [pk for pk in newest.values() if pk not in _known]
    if fresh:
        for pk, text in AgreementVersion.objects.filter(pk__in=fresh).values_list("pk", "text"):
            _known[pk] = dict(title_in(text))
    return {
        pk: called(item.name, _known.get(newest[pk], {}) if pk in newest else {}) for pk, item in rows.items()
    }


def name_of(engagement: Engagement) -> str:
    return names_of([engagement])[engagement.pk]


def called(name: str, title: Mapping[str, str]) -> str:
    return in_words(dict(title)) if name in title.values() else name


@lru_cache(maxsize=256)
def title_in(text: str) -> tuple[tuple[str, str], ...]:
    """(language, text) pairs of a document's title, without reading the rest of it; empty when there is none."""
    found = _TITLE.search(text)
    if not found:
        return ()
    try:
        title = yaml.safe_load(found[0])["title"]
    except (yaml.YAMLError, TypeError, KeyError):
        return ()
    if isinstance(title, str):
        return (("en", title),)
    return tuple((str(key), str(value)) for key, value in title.items()) if isinstance(title, dict) else ()
