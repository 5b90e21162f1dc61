"""Sections that other wings of this step bring to the page of a case; each is asked for its own piece of markup."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from giao.steps.run.monitor.ground import Ground

CaseSection = Callable[[HttpRequest, Ground, str], SafeString]
"""(request, where the page stands, the case) → markup, empty where it has nothing to say."""

_sections: list[CaseSection] = []


def add_case_section(section: CaseSection) -> None:
    """At the start, from an AppConfig; the order is that of the apps."""
    if section not in _sections:
        _sections.append(section)


def sections_of(request: HttpRequest, ground: Ground, case: str) -> list[SafeString]:
    return [found for section in _sections if (found := section(request, ground, case))]
