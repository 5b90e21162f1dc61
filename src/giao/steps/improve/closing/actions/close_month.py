"""Close a month that both sides have reviewed: it is frozen, and what comes later is an adjustment."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.actions.record_decision import record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.kernel.readings.models import Reading
from giao.steps.improve.closing.actions.review_month import check_open, check_seen
from giao.steps.improve.closing.errors import NotNow
from giao.steps.improve.closing.models import MonthClose
from giao.steps.improve.closing.queries import Standing
from giao.ui.templatetags.giao import language


def close_month(
    engagement: Engagement, standing: Standing, reading: Reading, actor: User, seen: str
) -> MonthClose:
    """Raises NotNow (closed already, not over, a side has not reviewed these figures) and ChangedMeanwhile."""
    statement = standing.statement
    check_open(statement, over=standing.over)
    check_seen(statement, seen)
    month = formats.window(statement.month, language())
    if not standing.ready:
        missing = [name for name in ("client", "vendor") if name not in standing.reviewed]
        words = {"client": _("the client"), "vendor": _("the vendor")}
        raise NotNow(
            _("%(month)s cannot be closed yet: these figures still wait for the review of %(who)s.")
            % {"month": month, "who": _(" and ").join(words[name] for name in missing)}
        )
    try:
        with transaction.atomic():
            row = MonthClose.objects.create(
                engagement=engagement,
                month=statement.month,
                agreement_hash=reading.agreement_hash,
                ledger_hash=reading.log_hash,
                figures_hash=seen,
                total=statement.total,
                currency=statement.currency,
                by=actor,
                at=timezone.now(),
            )
            record_decisions(
                engagement,
                actor,
                [{"type": "giao.decision.close", "month": statement.month, "by": "client", "figures": seen}],
                f"close {statement.month}",
            )
            record_act(
                engagement, actor, "close_month", statement.month, total=str(statement.total), figures=seen
            )
    except IntegrityError:
        raise NotNow(_("%(month)s was closed by somebody else just now.") % {"month": month}) from None
    return row
