"""The whole pack: cover and sections, in the order in which they are read."""

from __future__ import annotations

from datetime import timedelta

from giao.core.agreement.facts import EPOCH
from giao.core.report import formats
from giao.core.report.pack.closing_pages import breaches, checking
from giao.core.report.pack.cover import cover
from giao.core.report.pack.decided import disputes, exclusions, invoice
from giao.core.report.pack.document import Document
from giao.core.report.pack.followed import followed
from giao.core.report.pack.money import adjustments, credits, lines
from giao.core.report.pack.promises import promises
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import agreement_title
from giao.core.report.words import Lang, say

SECTIONS = (
    promises,
    lines,
    credits,
    exclusions,
    disputes,
    adjustments,
    invoice,
    followed,
    breaches,
    checking,
)


def pack_document(source: PackSource, lang: Lang) -> Document:
    """Every text of the pack; the same source gives the same document."""
    agreement, decided = source.agreement, source.decided
    month = formats.window(source.month, lang)
    day = (EPOCH + timedelta(microseconds=source.as_of_us)).astimezone(source.zone).date()
    state_words = say(lang, f"pack.state.{source.state}")
    vendor = decided.vendor if decided else agreement.parties.vendor.name
    client = decided.client if decided else agreement.parties.client.name
    name = decided.engagement if decided else agreement_title(agreement, lang)
    return Document(
        lang=lang,
        title=say(lang, "pack.title", month=month),
        subtitle=name,
        author=vendor,
        state=source.state,
        state_words=state_words,
        date=(day.year, day.month, day.day),
        cover=cover(source, lang),
        sections=tuple(section(source, lang) for section in SECTIONS),
        contents=say(lang, "report.contents"),
        foot=say(
            lang, "pack.foot", version=agreement.version, state=state_words, hash=source.statement.hash[:16]
        ),
        page=say(lang, "pack.page"),
        keywords=(source.month, vendor, client),
    )
