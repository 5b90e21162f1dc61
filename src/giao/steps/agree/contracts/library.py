"""Agreements to start from: one file a kind of work in `library/`, each a whole document that `giao check` finds right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from giao.kernel.engagements.models import Engagement
from giao.steps.agree.contracts.amending import amended

FOLDER = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Template:
    """`title` and `about`: texts by language."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    text: str


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """In the order of their English titles."""
    found = []
    for file in FOLDER.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        found.append(Template(file.stem, document["title"], document["notes"], text))
    return tuple(sorted(found, key=lambda item: item.title["en"]))


def template_named(name: str) -> Template | None:
    return next((item for item in templates() if item.name == name), None)


def made_for(template: Template, engagement: Engagement, today: date, currency: str = "") -> str:
    """The template's text with this engagement's parties, zone and a term of two years from this month.

    Where a version is in force already, its name and currency stay (`currency`): versions of one agreement keep both.
    """
    start = today.replace(day=1)
    end = date.fromordinal(start.replace(year=start.year + 2).toordinal() - 1)
    changes: dict[tuple[str | int, ...], str] = {
        ("name",): engagement.slug,
        ("parties", "client", "name"): engagement.client.name,
        ("parties", "vendor", "name"): engagement.vendor.name,
        ("term", "start"): start.isoformat(),
        ("term", "end"): end.isoformat(),
        ("zone",): engagement.zone,
    }
    for side in ("client", "vendor"):
        country = getattr(engagement, side).country
        if country:
            changes["parties", side, "country"] = country
    if currency:
        changes["currency",] = currency
    text = amended(template.text, changes)
    text = re.sub(r"(?<=\{zone: )[A-Za-z]+/[A-Za-z_]+(?=,)", engagement.zone, text)
    return re.sub(r"(?m)^(    rates: \[\{from: )\d{4}-\d\d-\d\d", rf"\g<1>{start.isoformat()}", text)
