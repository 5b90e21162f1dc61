"""The tags and filters of every template (built in: no `{% load %}`). Numbers and times follow the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.core.report.words import Lang
from giao.core.report.words.told import tell, why_set_aside
from giao.ui import sparkline
from giao.ui.assets import asset_url
from giao.ui.chart import Chart
from giao.ui.navigation import page_url
from giao.ui.states import SOURCES, state_named

register = template.Library()
SPRITE = "vendor/icons/3.51.0/sprite.svg"
NO_DATA = "no_data"


def language() -> Lang:
    """The reader's language: vi or en."""
    return "vi" if (get_language() or "en").startswith("vi") else "en"


@register.simple_tag
def asset(path: str) -> str:
    return asset_url(path)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label."""
    address = f"{asset_url(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


def no_data() -> SafeString:
    return format_html('<span class="no-data">{}</span>', _("no data"))


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """1.234,5 or 1,234.5; None is "no data"."""
    return no_data() if value is None else formats.number(value, language(), decimals)


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """A share (0..1) as percent. What is not all never reads 100%, and what is not nothing never reads 0%."""
    return no_data() if value is None else percent_text(value, decimals)


def percent_text(share: Any, decimals: int = 1) -> str:
    while 0 < share < 1 and decimals < 6 and formats.rounded(share, decimals + 2) in (0, 1):
        decimals += 1
    return formats.percent(share, language(), decimals)


@register.simple_tag
def money(amount: Any, currency: str, whole: bool = False) -> str:
    """With the currency's decimals; `whole` leaves out a zero fraction (overviews)."""
    if amount is None:
        return no_data()
    places = 0 if whole and amount == int(amount) else None
    return formats.money(amount, currency, language(), places)


@register.simple_tag
def duration(microseconds: int | None, business: bool = False, day: int | None = None) -> SafeString:
    """In words, exact in the title. `business`: open time, whose business day has `day` microseconds."""
    if microseconds is None:
        return no_data()
    return format_html(
        '<span class="duration" title="{}">{}</span>',
        formats.exact_duration(microseconds),
        formats.duration(microseconds, language(), business=business, day=day),
    )


@register.simple_tag(takes_context=True)
def instant(
    context: Context,
    value: datetime | int | None,
    zone: str = "",
    seconds: bool = False,
    precise: bool = False,
) -> SafeString:
    """An instant (aware datetime or UTC microseconds) in the engagement's zone; the title says it to the microsecond,
    and in the reader's own zone. Shown to the minute; `seconds`: to the second; `precise`: in full, with offset."""
    if value is None:
        return no_data()
    here = ZoneInfo(zone) if zone else zone_of(context)
    moment = microseconds_of(value)
    unit = 1 if precise else formats.SECOND if seconds else formats.MINUTE
    said = formats.instant(moment - moment % unit, here, language(), precise=precise)
    title = f"{formats.instant(moment, here, language())} {here.key}"
    reader = reader_zone(context)
    if reader is not None and reader.key != here.key:
        title += f" · {formats.instant(moment, reader, language())} {reader.key}"
    iso = (formats.EPOCH + timedelta(microseconds=moment)).isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, title, said)


def microseconds_of(value: datetime | int) -> int:
    """UTC microseconds; a naive datetime is UTC (as inside)."""
    if isinstance(value, int):
        return value
    delta = (value if value.tzinfo else value.replace(tzinfo=UTC)) - formats.EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@register.filter
def day(value: date | str | None) -> str:
    """A date (or its ISO text): 12/05/2016 · 12 May 2016."""
    if value is None or value == "":
        return no_data()
    return formats.day(date.fromisoformat(value) if isinstance(value, str) else value, language())


@register.filter
def window(name: str) -> str:
    """A window's id as people say it: 2016-05 → tháng 5/2016 · May 2016."""
    return formats.window(name, language())


@register.filter
def told(sentence: str) -> str:
    """A sentence of the library (a fault, a flag, a failure) in the reader's language; others as they are."""
    return tell(language(), sentence) if isinstance(sentence, str) else sentence


@register.filter
def set_aside(code: str) -> str:
    """Why rows of an import were set aside, from the code in its report."""
    return why_set_aside(language(), code)


@register.filter
def in_words(texts: dict[str, str] | str | None) -> str:
    """Text by language ({en, vi}): the reader's, else English, else any."""
    if not texts:
        return ""
    if isinstance(texts, str):
        return texts
    return texts.get(language()) or texts.get("en") or next(iter(texts.values()))


def zone_of(context: Context) -> ZoneInfo:
    """The engagement's zone when the page stands in one, else the reader's, else UTC."""
    standing = getattr(context.get("request"), "standing", None)
    if standing is not None:
        zone: ZoneInfo = standing.zone
        return zone
    return reader_zone(context) or ZoneInfo("UTC")


def reader_zone(context: Context) -> ZoneInfo | None:
    name = getattr(getattr(context.get("request"), "user", None), "time_zone", "")
    return ZoneInfo(name) if name else None


@register.simple_tag
def state_badge(name: str, provisional: bool = False, short: bool = False) -> SafeString:
    """met ✓ green, expected missed △ amber, minimum missed ✕ red, no data – grey; provisional is dotted.

    `short` shows the icon alone (the word stays for screen readers).
    """
    return _badge(name, bool(provisional), bool(short), language())


@lru_cache(maxsize=512)
def _badge(name: str, provisional: bool, short: bool, said_in: Lang) -> SafeString:
    state = state_named(name)
    word = format_html('<span class="visually-hidden">{}</span>' if short else "<span>{}</span>", state.word)
    more, title = SafeString(""), SafeString("")
    if provisional:
        more = format_html('<span class="visually-hidden"> ({})</span>', _("provisional"))
        title = format_html(' title="{}"', _("provisional"))
    dotted = " is-provisional" if provisional else ""
    return format_html(
        '<span class="state state-{}{}"{}>{}{}{}</span>',
        state.tone,
        dotted,
        title,
        icon(state.icon),
        word,
        more,
    )


@register.simple_tag
def number_link(
    text: Any,
    url: str | None = None,
    n: int | None = None,
    definition: str = "",
    source: str = "",
    state: str = "",
    provisional: bool = False,
) -> SafeString:
    """A number that opens the cases behind it, with its n, its definition in a sentence and where it came from."""
    missing = text is None
    about = " · ".join(str(part) for part in (definition, SOURCES.get(source, source)) if part)
    title = format_html(' title="{}"', about) if about else SafeString("")
    shown = no_data() if missing else text
    if url and not missing:
        body = format_html('<a href="{}" class="number"{}>{}</a>', url, title, shown)
    else:
        body = format_html('<span class="number"{}>{}</span>', title, shown)
    mark, tone = SafeString(""), ""
    if state:
        known = state_named(state)
        mark, tone = icon(known.icon, str(known.word)), f" figure-{known.tone}"
    counted = SafeString("") if n is None else format_html(' <span class="n">(n&nbsp;{})</span>', number(n))
    dotted = " is-provisional" if provisional else ""
    return format_html('<span class="figure{}{}">{}{}{}</span>', tone, dotted, mark, body, counted)


@register.simple_tag(name="sparkline")
def sparkline_tag(points: list[sparkline.Point], label: str) -> SafeString:
    return sparkline.draw(points, label)


@register.simple_tag(takes_context=True)
def page(context: Context, name: str, **kwargs: Any) -> str:
    """The address of a page as it stands now: the reader's own "as of" goes along. Empty when there is no such page.

    `q_<key>` arguments become the query: ``{% page 'cases' slug=e.slug q_state='open' %}``.
    """
    query = {key[2:]: value for key, value in kwargs.items() if key.startswith("q_")}
    path = {key: value for key, value in kwargs.items() if not key.startswith("q_")}
    return page_url(name, {**query, **carried(context)}, **path) or ""


def carried(context: Context) -> dict[str, str]:
    """What every link inside an engagement carries along: the instant that the reader chose."""
    request = context.get("request")
    asked = request.GET.get("as_of", "") if request is not None else ""
    return {"as_of": asked} if asked else {}


@register.simple_tag(takes_context=True)
def here(context: Context, **changes: Any) -> str:
    """This page's address with some parts of its query changed (empty: left out); other parts stay."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return "?" + query.urlencode() if query else str(context["request"].path)


@register.simple_tag(takes_context=True)
def hidden_query(context: Context, *without: str) -> SafeString:
    """The present query as hidden inputs, for a form that changes one part of it."""
    fields = [
        format_html('<input type="hidden" name="{}" value="{}">', key, value)
        for key, values in context["request"].GET.lists()
        if key not in without
        for value in values
    ]
    return mark_safe("".join(fields))  # noqa: S308  each field is escaped by format_html


@register.inclusion_tag("ui/empty.html")
def empty(
    title: str, hint: str = "", url: str = "", label: str = "", icon_name: str = "info-circle"
) -> dict[str, Any]:
    """An empty state: what this place will hold, and what to do next."""
    return {"title": title, "hint": hint, "url": url, "label": label, "icon_name": icon_name}


@register.inclusion_tag("ui/chart.html", name="chart")
def chart_tag(chart: Chart) -> dict[str, Any]:
    """A chart with its table; the page loads echarts and chart.js in its block `scripts` ({% chart_scripts %})."""
    payload = {"options": chart.options, "links": list(chart.links), "unit": chart.unit, "lang": language()}
    return {"chart": chart, "payload": payload, "payload_id": f"{chart.name}-data"}


@register.inclusion_tag("ui/chart_scripts.html")
def chart_scripts() -> dict[str, Any]:
    return {}


@register.inclusion_tag("ui/picture_tools.html")
def picture_tools(name: str, label: str, numbers: str = "", drawing: bool = True) -> dict[str, Any]:
    """PNG, SVG and CSV of a drawing that stands in the element `name`; its numbers in the (element of the) table `numbers`."""
    return {"name": name, "label": label, "numbers": numbers, "drawing": drawing}


@register.inclusion_tag("ui/picture_scripts.html")
def picture_scripts() -> dict[str, Any]:
    return {}


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable."""
    return mapping.get(key)


@register.simple_tag
def query(**parts: Any) -> str:
    """A query string of its parts, escaped; empty ones left out."""
    return urlencode({key: value for key, value in parts.items() if value not in (None, "")})
