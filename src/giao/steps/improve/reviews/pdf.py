"""A statement as PDF, set by typst with the fonts that it carries: the same on every machine.

What is written comes in as data (JSON), never as markup: a name with signs of the typesetter stays a name.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from giao.core.agreement.results import Statement
from giao.core.report import formats
from giao.core.report.words import Lang, say
from giao.steps.improve.reviews.head import Head
from giao.steps.improve.reviews.sheet import Block, Row
from giao.ui.states import state_named

TEMPLATE = Path(__file__).parent / "templates" / "reviews" / "statement.typ"


def statement_pdf(head: Head, statement: Statement, blocks: tuple[Block, ...], lang: Lang) -> bytes:
    """The document's bytes."""
    data = json.dumps(document_of(head, statement, blocks, lang), ensure_ascii=False)
    made = typst.compile(
        str(TEMPLATE), format="pdf", ignore_system_fonts=True, sys_inputs={"statement": data}, timestamp=0
    )
    return bytes(made)


def document_of(head: Head, statement: Statement, blocks: tuple[Block, ...], lang: Lang) -> dict[str, Any]:
    """Everything that the template writes, in the reader's language."""
    cap = ""
    if head.cap is not None:
        cap = _("%(credits)s of %(cap)s at risk used") % {
            "credits": formats.money(head.credits, statement.currency, lang),
            "cap": formats.money(head.cap, statement.currency, lang),
        }
    return {
        "lang": lang,
        "title": head.title,
        "engagement": head.engagement,
        "from": [_("From"), head.vendor],
        "to": [_("To"), head.client],
        "state": str(state_named(head.review).word),
        "closes": head.closes_words,
        "owner": [_("Responsible"), head.owner] if head.owner else [],
        "cap": cap,
        "heads": [say(lang, f"column.{name}") for name in ("line", "quantity", "price", "amount")],
        "blocks": [
            {"title": block.title, "rows": [row_of(row, statement.currency, lang) for row in block.rows]}
            for block in blocks
        ],
        "notices": head.notices,
        "notices_title": _("To know"),
        "triggers": [
            f"{trigger.name}: {trigger.right}" + (_until(trigger.use_until, lang))
            for trigger in head.triggers
            if trigger.fired
        ],
        "triggers_title": _("Triggers that fired"),
        "foot": _("Agreement version %(version)s · seal of the inputs %(hash)s")
        % {"version": head.version, "hash": head.hash[:16]},
        "page": _("Page"),
    }


def row_of(row: Row, currency: str, lang: Lang) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "text": row.text,
        "quantity": "" if row.quantity is None else formats.number(row.quantity, lang),
        "price": "" if row.price is None else formats.price(row.price, currency, lang),
        "amount": _money(row.amount, currency, lang),
        "parts": [
            [
                part.text,
                formats.number(part.quantity, lang),
                formats.price(part.price, currency, lang),
                _money(part.amount, currency, lang),
            ]
            for part in row.parts
        ],
        "arithmetic": row.arithmetic,
        "flags": list(row.flags),
    }


def _money(amount: Decimal | None, currency: str, lang: Lang) -> str:
    return "" if amount is None else formats.money(amount, currency, lang)


def _until(day: Any, lang: Lang) -> str:
    return say(lang, "statement.trigger.until", day=formats.day(day, lang)) if day else ""
