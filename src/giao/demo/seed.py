"""Seed the server: two organisations, four people, two engagements on real logs. Running it again changes nothing.

Everything goes through the kernel's actions, as if people had done it. A run that was killed is taken up where it
stopped: each part is looked for before it is made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import IntegrityError

from giao.demo.examples import EXAMPLES, Example
from giao.kernel.engagements.access import place_of
from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.actions.record_facts import record_facts
from giao.kernel.engagements.actions.record_log import record_log
from giao.kernel.engagements.models import AgreementVersion, Engagement, FactImport, LogImport
from giao.kernel.engagements.places import folder_of
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.jobs.inline import inline
from giao.kernel.parties.actions.create_account import create_account
from giao.kernel.parties.actions.create_organisation import create_organisation
from giao.kernel.parties.actions.join_organisation import join_organisation
from giao.kernel.parties.models import Membership, Organisation, Role, User
from giao.kernel.readings.queries import reading_for
from giao.steps.run.chain.actions.keep_agreement import add_agreement
from giao.steps.run.chain.models import SupportingAgreement

Progress = Callable[[str, float], None]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PASSWORD = "giao-demo"  # noqa: S105 - the demonstration's, printed at the start and meant to be known


@dataclass(frozen=True)
class Account:
    """Who can sign in to the demonstration, and as what."""

    email: str
    password: str
    name: str
    role: str
    organisation: str
    language: str


CLIENT, VENDOR = "Example Group", "Example Services"
ACCOUNTS = (
    Account("lan@example.org", PASSWORD, "Lan Nguyễn", Role.CLIENT_MANAGER, CLIENT, "vi"),
    Account("rafael@example.org", PASSWORD, "Rafael Lima", Role.VENDOR_MANAGER, VENDOR, "en"),
    Account("minh@example.org", PASSWORD, "Minh Trần", Role.ANALYST, CLIENT, "vi"),
    Account("alice@example.org", PASSWORD, "Alice Martin", Role.AUDITOR, CLIENT, "en"),
)
ZONES = {"vi": "Asia/Ho_Chi_Minh", "en": "America/Sao_Paulo"}
STEPS = {"identify": "done", "choose": "done", "agree": "done"}


def seed(progress: Progress | None = None) -> list[Account]:
    """Make what is missing and return who can sign in. Needs a migrated database and Django set up."""
    with everywhere("the demonstration spans two organisations"), inline():
        return _seed(progress or (lambda what, share: None))


def _seed(tell: Progress) -> list[Account]:
    tell("organisations and people", 0.02)
    organisations = {name: _organisation(name, country) for name, country in ((CLIENT, "VN"), (VENDOR, "BR"))}
    people = {account.email: _person(account, organisations) for account in ACCOUNTS}
    owner = people[ACCOUNTS[0].email]
    for position, example in enumerate(EXAMPLES):
        start = 0.05 + 0.9 * position / len(EXAMPLES)
        _engagement(
            example,
            organisations,
            owner,
            lambda what, share, start=start, name=example.name: tell(  # type: ignore[misc]
                f"{name}: {what}", start + 0.9 * share / len(EXAMPLES)
            ),
        )
    tell("done", 1.0)
    return list(ACCOUNTS)


def is_seeded() -> bool:
    """Whether both engagements stand with agreement, log and facts."""
    with everywhere("the demonstration spans two organisations"):
        return all(_stands(example) for example in EXAMPLES)


def _stands(example: Example) -> bool:
    return (
        AgreementVersion.objects.filter(engagement__slug=example.name).exists()
        and LogImport.objects.filter(engagement__slug=example.name).exists()
        and FactImport.objects.filter(engagement__slug=example.name).exists()
        and SupportingAgreement.objects.filter(engagement__slug=example.name).count() == len(example.supports)
    )


def _organisation(name: str, country: str) -> Organisation:
    found = Organisation.objects.filter(name=name).first()
    if found is not None:
        return found
    try:
        return create_organisation(name, country)
    except IntegrityError:
        return Organisation.objects.get(name=name)  # another process was first


def _person(account: Account, organisations: dict[str, Organisation]) -> User:
    user = User.objects.filter(email=account.email).first() or create_account(
        account.email, account.password, account.name, account.language, ZONES[account.language], check=False
    )
    join_organisation(user, organisations[account.organisation], account.role)
    return user


def _engagement(
    example: Example, organisations: dict[str, Organisation], owner: User, tell: Progress
) -> Engagement:
    """One engagement with its agreement, log, facts and first reading; only what is missing is made."""
    versions = example.versions()
    engagement = Engagement.objects.filter(slug=example.name).first()
    if engagement is None:
        engagement = open_engagement(
            (versions[-1].title or {}).get("en", example.name),
            organisations[CLIENT],
            organisations[VENDOR],
            zone=str(example.zone()),
            slug=example.name,
            as_of=EPOCH + timedelta(microseconds=example.as_of_us()),
            owner=owner,
            steps=STEPS,
        )
    if not AgreementVersion.objects.filter(engagement=engagement).exists():
        tell("agreement", 0.05)
        adopt_agreement(engagement, example.agreement_file.read_text(encoding="utf-8"), owner)
    if not LogImport.objects.filter(engagement=engagement).exists():
        tell("log", 0.1)
        _import_log(example, engagement)
    if not FactImport.objects.filter(engagement=engagement).exists():
        tell("facts", 0.4)
        file = folder_of(engagement, "facts") / example.facts_file.name
        shutil.copyfile(example.facts_file, file)
        record_facts(engagement, file, example.facts_file.name)
    _supports(example, engagement)
    tell("first reading", 0.45)
    reading_for(engagement)
    return engagement


def _supports(example: Example, engagement: Engagement) -> None:
    """The vendor's manager puts in what stands behind the agreement; only what is missing is made."""
    there = set(SupportingAgreement.objects.filter(engagement=engagement).values_list("name", flat=True))
    manager = Membership.objects.filter(organisation=engagement.vendor, role=Role.VENDOR_MANAGER).first()
    for name, shared in example.supports:
        if name not in there and manager is not None:
            add_agreement(
                engagement,
                engagement.vendor_id,
                place_of(manager.user, engagement),
                manager.user,
                kind="ola",
                text=example.support_file(name).read_text(encoding="utf-8"),
                log=None,
                shared=shared,
            )


def _import_log(example: Example, engagement: Engagement) -> None:
    folder: Path = folder_of(engagement, "logs") / f"{example.name}.log"
    report = example.import_into(folder)
    record_log(
        engagement,
        folder,
        report.hash,
        example.source.name,
        mapping=example.mapping().model_dump(exclude_defaults=True),
        report=report.to_json(),
    )
