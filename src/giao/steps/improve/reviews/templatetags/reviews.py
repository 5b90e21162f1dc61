"""Tags of these pages: `{% load reviews %}`."""

from __future__ import annotations

from decimal import Decimal

from django import template

from giao.core.report import formats
from giao.ui.templatetags.giao import language

register = template.Library()


@register.filter
def unit_price(value: Decimal, currency: str) -> str:
    """A unit price with all the decimals that it has, at least those of the currency."""
    return formats.price(value, currency, language())
