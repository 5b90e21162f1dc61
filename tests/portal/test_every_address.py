"""Every address of this server, asked by everybody who should not see: nothing of the others' world comes back.

A world is planted with marks that appear nowhere else: names, cases, values, texts, ids of rows. Then every address that the
resolver knows is asked for as: nobody; people of other organisations in every role; a person of no organisation; a former
member; a sub-contractor; tokens of others, expired, revoked, and with the wrong scope. None of the marks may be in an
answer: page, list, file, fragment, error text or header.

A new address has to be classified in `ADDRESSES`; the test fails until it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

PUBLIC, OWN, ENGAGEMENT, ORGANISATION, GIVEN, API = (
    "public",
    "own",
    "engagement",
    "organisation",
    "given",
    "api",
)
"""What an address shows: nothing of anybody · only the asker's own · one engagement · one organisation · a sub-contractor's
part · one engagement, to a service token."""
CLOSED = {ENGAGEMENT, ORGANISATION, GIVEN, API}

EVERY = frozenset(
    {"client_manager", "vendor_manager", "team_lead", "agent", "analyst", "auditor", "administrator"}
)
MANAGERS = frozenset({"client_manager", "vendor_manager"})
IMPORTERS = MANAGERS | {"analyst"}


@dataclass(frozen=True)
class Address:
    """`reads`: the roles on the client's side that may read it; the others are refused without any mark of its content."""

    kind: str
    reads: frozenset[str] = EVERY


ADDRESSES: dict[str, Address] = {
    "tower": Address(OWN),
    "search": Address(OWN),
    "account": Address(OWN),
    "sessions": Address(OWN),
    "second_factor": Address(OWN),
    "organisations": Address(OWN),
    "archive": Address(OWN),
    "new_engagement": Address(OWN, frozenset({"client_manager", "administrator"})),
    "language": Address(PUBLIC),
    "sign_in": Address(PUBLIC),
    "sign_out": Address(PUBLIC),
    "code": Address(PUBLIC),
    "forgot": Address(PUBLIC),
    "health": Address(PUBLIC),
    "ready": Address(PUBLIC),
    "metrics": Address(PUBLIC),
    "notifications": Address(OWN),
    "jobs": Address(ENGAGEMENT, MANAGERS | {"administrator"}),
    "rejected": Address(ENGAGEMENT, IMPORTERS),
    "rejected_event": Address(ENGAGEMENT, IMPORTERS),
    "webhooks": Address(ENGAGEMENT, MANAGERS | {"administrator"}),
    "invitation": Address(PUBLIC),
    "reset": Address(PUBLIC),
    "people": Address(ORGANISATION, MANAGERS | {"administrator", "auditor"}),
    "tokens": Address(ORGANISATION, MANAGERS | {"administrator"}),
    "organisation_audit": Address(ORGANISATION, frozenset({"administrator", "auditor"})),
    "engagement": Address(ENGAGEMENT),
    "retry_reading": Address(ENGAGEMENT),
    "audit": Address(ENGAGEMENT, frozenset({"client_manager", "auditor", "administrator"})),
    "save_view": Address(ENGAGEMENT),
    "remove_view": Address(ENGAGEMENT),
    "save_own_view": Address(OWN),
    "remove_own_view": Address(OWN),
    "parties": Address(ENGAGEMENT),
    "ending": Address(ENGAGEMENT, frozenset({"client_manager", "administrator"})),
    "keep": Address(ENGAGEMENT),
    "unmask": Address(ENGAGEMENT, MANAGERS | {"team_lead"}),
    "given": Address(GIVEN),
    "given_case": Address(GIVEN),
    "agreement": Address(ENGAGEMENT),
    "agreement_schema": Address(ENGAGEMENT),
    "agreement_edit": Address(ENGAGEMENT, MANAGERS),
    "agreement_check": Address(ENGAGEMENT),
    "agreement_fill": Address(ENGAGEMENT),
    "agreement_complete": Address(ENGAGEMENT),
    "agreement_preview": Address(ENGAGEMENT),
    "replay": Address(ENGAGEMENT),
    "duties": Address(ENGAGEMENT),
    "duty_evidence": Address(ENGAGEMENT),
    "facts": Address(ENGAGEMENT),
    "proposals": Address(ENGAGEMENT),
    "proposal_new": Address(ENGAGEMENT, MANAGERS),
    "proposal": Address(ENGAGEMENT),
    "upload": Address(ENGAGEMENT, IMPORTERS),
    "upload_rejected": Address(ENGAGEMENT, IMPORTERS),
    "month_close": Address(ENGAGEMENT),
    "vendor_invoice": Address(ENGAGEMENT),
    "disputes": Address(ENGAGEMENT),
    "dispute_new": Address(ENGAGEMENT),
    "dispute": Address(ENGAGEMENT),
    "dispute_evidence": Address(ENGAGEMENT),
    "exclusions": Address(ENGAGEMENT),
    "exclusion_evidence": Address(ENGAGEMENT),
    "statements": Address(ENGAGEMENT),
    "statement": Address(ENGAGEMENT),
    "followed": Address(ENGAGEMENT),
    "statement_mail": Address(
        ENGAGEMENT, frozenset({"client_manager", "vendor_manager", "administrator", "analyst", "auditor"})
    ),
    "statement_pack": Address(
        ENGAGEMENT, frozenset({"client_manager", "vendor_manager", "analyst", "auditor"})
    ),
    "levels": Address(ENGAGEMENT),
    "level": Address(ENGAGEMENT),
    "cases": Address(ENGAGEMENT),
    "case": Address(ENGAGEMENT),
    "at_risk": Address(ENGAGEMENT),
    "handling": Address(ENGAGEMENT),
    "nudges": Address(ENGAGEMENT),
    "reported": Address(ENGAGEMENT),
    "chain": Address(ENGAGEMENT),
    "chain_cases": Address(ENGAGEMENT),
    "chain_agreements": Address(ENGAGEMENT),
    "chain_agreement": Address(ENGAGEMENT),
    "alarms": Address(ENGAGEMENT),
    "alarm": Address(ENGAGEMENT),
    "alarm_rules": Address(ENGAGEMENT),
    "alarm_rule": Address(ENGAGEMENT),
    "alarm_rule_new": Address(ENGAGEMENT, MANAGERS | {"team_lead"}),
    "alarm_maintenance": Address(ENGAGEMENT),
    "api_events": Address(API),
    "api_files": Address(API),
    "api_file": Address(API),
    "openapi": Address(PUBLIC),
    "api_docs": Address(PUBLIC),
}

AUDITORS = frozenset({"client_manager", "auditor", "administrator"})
KEEPERS = MANAGERS | {"administrator"}
EXPORTERS = IMPORTERS | {"auditor"}
MAILERS = EXPORTERS | {"administrator"}
ENDERS = frozenset({"client_manager", "administrator"})
ADDRESSES |= {"export_log": Address(ENGAGEMENT, EXPORTERS), "export_content": Address(ENGAGEMENT, EXPORTERS)}
ADDRESSES |= {
    f"api/{route}": about
    for route, about in {
        "engagements": Address(OWN),
        "notifications": Address(OWN),
        "notifications/read": Address(OWN),
        "notifications/mail": Address(OWN),
        "notifications/<identifier>/read": Address(OWN),
        "organisations": Address(OWN),
        "organisations/<identifier>/people": Address(ORGANISATION, KEEPERS | {"auditor"}),
        "organisations/<identifier>/tokens": Address(ORGANISATION, KEEPERS),
        "organisations/<identifier>/tokens/<token>": Address(ORGANISATION),
        "organisations/<identifier>/service-accounts": Address(ORGANISATION, KEEPERS),
        "organisations/<identifier>/service-accounts/<account>": Address(ORGANISATION),
        "organisations/<identifier>/roles": Address(ORGANISATION, KEEPERS | {"auditor"}),
        "organisations/<identifier>/roles/<membership>": Address(ORGANISATION),
        "organisations/<identifier>/roles/<membership>/password-link": Address(ORGANISATION),
        "organisations/<identifier>/roles/<membership>/sessions": Address(ORGANISATION),
        "organisations/<identifier>/roles/<membership>/second-factor-reset": Address(ORGANISATION),
        "organisations/<identifier>/invitations": Address(ORGANISATION, KEEPERS | {"auditor"}),
        "organisations/<identifier>/invitations/<invitation>": Address(ORGANISATION),
    }.items()
}
ADDRESSES |= {
    f"api/engagements/<slug>{route}": Address(ENGAGEMENT, roles)
    for route, roles in {
        "": EVERY,
        "/agreement/versions": EVERY,
        "/agreement/versions/<number>": EVERY,
        "/agreement/draft": MANAGERS,
        "/agreement/check": EVERY,
        "/kpis": EVERY,
        "/kpis/<kpi>/windows/<window>": EVERY,
        "/kpis/<kpi>/windows/<window>/explanation": EVERY,
        "/cases": EVERY,
        "/cases/<case>": EVERY,
        "/at-risk": EVERY,
        "/chain": EVERY,
        "/chain/agreements": EVERY,
        "/chain/agreements/<identifier>": EVERY,
        "/chain/agreements/<identifier>/sharing": EVERY,
        "/chain/agreements/<identifier>/withdrawal": EVERY,
        "/chain/cases/<case>": EVERY,
        "/reported": EVERY,
        "/ledger": EVERY,
        "/rejected": IMPORTERS,
        "/rejected/reasons": IMPORTERS,
        "/rejected/<identifier>": IMPORTERS,
        "/rejected/replay": EVERY,
        "/rejected/dismiss": EVERY,
        "/statements": EVERY,
        "/statements/<month>": EVERY,
        "/statements/<month>/document": EXPORTERS,
        "/statements/<month>/pack": EXPORTERS,
        "/statements/<month>/close": EVERY,
        "/statements/<month>/review": EVERY,
        "/statements/<month>/invoice": EVERY,
        "/statements/<month>/invoices": EVERY,
        "/statements/<month>/pairings": EVERY,
        "/invoices": EVERY,
        "/invoices/<identifier>/file": EVERY,
        "/disputes": EVERY,
        "/disputes/<identifier>": EVERY,
        "/disputes/<identifier>/acts": EVERY,
        "/disputes/<identifier>/entries/<entry>/evidence": EVERY,
        "/handling": EVERY,
        "/nudges": EVERY,
        "/nudges/<identifier>/answer": EVERY,
        "/statement-mail": MAILERS,
        "/statement-mail/recipients": EVERY,
        "/statement-mail/recipients/<identifier>": EVERY,
        "/statement-mail/test": EVERY,
        "/statement-mail/sent": MAILERS,
        "/statement-mail/sent/<identifier>/again": EVERY,
        "/duties": EVERY,
        "/duties/<name>/<due>/evidence": EVERY,
        "/facts": EVERY,
        "/notice": EVERY,
        "/exclusions": EVERY,
        "/exclusions/<identifier>/decision": EVERY,
        "/exclusions/<identifier>/evidence": EVERY,
        "/audit": AUDITORS,
        "/jobs": KEEPERS,
        "/jobs/<identifier>/retry": EVERY,
        "/jobs/<identifier>/cancel": EVERY,
        "/webhooks": KEEPERS,
        "/webhooks/deliveries": KEEPERS,
        "/webhooks/deliveries/<identifier>/retry": EVERY,
        "/webhooks/<identifier>": EVERY,
        "/imports": IMPORTERS,
        "/imports/<identifier>": EVERY,
        "/export": EXPORTERS,
        "/exports": EVERY,
        "/exports/<identifier>": EXPORTERS,
        "/exports/<identifier>/file": EXPORTERS,
        "/unmaskings": EVERY,
        "/alarms": EVERY,
        "/alarms/<identifier>": EVERY,
        "/alarms/<identifier>/subjects": EVERY,
        "/alarms/<identifier>/acts": EVERY,
        "/alarms/calibration": EVERY,
        "/reading": EVERY,
        "/reading/retry": EVERY,
        "/alarms/rules": EVERY,
        "/alarms/rules/try": EVERY,
        "/alarms/rules/<identifier>": EVERY,
        "/alarms/rules/<identifier>/switch": EVERY,
        "/alarms/maintenance": EVERY,
        "/alarms/maintenance/<identifier>": EVERY,
        "/proposals": EVERY,
        "/proposals/<identifier>": EVERY,
        "/proposals/<identifier>/counter": EVERY,
        "/proposals/<identifier>/acts": EVERY,
        "/proposals/<identifier>/replay": EVERY,
        "/replays": EVERY,
        "/replays/<identifier>": EVERY,
        "/replays/<identifier>/stop": EVERY,
        "/views": EVERY,
        "/views/<identifier>": EVERY,
        "/third-parties": EVERY,
        "/third-parties/<identifier>": EVERY,
        "/archive": EVERY,
        "/removal": ENDERS,
    }.items()
}
"""The API: what an address shows by GET. Where it takes changes only, GET is refused to everybody alike; who may change is
told by `tests/api/test_roles.py`."""

QUERIES = (
    "",
    "?export=csv",
    "?export=xlsx",
    "?as_of=2024-02-15T10:00",
    "?format=pdf",
    "?as_of=nonsense",
    "?page=9999",
)
MARK = "PLANTEDMARK"
AT = "api/engagements/<slug>"
UNKNOWN = "0190a000-0000-7000-8000-000000000000"
MARKS = {
    "engagement": f"{MARK} desk",
    "client": f"{MARK} client",
    "vendor": f"{MARK} vendor",
    "person": f"{MARK} person",
    "mail": "plantedmark@example.org",
    "case": f"{MARK}-C1",
    "value": f"{MARK} value",
    "kpi": "plantedmark_kpi",
    "view": f"{MARK} view",
    "account": f"{MARK} system",
    "dispute": f"{MARK} dispute",
    "proposal": f"{MARK} proposal",
    "exclusion": f"{MARK} exclusion",
    "invoice": f"{MARK} invoice",
    "reason": f"{MARK} reason for looking",
    "draft": f"{MARK} draft",
    "rule": f"{MARK} rule",
    "alarm": f"{MARK} was settled so",
    "maintenance": f"{MARK} maintenance",
    "support": f"{MARK} support",
    "invited": "plantedmark-invited@example.org",
}

SUPPORT = f"""\
giao: 1
name: {MARKS["support"]}
parties: {{client: {{name: {MARKS["support"]} x}}, vendor: {{name: {MARKS["support"]} y}}}}
term: {{start: 2016-01-01, end: 2027-12-31}}
currency: EUR
work: {{received: Opened, delivered: Resolved}}
clocks: {{own: {{start: Opened, stop: Resolved, targets: [{{within: 1 hour}}]}}}}
"""


def routes() -> Iterator[tuple[str, str]]:
    """(name, route) of every address that the resolver knows; one without a name by its route."""
    from django.urls import URLResolver, get_resolver

    def walk(resolver: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for part in resolver.url_patterns:
            route = prefix + str(part.pattern)
            if isinstance(part, URLResolver):
                yield from walk(part, route)
            else:
                yield part.name or route, route

    yield from walk(get_resolver(), "")


def test_every_address_is_classified(django_ready: None) -> None:
    found = {name for name, _route in routes()}
    assert found - set(ADDRESSES) == set(), "say in ADDRESSES what these show, and to whom"


@dataclass
class Planted:
    """The planted world, the ids by which its rows are addressed, and a browser for anybody."""

    world: Any
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(name, path) with the planted world's own ids in every part."""
        for name, route in routes():
            known = {"slug": self.world.engagement.slug, **self.values.get(name, {})}
            yield name, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(known[found[1]]), route)  # noqa: B023


@pytest.fixture(scope="module")
def planted(test_database: None) -> Iterator[Planted]:
    from django.db import transaction

    block = transaction.atomic()
    block.__enter__()
    yield plant()
    transaction.set_rollback(True)
    block.__exit__(None, None, None)


LOG = f"""\
case,activity,time,group,customer
{MARKS["case"]},Opened,2016-01-04 09:00,Front,{MARKS["value"]}
{MARKS["case"]},Resolved,2016-02-04 11:00,Front,{MARKS["value"]}
C2,Opened,2016-01-05 09:00,Front,x
C2,Resolved,2016-01-05 10:00,Front,x
C3,Opened,2016-03-05 09:00,Team 3,x
"""

AGREEMENT = f"""\
giao: 1
name: {MARKS["engagement"]}
parties: {{client: {{name: Acme, country: NL}}, vendor: {{name: Example BPO, country: VN}}}}
term: {{start: 2016-01-01, end: 2018-12-31}}
currency: EUR
work:
  received: Opened
  delivered: Resolved
  attributes:
    customer: {{type: string, label: Customer}}
calendars:
  always: {{zone: Europe/Amsterdam, hours: 24x7}}
clocks:
  resolution:
    title: {{en: Resolution, vi: Khắc phục}}
    start: Opened
    stop: Resolved
    targets: [{{within: 10 hours}}]
kpis:
  {MARKS["kpi"]}: {{kind: share_in_target, clock: resolution, count_at: stop, expected: 95%, minimum: 90%}}
pricing:
  - {{fixed: 5000, every: month, name: platform, title: {{en: Platform, vi: Nền tảng}}}}
"""


def plant() -> Planted:
    from tests.kernel.ground import World

    from giao.core.log import LogMapping, import_log, open_log
    from giao.kernel.engagements.access import place_of
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.actions.unmask import unmask
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.identity.actions.invite_person import invite_person
    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.actions.reset_password import _make
    from giao.kernel.identity.tokens import issue_token
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.create_organisation import create_organisation
    from giao.kernel.parties.actions.join_organisation import join_organisation
    from giao.kernel.readings.queries import reading_for

    now = datetime(2016, 3, 20, 12, 0, tzinfo=UTC)
    client, vendor = create_organisation(MARKS["client"]), create_organisation(MARKS["vendor"])
    engagement = open_engagement(
        MARKS["engagement"], client, vendor, slug="planted-desk", zone="Europe/Amsterdam", as_of=now
    )
    person = create_account(MARKS["mail"], "a long password here", MARKS["person"])
    join_organisation(person, client, "client_manager")
    join_organisation(person, client, "administrator")
    source = folder_of(engagement, "sources") / "planted.csv"
    source.write_text(LOG, encoding="utf-8")
    log = folder_of(engagement, "logs") / "one"
    mapping = LogMapping(
        shape="event", case="case", activity="activity", time="time", group="group", zone="UTC"
    )
    import_log(source, log, mapping)
    imported = record_log(engagement, log, open_log(log).hash, f"{MARK}.csv", actor=person)
    adopt_agreement(engagement, AGREEMENT, person)
    reading = reading_for(engagement)
    assert reading.ready, reading.error
    account = make_service_account(client, MARKS["account"], person)
    issue_token(account, ["events:write"], later(30), actor=person)
    _invitation, invited = invite_person(client, MARKS["invited"], "agent", person)
    unmask(engagement, place_of(person, engagement), person, MARKS["reason"], case=MARKS["case"])
    world = World(client, vendor, engagement)
    here = Planted(world)
    plant_rows(here, person, imported)
    organisation = {"identifier": str(client.pk)}
    here.values |= {
        "people": organisation,
        "tokens": organisation,
        "organisation_audit": organisation,
        "invitation": {"secret": "x" * 43},
        "reset": {"secret": "y" * 43},
        "given_case": {"case": MARKS["case"]},
        "case": {"case": MARKS["case"]},
        "level": {"kpi": MARKS["kpi"]},
        "statement": {"month": "2016-01"},
        "statement_pack": {"month": "2016-01"},
        "month_close": {"month": "2016-01"},
    }
    assert invited
    assert _make
    common = {
        "case": MARKS["case"],
        "kpi": MARKS["kpi"],
        "window": "2016-01",
        "month": "2016-01",
        "name": "report",
        "due": "2016-02-05",
        "number": "1",
    }
    unknown = dict.fromkeys(("identifier", "entry", "membership", "invitation", "account", "token"), UNKNOWN)
    for name in ADDRESSES:
        if name.startswith("api/"):
            here.values[name] = {**common, **unknown, **here.values.get(name, {})}
    return here


def later(days: int) -> datetime:
    from django.utils import timezone

    return timezone.now() + timedelta(days=days)


def plant_rows(here: Planted, person: Any, imported: Any) -> None:
    """Rows that hang on the engagement, and the ids by which addresses name them."""
    from giao.kernel.engagements.places import folder_of, relative_to_data
    from giao.kernel.ledger.models import Rejected
    from giao.portal.models import SavedView
    from giao.steps.agree.contracts.models import Draft
    from giao.steps.agree.proposals.models import Proposal, ProposalEntry
    from giao.steps.identify.logs.models import Upload
    from giao.steps.improve.closing.models import Dispute, DisputeEntry, Exclusion, VendorInvoice
    from giao.steps.run.alarms.models import Alarm, AlarmEntry, AlarmRule, MaintenanceWindow
    from giao.steps.run.chain.models import SupportingAgreement, SupportingVersion

    engagement, at = here.world.engagement, datetime(2016, 3, 1, tzinfo=UTC)
    evidence = folder_of(engagement, "evidence") / "planted.txt"
    evidence.write_text(f"{MARK} evidence", encoding="utf-8")
    proof = {"evidence": relative_to_data(evidence), "evidence_name": f"{MARK}.txt"}
    upload = Upload.objects.create(
        engagement=engagement, name=f"{MARK}.csv", file="x", state="ready", imported=imported
    )
    invoice = VendorInvoice.objects.create(engagement=engagement, month="2016-01", name=MARKS["invoice"], file="x", sha256="a" * 64, by=person, at=at)  # fmt: skip
    dispute = Dispute.objects.create(engagement=engagement, month="2016-01", item="total", currency="EUR", stood=1, claim=-1, raised_by="client", answer_by=at, created=at, updated=at)  # fmt: skip
    entry = DisputeEntry.objects.create(engagement=engagement, dispute=dispute, act="raise", side="client", by=person, at=at, text=MARKS["dispute"], **proof)  # fmt: skip
    exclusion = Exclusion.objects.create(engagement=engagement, relief="client_caused", cases=[MARKS["case"]], reason=MARKS["exclusion"], side="client", by=person, at=at, **proof)  # fmt: skip
    view = SavedView.objects.create(engagement=engagement, author=person, path=f"/e/{engagement.slug}/cases", table="cases", name=MARKS["view"], shared=True)  # fmt: skip
    client = here.world.client
    mine = {"engagement": engagement, "organisation": client}
    rule = AlarmRule.objects.create(**mine, names={"en": MARKS["rule"], "vi": MARKS["rule"]}, kind="case", condition="chance > 2", owner_role="agent", created=at, updated=at)  # fmt: skip
    alarm = Alarm.objects.create(**mine, rule=rule, severity="warning", condition="chance > 2", opened=at, rung=at)  # fmt: skip
    AlarmEntry.objects.create(organisation=client, alarm=alarm, act="snoozed", by=person, at=at, text=MARKS["alarm"])  # fmt: skip
    MaintenanceWindow.objects.create(**mine, begins=at, ends=at + timedelta(days=1), reason=MARKS["maintenance"], by=person, at=at)  # fmt: skip
    support = SupportingAgreement.objects.create(**mine, kind="ola", name=MARKS["support"], receiver="x", party="y", created=at, updated=at, updated_by=person)  # fmt: skip
    SupportingVersion.objects.create(organisation=client, agreement=support, number=1, text=SUPPORT, hash="b" * 64, effective="2016-01-01", created=at, created_by=person)  # fmt: skip
    Draft.objects.create(engagement=engagement, author=person, text=MARKS["draft"])
    base = engagement.versions.get()
    proposal = Proposal.objects.create(engagement=engagement, thread=1, number=1, base=base, text=base.text, effective="2016-05-01", side="client", author=person, created=at, updated=at)  # fmt: skip
    ProposalEntry.objects.create(engagement=engagement, proposal=proposal, act="propose", side="client", by=person, at=at, text=MARKS["proposal"])  # fmt: skip
    rejected = Rejected.objects.create(engagement=engagement, source=MARKS["account"], event_id="e1", subject=MARKS["case"], reason="type", values={"name": "x", "value": MARKS["value"]}, content=b"", digest=b"d" * 32, first_us=0, last_us=0, recorded_by="x")  # fmt: skip
    here.values |= {
        "rejected_event": {"identifier": str(rejected.pk)},
        f"{AT}/rejected/<identifier>": {"identifier": str(rejected.pk)},
        "upload_rejected": {"identifier": str(upload.pk)},
        "api_file": {"identifier": str(upload.pk)},
        "vendor_invoice": {"identifier": str(invoice.pk)},
        "dispute": {"identifier": str(dispute.pk)},
        "proposal": {"identifier": str(proposal.pk)},
        "dispute_evidence": {"identifier": str(dispute.pk), "entry": str(entry.pk)},
        "exclusion_evidence": {"identifier": str(exclusion.pk)},
        "remove_view": {"identifier": str(view.pk)},
        "remove_own_view": {"identifier": UNKNOWN},
        "alarm": {"identifier": str(alarm.pk)},
        "alarm_rule": {"identifier": str(rule.pk)},
        "chain_agreement": {"identifier": str(support.pk)},
        "export_content": {"identifier": UNKNOWN},
        f"{AT}/imports/<identifier>": {"identifier": str(imported.pk)},
        f"{AT}/invoices/<identifier>/file": {"identifier": str(invoice.pk)},
        f"{AT}/disputes/<identifier>": {"identifier": str(dispute.pk)},
        f"{AT}/disputes/<identifier>/acts": {"identifier": str(dispute.pk)},
        f"{AT}/disputes/<identifier>/entries/<entry>/evidence": {
            "identifier": str(dispute.pk),
            "entry": str(entry.pk),
        },
        f"{AT}/exclusions/<identifier>/decision": {"identifier": str(exclusion.pk)},
        f"{AT}/exclusions/<identifier>/evidence": {"identifier": str(exclusion.pk)},
        f"{AT}/alarms/<identifier>": {"identifier": str(alarm.pk)},
        f"{AT}/alarms/<identifier>/subjects": {"identifier": str(alarm.pk)},
        f"{AT}/alarms/<identifier>/acts": {"identifier": str(alarm.pk)},
        f"{AT}/alarms/rules/<identifier>": {"identifier": str(rule.pk)},
        f"{AT}/alarms/rules/<identifier>/switch": {"identifier": str(rule.pk)},
        f"{AT}/proposals/<identifier>": {"identifier": str(proposal.pk)},
        f"{AT}/proposals/<identifier>/counter": {"identifier": str(proposal.pk)},
        f"{AT}/proposals/<identifier>/acts": {"identifier": str(proposal.pk)},
        f"{AT}/views/<identifier>": {"identifier": str(view.pk)},
    }
    here.values |= {
        name: {"identifier": str(engagement.client_id)}
        for name in ADDRESSES
        if name.startswith("api/organisations/<identifier>")
    }
    rows = (rejected, upload, invoice, dispute, entry, exclusion, view, proposal, alarm, rule, support)
    here.keys = [str(row.pk) for row in rows]


def browser(user: Any = None) -> Any:
    from django.test import Client

    found = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    if user is not None:
        found.force_login(user)
    return found


def body_of(answer: Any) -> str:
    """Everything that the answer says: body (also of a workbook), headers, cookies."""
    import io
    import zipfile

    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    parts = [raw.decode("utf-8", "replace"), str(answer.headers), str(answer.cookies)]
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            parts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return "\n".join(parts)


def refusals_of(name: str) -> set[int]:
    """How a closed address refuses. The API looks at the body's form before it looks for the engagement: 400 and 422 say the
    same of one that is there and one that is not."""
    return {302, 401, 403, 404, 405, *({400, 422} if name.startswith("api/") else ())}


def leaks_in(text: str, here: Planted, address: str) -> list[str]:
    """Marks in an answer that are not an echo of the address itself (asked for, so known already)."""
    for echo in {address, quote(address), address.split("?")[0], quote(address, safe="")}:
        text = text.replace(echo, "")
    text = text.replace(here.world.engagement.slug, "")
    return [
        mark for mark in (MARK, MARKS["mail"], MARKS["invited"], MARKS["kpi"], *here.keys) if mark in text
    ]


def asked(
    here: Planted, visitor: Any, *, kinds: frozenset[str] | None = None, queries: tuple[str, ...] = ("",)
) -> None:
    """Ask for every address, by GET (with every query) and by POST; no mark comes back and nothing breaks."""
    for name, path in here.addresses():
        if kinds is not None and ADDRESSES[name].kind not in kinds:
            continue
        for query in queries:
            answer = visitor.get(path + query)
            assert answer.status_code != 500, (name, path + query)
            found = leaks_in(body_of(answer), here, path + query)
            assert not found, (name, path + query, found)
            if ADDRESSES[name].kind in CLOSED:
                assert answer.status_code in refusals_of(name), (name, path + query, answer.status_code)
        if name == "sign_out":
            continue  # it would: the visitor goes on asking
        answer = visitor.post(path, {"act": "file", "name": "x", "reason": "a long enough reason"})
        assert answer.status_code != 500, (name, path)
        found = leaks_in(body_of(answer), here, path)
        assert not found, (name, "POST " + path, found)
        if ADDRESSES[name].kind in CLOSED:
            assert answer.status_code in refusals_of(name), (name, path, answer.status_code)
    for text in (MARKS["case"], "Opened", "desk", MARKS["value"]):
        answer = visitor.get("/search", {"q": text})
        said = answer.content.decode()
        for echo in (text, quote(text), quote_plus(text)):
            said = said.replace(echo, "")
        assert not leaks_in(said, here, "/search"), text


def test_the_marks_are_there_for_those_who_may_see(planted: Planted, db: None) -> None:
    """Else the tests below would prove nothing."""
    from giao.kernel.parties.models import User

    insider = browser(User.objects.get(email=MARKS["mail"]))
    told = ""
    for name, path in planted.addresses():
        answer = insider.get(path)
        assert answer.status_code != 500, name
        if answer.status_code == 200:
            told += body_of(answer)
    told += body_of(insider.get("/search", {"q": MARKS["case"]}))
    # A value of an attribute that the agreement does not call personal stands in the list and its file.
    told += body_of(
        insider.get(f"/e/{planted.world.engagement.slug}/cases?export=csv&cols=case&cols=customer")
    )
    assert [what for what, mark in MARKS.items() if mark not in told] == []
    assert sum(key in told for key in planted.keys) >= 5, "the ids of rows stand in the pages' links"


def test_nobody_sees_nothing(planted: Planted, db: None) -> None:
    asked(planted, browser())


@pytest.mark.parametrize("role", sorted(EVERY))
def test_another_organisation_sees_nothing(planted: Planted, db: None, role: str) -> None:
    from tests.kernel.ground import person, world

    queries = QUERIES if role == "client_manager" else ("",)
    asked(planted, browser(person("Eve", world().client, role)), queries=queries)


def test_a_person_of_no_organisation_sees_nothing(planted: Planted, db: None) -> None:
    from tests.kernel.ground import person

    asked(planted, browser(person("Nobody")))


def test_a_former_member_with_a_running_session_sees_nothing(planted: Planted, db: None) -> None:
    from tests.kernel.ground import person

    from giao.kernel.parties.actions.withdraw_role import withdraw_role

    user = person("Former", planted.world.client, "client_manager")
    visitor = browser(user)
    assert MARK in visitor.get("/").content.decode()
    withdraw_role(user.memberships.get())
    asked(planted, visitor, queries=QUERIES)


def test_a_person_of_the_other_party_finds_no_organisation_of_this_one(planted: Planted, db: None) -> None:
    from tests.kernel.ground import person

    visitor = browser(person("Minh", planted.world.vendor, "administrator"))
    for name, path in planted.addresses():
        if ADDRESSES[name].kind == ORGANISATION:
            api = name.startswith("api/")  # a method that it does not take, or a body that it cannot read
            assert visitor.get(path).status_code in ({404, 405} if api else {404}), name
            changed = visitor.post(path, {"act": "invite"}).status_code
            assert changed in ({400, 404, 405, 422, 403} if api else {404}), name


def test_a_sub_contractor_sees_its_own_part_alone(planted: Planted, db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.actions.add_third_party import add_third_party

    other = world().vendor
    add_third_party(planted.world.engagement, other, ["Team 3"])
    visitor = browser(person("Thu", other, "agent"))
    asked(planted, visitor, kinds=frozenset({ENGAGEMENT, ORGANISATION, PUBLIC}))
    page = body_of(visitor.get(f"/e/{planted.world.engagement.slug}/given"))
    assert "C3" in page
    assert MARKS["case"] not in page
    assert MARKS["value"] not in page
    assert visitor.get(f"/e/{planted.world.engagement.slug}/given/{MARKS['case']}").status_code == 404


@pytest.mark.parametrize("role", sorted(EVERY))
def test_a_role_that_may_not_read_a_page_is_refused_without_its_content(
    planted: Planted, db: None, role: str
) -> None:
    """Of the same organisation, with another role: the refusal shows no content of the page."""
    from tests.kernel.ground import person

    visitor = browser(person("Insider", planted.world.client, role))
    for name, path in planted.addresses():
        about = ADDRESSES[name]
        if about.kind not in (ENGAGEMENT, ORGANISATION, OWN):
            continue
        answer = visitor.get(path)
        text = body_of(answer)
        if role in about.reads:
            assert answer.status_code in (200, 302, 400, 404, 405), (name, answer.status_code)
            continue
        assert answer.status_code == 403, (name, answer.status_code)
        for what in ("reason", "account", "invited", "mail", "dispute", "exclusion", "proposal"):
            assert MARKS[what] not in text, (name, what)


@pytest.mark.parametrize("how", ["of another", "revoked", "expired", "wrong scope", "limited elsewhere"])
def test_a_wrong_token_reaches_nothing_of_the_planted_world(planted: Planted, db: None, how: str) -> None:
    """A token opens no page, and the door of the API answers it without a mark."""
    from django.utils import timezone
    from tests.kernel.ground import world
    from tests.kernel.identity.test_tokens import request_with

    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.models import ServiceToken
    from giao.kernel.identity.problems import Problem
    from giao.kernel.identity.tokens import authenticate, issue_token, revoke_token

    here, other = planted.world, world()
    second = open_engagement("Elsewhere", here.client, other.vendor, slug="elsewhere-too")
    account = make_service_account(other.client if how == "of another" else here.client, "x")
    limit = second if how == "limited elsewhere" else None
    token, secret = issue_token(account, ["events:write"], later(30), engagement=limit)
    if how == "revoked":
        revoke_token(token)
    if how == "expired":
        ServiceToken.objects.filter(pk=token.pk).update(expires=timezone.now())
    scope = "audit:read" if how == "wrong scope" else "events:write"
    with pytest.raises(Problem) as caught:
        authenticate(request_with(secret), scope, here.engagement.slug)
    assert not leaks_in(caught.value.as_response().content.decode(), planted, "")
    visitor = browser()
    visitor.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    for name, path in planted.addresses():
        answer = visitor.get(path)
        assert not leaks_in(body_of(answer), planted, path), name
        if ADDRESSES[name].kind not in (PUBLIC,):
            assert answer.status_code in {*refusals_of(name), 429}, name  # 429: so many wrong tokens


def test_the_data_folder_is_not_served(client: Any, data_folder: Path) -> None:
    for place in (
        "/static/../giao.sqlite3",
        "/static/%2e%2e/secret-key",
        "/.giao/secret-key",
        "/.git/config",
        "/static/",
    ):
        assert client.get(place).status_code in (302, 404), place
