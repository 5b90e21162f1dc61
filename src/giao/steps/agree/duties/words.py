"""Names of facts and decisions for readers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giao.steps.agree.duties.kinds import KINDS

_OTHERS = {
    "giao.fact.duty": gettext_lazy("Duty done"),
    "giao.fact.relief": gettext_lazy("Claim of relief"),
    "giao.decision.relief": gettext_lazy("Decision about relief"),
    "giao.decision.notice": gettext_lazy("Notice"),
    "giao.decision.review": gettext_lazy("Month reviewed"),
    "giao.decision.close": gettext_lazy("Month closed"),
    "giao.decision.dispute": gettext_lazy("Dispute decided"),
}
_NAMES = {**{kind.type: kind.label for kind in KINDS}, **_OTHERS}


def type_words(kind: str) -> str:
    """A reserved type in words; one that has none as it is written."""
    return str(_NAMES.get(kind) or _("Fact %(type)s") % {"type": kind})
