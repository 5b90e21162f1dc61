"""Tags of these pages: `{% load monitor %}`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.steps.run.monitor.words import value_words
from giao.ui.templatetags import giao

register = template.Library()


@register.simple_tag(takes_context=True)
def attribute_here(context: Context, name: str, value: str) -> str:
    """This page's address with one more attribute to filter by; an empty value means "not set"."""
    query = context["request"].GET.copy()
    for key in ("pick", "page", "export"):
        query.pop(key, None)
    if value == "":
        query.setlist("none", sorted({*query.getlist("none"), name}))
    else:
        query[f"a_{name}"] = value
    return f"?{query.urlencode()}"


@register.filter
def exact(microseconds: int | None) -> str:
    """A length of time to the second, and what is less where there is any: 26:05:00, 0:08:51.232."""
    if microseconds is None:
        return ""
    text = formats.exact_duration(microseconds)
    return text.rstrip("0") if "." in text else text


@register.simple_tag(takes_context=True)
def instant_exact(context: Context, value: datetime | int) -> SafeString:
    """An instant with its seconds, in the engagement's zone; the reader's own stands in the title."""
    here = giao.zone_of(context)
    moment = giao.microseconds_of(value)
    local = (formats.EPOCH + timedelta(microseconds=moment)).astimezone(here)
    clock = f"{local:%H:%M:%S}" + (f".{local.microsecond:06d}".rstrip("0") if local.microsecond else "")
    said = f"{formats.day(local.date(), giao.language())}{formats.NBSP}{clock}"
    title = f"{said} {here.key}"
    reader = giao.reader_zone(context)
    if reader is not None and reader.key != here.key:
        title += f" · {formats.instant(moment, reader, giao.language(), precise=True)} {reader.key}"
    iso = local.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, title, said)


@register.simple_tag
def level_value(value: float | None, of: str, unit: str) -> str:
    """A group's number in a breakdown: a share, or a mean in the members' own unit."""
    if value is None:
        return "–"
    return value_words(value, "share" if of == "share" else "number" if of == "ratio" else unit)


@register.simple_tag
def effect(value: float | None, of: str, unit: str) -> str:
    """What a group adds to the whole, with its sign: points of a percentage, time or a number."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if of == "share":
        points = formats.number(abs(value) * 100, giao.language(), 2)
        return _("%(sign)s%(points)s points") % {"sign": sign, "points": points}
    return sign + value_words(abs(value), "number" if of == "ratio" else unit)
