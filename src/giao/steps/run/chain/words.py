"""What pages and answers say of parties and findings, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.agreement.chain import ChainParty
from giao.core.report import formats
from giao.core.report.chain_words import party_words, side_words
from giao.steps.run.monitor.ground import Ground
from giao.ui.templatetags.giao import language

WHAT = (
    "held", "first", "broken", "own_met", "at_break",
    "all", "breached", "first_support", "first_sla", "green_inside_red", "uncovered", "red_inside_green",
)  # fmt: skip
"""What a number of the page counts: of a party the first five, of the month the others."""
OF_PARTY = WHAT[:5]


def name_of(ground: Ground, party: ChainParty) -> str:
    """A named party by its name; the two sides by the names of their organisations."""
    if party.name:
        return party.name
    if party.side == "client":
        return str(ground.engagement.client.name)
    if party.side == "vendor":
        return str(ground.engagement.vendor.name)
    words = party_words(party, language())
    return words[:1].upper() + words[1:]


def side_name(party: ChainParty) -> str:
    return side_words(party.side, language()) if party.side else ""


def what_words(what: str) -> str:
    """The heading of a list of cases: what they have in common."""
    return {
        "held": _("held by it at some time"),
        "first": _("its own clock broke first"),
        "broken": _("SLA missed, and a clock of its own broken"),
        "own_met": _("SLA missed, though its own clocks were kept"),
        "at_break": _("held by it when the SLA’s clock broke"),
        "all": _("all of the month"),
        "breached": _("SLA missed"),
        "first_support": _("a supporting clock broke first"),
        "first_sla": _("the SLA’s clock broke first"),
        "green_inside_red": _("SLA missed, though everything behind it was kept"),
        "uncovered": _("SLA missed, with nothing behind it"),
        "red_inside_green": _("SLA kept, though something behind it broke"),
    }.get(what, what)


def gap_words(gap: str) -> str:
    return what_words(gap) if gap else ""


def lead_words(breached: int, green: int, uncovered: int, *, supported: bool) -> str:
    """The answer of the page in one sentence."""
    if not breached:
        return _("No case of this month missed the SLA.")
    n = formats.number(breached, language())
    said = ngettext("%(n)s case missed the SLA", "%(n)s cases missed the SLA", breached) % {"n": n}
    if not supported:
        return (
            said + ". " + _("No supporting agreement is in sight: it is not known whose clock broke first.")
        )
    both = {
        "green": formats.number(green, language()),
        "uncovered": formats.number(uncovered, language()),
    }
    return (
        said
        + _(": in %(green)s of them everything behind was kept, in %(uncovered)s nothing stood behind.")
        % both
    )
