"""Pictures of the report whose parts are links: named for the keyboard and the screen reader, and in a frame that scrolls."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString, mark_safe

from giao.core.report.svg import Markup

_LINK = re.compile(r'<a href="([^"]*)">((?:<(?:rect|g)\b[^>]*>)<title>([^<]*)</title>)')


def linked(picture: Markup) -> SafeString:
    """The picture with every link named by the title inside it.

    A picture of role ``img`` has no parts for a screen reader; with links in it, it is a group. The report escapes all
    that comes from data, quotes included, so a title may stand in an attribute as it is.
    """
    text = _LINK.sub(r'<a href="\1" aria-label="\3">\2', picture.text)
    if text != picture.text:
        text = text.replace(' role="img"', ' role="group"', 1)
    return mark_safe(text)  # noqa: S308  built by giao.core.report.svg, which escapes
