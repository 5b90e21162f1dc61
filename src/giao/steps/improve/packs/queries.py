"""Reads: where a pack's mail stands, and the ground from which its packs are made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.results import Statement
from giao.core.report.pack import PackSource
from giao.kernel.engagements.access import Place
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import documents, versions_in_force
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Membership, Organisation, User
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import Shown
from giao.steps.improve.packs.due import Due, Rule, last_due, next_due
from giao.steps.improve.packs.models import StatementMail
from giao.steps.improve.reviews.queries import Ground, statements_of


def moment_of(engagement: Engagement) -> datetime:
    """Where the engagement stands: its own instant, or now."""
    return engagement.as_of or timezone.now()


def rule_of(mail: StatementMail, engagement: Engagement) -> Rule:
    return Rule(mail.business_day, mail.hour, mail.minute, mail.calendar, ZoneInfo(engagement.zone))


def agreement_of(engagement: Engagement) -> Agreement | None:
    """The last version in force."""
    found = documents(versions_in_force(engagement))
    return found[-1] if found else None


def coming(mail: StatementMail, engagement: Engagement) -> Due:
    return next_due(rule_of(mail, engagement), agreement_of(engagement), moment_of(engagement))


def waiting(mail: StatementMail, engagement: Engagement) -> Due | None:
    """A due month that was not brought yet; None when there is none since the mail was set up."""
    found = last_due(rule_of(mail, engagement), agreement_of(engagement), moment_of(engagement))
    return found if found.at > mail.since and found.month > mail.done else None


def ground_of(engagement: Engagement, reading: Reading) -> Ground:
    """As a page has it, for nobody in particular: a pack shows what both sides see."""
    standing = Standing(engagement, Place(frozenset(), frozenset()), engagement.as_of, False)
    versions = tuple(documents(versions_in_force(engagement)))
    return Ground(standing, Shown(reading, reading), "", versions)


def statement_of(reading: Reading, month: str) -> Statement | None:
    return next((item for item in statements_of(reading) if item.month == month), None)


def month_over(reading: Reading, zone: ZoneInfo) -> str:
    """The last month of a statement that is over, else the first one; empty without any."""
    today = f"{reading.as_of.astimezone(zone):%Y-%m}"
    months = [item.month for item in statements_of(reading)]
    over = [month for month in months if month < today]
    return (over or months[:1] or [""])[-1]


def has_data(source: PackSource) -> bool:
    """Whether anything was measured, charged or credited in the month."""
    statement = source.statement
    measured = any(result.state != "no_data" and result.n for result in source.windows())
    return measured or any(line.quantity or line.amount for line in (*statement.lines, *statement.extras))


def members_of(organisation: Organisation) -> list[User]:
    """People of an organisation, by name; those switched off are left out."""
    keys = Membership.objects.filter(organisation=organisation).values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("name", "email"))


def is_member(organisation: UUID, user: UUID) -> bool:
    rows = Membership.objects.filter(organisation=organisation, user=user, user__is_active=True)
    return bool(rows.exists())
