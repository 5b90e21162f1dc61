"""One side agrees with a month's figures as they stand on its screen."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.results import Statement
from giao.core.report import formats
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Side
from giao.kernel.engagements.actions.record_decision import record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import ChangedMeanwhile, NotNow
from giao.steps.improve.closing.figures import figures_hash
from giao.steps.improve.closing.models import MonthReview
from giao.ui.templatetags.giao import language


def review_month(
    engagement: Engagement, statement: Statement, side: Side, reviewer: User, seen: str, *, over: bool
) -> MonthReview:
    """`seen`: hash of the figures on the reviewer's page. Reviewing again replaces the side's earlier review.

    Raises NotNow (closed, or not over) and ChangedMeanwhile (the figures are no longer those that were seen).
    """
    check_open(statement, over=over)
    check_seen(statement, seen)
    with transaction.atomic():
        row, _made = MonthReview.objects.update_or_create(
            engagement=engagement,
            month=statement.month,
            side=side,
            defaults={
                "figures_hash": seen,
                "total": statement.total,
                "by": reviewer,
                "at": timezone.now(),
            },
        )
        record_decisions(
            engagement,
            reviewer,
            [{"type": "giao.decision.review", "month": statement.month, "by": side, "figures": seen}],
            f"review {statement.month} {side}",
        )
        record_act(engagement, reviewer, "review_month", statement.month, side=side, figures=seen)
    return row


def check_open(statement: Statement, *, over: bool) -> None:
    month = formats.window(statement.month, language())
    if statement.closed:
        raise NotNow(_("%(month)s is closed; what changes now becomes an adjustment.") % {"month": month})
    if not over:
        raise NotNow(_("%(month)s is not over yet; review it when it is.") % {"month": month})


def check_seen(statement: Statement, seen: str) -> None:
    if seen != figures_hash(statement):
        total = formats.money(statement.total, statement.currency, language())
        raise ChangedMeanwhile(
            _(
                "The figures changed while you were looking: the total is now %(total)s. Look at them again, then decide."
            )
            % {"total": total}
        )
