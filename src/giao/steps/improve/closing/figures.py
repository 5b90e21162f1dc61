"""A statement's figures as both sides see them: a hash that stays while no amount changes, and items in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.invoicing import Item, items_of
from giao.core.agreement.results import Statement
from giao.core.report import formats
from giao.core.report.invoice import line_words
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.words import LANGS, Lang, say


def figures_hash(statement: Statement) -> str:
    """SHA-256 over every item's key and amount and the total. The statement's own hash also holds the instant of the reading."""
    figures = [[item.key, str(item.amount)] for item in items_of(statement)]
    text = json.dumps(
        [statement.month, statement.currency, figures, str(statement.total)], ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def item_titles(statement: Statement, agreement: Agreement, lang: Lang) -> dict[str, str]:
    """Every item of a statement in words, by key."""
    lines = {line.name: line for line in (*statement.lines, *statement.extras)}
    return {item.key: _title(item, statement, agreement, lang, lines) for item in items_of(statement)}


def _title(
    item: Item, statement: Statement, agreement: Agreement, lang: Lang, lines: Mapping[str, object]
) -> str:
    if item.kind in ("line", "extra"):
        return line_words(agreement, lines[item.name], lang)  # type: ignore[arg-type]
    if item.kind == "credit":
        window = item.key.split("#")[0].rsplit(":", 1)[1]
        return say(
            lang,
            "statement.credit",
            kpi=kpi_title(agreement, item.name, lang),
            window=formats.window(window, lang),
        )
    if item.kind == "earned_back":
        month = item.key.split("#")[0].rsplit(":", 1)[1]
        return say(
            lang,
            "statement.earned_back",
            kpi=kpi_title(agreement, item.name, lang),
            month=formats.window(month, lang),
        )
    if item.kind == "tax":
        tax = next(line for line in statement.tax_lines if line.code == item.name)
        base = formats.money(tax.base, statement.currency, lang)
        return say(
            lang, "statement.tax", code=tax.code, rate=formats.exact_percent(tax.rate, lang), base=base
        )
    if item.kind == "adjustment":
        month = item.key.split(":", 2)[1]
        return _("Adjustment of %(line)s, %(month)s") % {
            "line": item.name,
            "month": formats.window(month, lang),
        }
    if item.kind == "bonus":
        return say(lang, "statement.bonus")
    return _("Credits settled in another month")


def other_names(statement: Statement, agreement: Agreement) -> dict[str, tuple[str, ...]]:
    """What else an item may be called on an invoice: its titles in every language of the product."""
    found: dict[str, list[str]] = {}
    for lang in LANGS:
        for key, title in item_titles(statement, agreement, lang).items():
            found.setdefault(key, []).append(title)
    for item in items_of(statement):
        if item.kind == "credit":
            found[item.key] += [kpi_title(agreement, item.name, lang) for lang in LANGS]
    return {key: tuple(names) for key, names in found.items()}


def ledger_name(item_key: str) -> str:
    """How decisions in the ledger name an item: charge lines by their own name, others by key."""
    kind, _colon, rest = item_key.partition(":")
    return rest if kind in ("line", "extra") else item_key
