"""What people type on these pages, read with a sentence for what is wrong."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from giao.kernel.engagements.errors import BadInstant
from giao.kernel.engagements.standing import read_instant
from giao.steps.improve.closing.errors import BadForm

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"),
}


def amount_of(text: str, field: str) -> Decimal | None:
    """``-1234.50``, ``-1,234.50`` or ``-1.234,50``; None for nothing typed. Raises BadForm."""
    typed = text.strip().replace(" ", "").replace("\u00a0", "").replace("−", "-")
    if not typed:
        return None
    if _GROUPED[","].fullmatch(typed) and not _PLAIN.fullmatch(typed):
        typed = typed.replace(".", "").replace(",", ".")
    elif _GROUPED["."].fullmatch(typed):
        typed = typed.replace(",", "")
    elif re.fullmatch(r"[+-]?\d+,\d+", typed):
        typed = typed.replace(",", ".")
    try:
        if not _PLAIN.fullmatch(typed) or len(typed) > 30:
            raise InvalidOperation
        return Decimal(typed)
    except InvalidOperation:
        raise BadForm(
            _("%(field)s: “%(text)s” is no amount; write it as -120.50.")
            % {"field": field, "text": text[:40]}
        ) from None


def share_of(text: str, field: str) -> Decimal:
    """A percentage such as ``0.5`` or ``0.5%`` as a share. Raises BadForm."""
    found = amount_of(text.strip().rstrip("%"), field) or Decimal(0)
    if not 0 <= found <= 100:
        raise BadForm(_("%(field)s: a share lies between 0 and 100 percent.") % {"field": field})
    return found / 100


def instant_of(text: str, zone: ZoneInfo) -> datetime | None:
    """A local instant as the field of a browser gives it. Raises BadForm."""
    if not text.strip():
        return None
    try:
        return read_instant(text, zone)
    except BadInstant as error:
        raise BadForm(str(error)) from error
