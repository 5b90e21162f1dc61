"""How a number came about step by step, why a case is in it or not, and what its ratchet would propose.

The first two need the whole reading in memory: it is computed when somebody asks, and the last one is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.agreement.document.kpi import KpiBase
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.explain import explain_kpi, why_not
from giao.core.agreement.kpis.ratchet import ratchet_proposals
from giao.core.log import LogError
from giao.core.report import formats
from giao.core.report.kpi_words import kpi_words, why_words
from giao.core.report.words.told import tell
from giao.kernel.readings.models import KpiFigure
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.words import value_words, window_words
from giao.ui.templatetags.giao import language

MOST_EVENTS = 3_000_000
"""Up to so many a page computes the reading anew; beyond it the command line does (`giao explain`)."""


@dataclass(frozen=True)
class Explained:
    """Sentences, or why there are none."""

    sentences: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True)
class Ratcheted:
    """`proposed` is empty while the promise has not been beaten long enough."""

    rule: str
    proposed: str
    reason: str


def how_it_came(ground: Ground, kpi: str, window: str) -> Explained:
    def ask(evaluation: Evaluation) -> list[str]:
        return kpi_words(explain_kpi(evaluation, kpi, window), ground.agreement, language())

    return _asked(ground, ask)


def why_case(ground: Ground, kpi: str, window: str, case: str) -> Explained:
    def ask(evaluation: Evaluation) -> list[str]:
        found = why_not(evaluation, kpi, window, case)
        return why_words(found, ground.agreement, ground.zone, language())

    return _asked(ground, ask)


def _asked(ground: Ground, ask: Any) -> Explained:
    log = ground.log
    if log is None or ground.reading is None:
        return Explained((), _("There is no reading to explain yet."))
    if log.n_events > MOST_EVENTS:
        words = _(
            "The log has %(n)s events; ask the command line: giao explain LOG AGREEMENT --kpi … --window …"
        )
        return Explained((), words % {"n": formats.number(log.n_events, language())})
    try:
        return Explained(tuple(ask(_evaluated(_Asking(ground)))))
    except (AgreementError, LogError) as error:
        return Explained((), tell(language(), str(error)))


class _Asking:
    """A ground as the key of its evaluation: the same inputs are the same key."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        reading = ground.reading
        assert reading is not None
        self.key = (reading.pk, reading.agreement_hash, reading.log_hash, ground.as_of_us)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asking) and other.key == self.key


@lru_cache(maxsize=1)
def _evaluated(asking: _Asking) -> Evaluation:
    ground = asking.ground
    assert ground.log is not None
    return evaluate(ground.log, ground.versions, facts=ground.facts, as_of=ground.as_of_us)


def ratchet_of(
    ground: Ground, kpi: str, series: Sequence[KpiFigure], spec: KpiBase | None
) -> Ratcheted | None:
    """What the agreement's ratchet says today; None where it has none. `series`: the newest window first."""
    ratchet = getattr(spec, "ratchet", None)
    if ratchet is None:
        return None
    rule = ngettext(
        "After %(n)s final window better than expected, the next version may raise what is expected.",
        "After %(n)s final windows in a row better than expected, the next version may raise what is expected.",
        ratchet.windows,
    ) % {"n": formats.number(ratchet.windows, language())}
    past = [
        SimpleNamespace(
            kpi=kpi,
            window=SimpleNamespace(id=figure.window),
            value=_exact(figure.value),
            expected=_exact(figure.expected),
            provisional=figure.provisional,
        )
        for figure in reversed(series)
    ]
    found = [item for item in ratchet_proposals(ground.agreement, cast(Any, past)) if item.kpi == kpi]
    if not found:
        return Ratcheted(rule, "", _("Not so far: nothing is proposed."))
    best = found[0]
    unit = series[0].unit
    reason = _("%(windows)s: %(average)s on average, %(level)s expected.") % {
        "windows": " – ".join(dict.fromkeys((window_words(best.windows[0]), window_words(best.windows[-1])))),
        "average": value_words(float(best.average), unit),
        "level": value_words(float(best.level), unit),
    }
    if best.limited:
        reason += " " + _("The agreement's limit cuts the raise.")
    return Ratcheted(rule, value_words(float(best.proposed), unit), reason)


def _exact(value: float | None) -> Fraction | None:
    """The stored figure as the shortest decimal that means it."""
    return None if value is None else Fraction(repr(value))
