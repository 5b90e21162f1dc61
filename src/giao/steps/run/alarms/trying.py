"""Try a condition before it is kept: what it would fire for now, and for how many of the last 30 days' clocks it held."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from django.utils.translation import gettext as _

from giao.core.agreement.alarms.names import condition_of
from giao.core.agreement.alarms.verdicts import judge
from giao.core.report import formats
from giao.kernel.engagements.models import Engagement
from giao.steps.run.alarms.models import Kind
from giao.steps.run.alarms.situation import Situation
from giao.steps.run.alarms.watching import judged_by
from giao.ui.templatetags.giao import language

BACK = timedelta(days=30)


def try_out(engagement: Engagement, kind: str, condition: str) -> str:
    """In words. The condition was checked before."""
    from giao.steps.run.alarms.jobs import situation_of

    here = situation_of(engagement)
    if here is None:
        return _("There are no numbers yet to try it on.")
    lang = language()
    verdicts = judged_by(kind, condition, here).verdicts
    parts = [
        _("It would fire now for %(firing)s; %(clear)s are clear, no data for %(silent)s.")
        % {
            "firing": formats.number(len(verdicts.firing), lang),
            "clear": formats.number(len(verdicts.clear), lang),
            "silent": formats.number(len(verdicts.silent), lang),
        }
    ]
    if kind == Kind.CASE:
        fired, total = past_clocks(here, condition)
        parts.append(
            _("Of %(total)s clocks that ended in the last 30 days it held for %(n)s when they ended.")
            % {"total": formats.number(total, lang), "n": formats.number(fired, lang)}
        )
    return " ".join(parts)


def past_clocks(here: Situation, condition: str) -> tuple[int, int]:
    """(for how many it held, of how many): each clock with the numbers with which it ended. A chance is not known there."""
    clocks = here.results.clocks
    if "stopped" not in clocks.collect_schema():
        return 0, 0
    ended = clocks.filter(
        pl.col("stopped").is_not_null()
        & (pl.col("stopped") > here.instant - BACK)
        & (pl.col("state") != "cancelled")
        & pl.col("budget_us").is_not_null()
    ).collect()
    rows = here.as_subjects(ended.with_columns(pl.col("remaining_us").alias("left_us")))
    if rows.is_empty():
        return 0, 0
    return len(judge(condition_of(Kind.CASE, condition, here.agreement), rows).firing), rows.height
