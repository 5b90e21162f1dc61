"""The first page: parties, month, version, how far the month is decided and by whom, and the sum of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from giao.core.report import formats
from giao.core.report.pack.document import Fields, Part, Sentences
from giao.core.report.pack.source import PackSource, Signature
from giao.core.report.plain_words.phrases import agreement_title
from giao.core.report.words import Lang, say


def cover(source: PackSource, lang: Lang) -> tuple[Part, ...]:
    return (
        Fields(tuple(_about(source, lang))),
        Fields(tuple(_decided(source, lang))),
        Fields(tuple(_sums(source, lang))),
        Sentences((say(lang, f"pack.state.{source.state}.about"),), soft=True),
    )


def _about(source: PackSource, lang: Lang) -> Iterator[tuple[str, str]]:
    agreement, decided = source.agreement, source.decided
    client = decided.client if decided else agreement.parties.client.name
    vendor = decided.vendor if decided else agreement.parties.vendor.name
    yield say(lang, "pack.client"), client
    yield say(lang, "pack.vendor"), vendor
    yield say(lang, "pack.month"), formats.window(source.month, lang)
    version = say(
        lang, "pack.version.since", n=agreement.version, day=formats.day(agreement.starts, lang)
    )  # fmt: skip
    yield say(lang, "pack.agreement"), f"{agreement_title(agreement, lang)}, {version}"
    at = formats.instant(source.as_of_us, source.zone, lang)
    yield say(lang, "pack.as_of"), f"{at} ({source.zone})"


def _decided(source: PackSource, lang: Lang) -> Iterator[tuple[str, str]]:
    decided = source.decided
    yield say(lang, "pack.state"), say(lang, f"pack.state.{source.state}")
    if decided is None:
        return
    if decided.owner:
        yield say(lang, "pack.owner"), decided.owner
    for side in ("client", "vendor"):
        review = next((item for item in decided.reviews if item.side == side), None)
        label = say(lang, f"pack.reviewed.{side}")
        if review is None:
            yield label, say(lang, "pack.reviewed.not_yet")
        else:
            stale = f" – {say(lang, 'pack.reviewed.stale')}" if review.stale else ""
            yield label, signed(review, source, lang) + stale
    if decided.closed is not None:
        yield say(lang, "pack.closed_by"), signed(decided.closed, source, lang)
    elif source.statement.closed:
        yield say(lang, "pack.closed_by"), say(lang, "pack.closed_by.agreement")


def signed(signature: Signature, source: PackSource, lang: Lang) -> str:
    """A name and the instant of its act, in the agreement's zone."""
    local = signature.at.astimezone(source.zone)
    return f"{signature.name}, {formats.day(local.date(), lang)}{formats.NBSP}{local:%H:%M}"


def _sums(source: PackSource, lang: Lang) -> Iterator[tuple[str, str]]:
    statement = source.statement
    currency = statement.currency

    def money(label: str, amount: Decimal) -> tuple[str, str]:
        return label, formats.money(amount, currency, lang)

    yield money(say(lang, "statement.fees"), statement.fees)
    yield money(say(lang, "statement.credit_total"), -statement.credit_total)
    if statement.at_risk is not None:
        yield money(say(lang, "statement.at_risk"), statement.at_risk)
    yield money(say(lang, "invoice.net"), statement.net)
    yield money(say(lang, "column.tax"), statement.tax)
    yield money(say(lang, "invoice.total"), statement.total)
    if statement.e_invoice:
        yield say(lang, "pack.e_invoice"), statement.e_invoice
