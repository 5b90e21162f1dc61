"""Every address of the document, asked by every wrong caller: no token, too small a scope, a wrong role, a stranger.

A new address that changes something needs its line in `CHANGES`; the test fails until it has one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.api.ground import Caller, by_token, is_problem, signed_in
from tests.api.test_document import document, operations

EVERY = ("client_manager", "vendor_manager", "team_lead", "agent", "analyst", "auditor", "administrator")
MANAGERS = {"client_manager", "vendor_manager"}
KEEPERS = MANAGERS | {"administrator"}
IMPORTERS = MANAGERS | {"analyst"}
HANDLERS = MANAGERS | {"team_lead", "agent"}
LEADS = MANAGERS | {"team_lead"}
ENDERS = {"client_manager", "administrator"}
APART = {"events", "files", "file"}
"""Addresses with a door of their own; `tests/kernel/ledger/test_api.py` and `tests/steps/identify/test_handing_in.py`."""

UNKNOWN = "0190a000-0000-7000-8000-000000000000"
RULE = {"name": "x", "kind": "quality", "condition": "rejected_share > 0.5", "owner_role": "agent"}
FIGURES = {"figures": "0" * 64}
CHANGES: dict[str, tuple[set[str], Any]] = {
    "month_review": (MANAGERS, FIGURES),
    "month_closed": ({"client_manager"}, FIGURES),
    "invoice_line_paired": (MANAGERS, {"line": "x", "item": ""}),
    "dispute_raised": (MANAGERS, {"month": "2016-02", "item": "x", "claim": "-1", "text": "x"}),
    "dispute_answered": (MANAGERS, {"act": "note", "text": "x"}),
    "case_assigned": (HANDLERS, {"case": "C0"}),
    "nudge_sent": (LEADS, {"case": "C0", "reason": "Please answer it."}),
    "nudge_answered": (LEADS, {"answer": "x"}),
    "statement_mail_saved": (KEEPERS, {}),
    "mail_recipient_named": (KEEPERS, {"address": "a@example.org", "language": "en"}),
    "mail_recipient_taken_off": (KEEPERS, None),
    "mail_sent_to_me": (KEEPERS, {"language": "en"}),
    "mail_sent_again": (KEEPERS, None),
    "supporting_kept": (MANAGERS, {"kind": "ola", "text": "x"}),
    "supporting_replaced": (MANAGERS, {"text": "x", "seen": 1}),
    "supporting_shared": (MANAGERS, {"shared": True, "seen": 1}),
    "supporting_withdrawn": (MANAGERS, {"seen": 1}),
    "duty_done": (MANAGERS, {"name": "x", "due": "2016-03-05", "done": "2016-03-04"}),
    "notice_given": (MANAGERS, {"reason": "x"}),
    "fact_recorded": (MANAGERS, {"kind": "rate", "fields": {"currency": "USD", "rate": "1"}}),
    "exclusion_asked": (MANAGERS, {"relief": "x", "cases": ["C0"], "reason": "x"}),
    "exclusion_decided": (MANAGERS, {"accept": True}),
    "rejected_replayed": (IMPORTERS, {"reason": "type"}),
    "rejected_dismissed": (IMPORTERS, {"reason": "type", "why": "Sent by mistake."}),
    "alarm_handled": (HANDLERS, {"act": "acknowledge", "seen": 1}),
    "alarm_rule_made": (LEADS, RULE),
    "alarm_rule_tried": (LEADS, {"kind": "quality", "condition": "rejected_share > 0.5"}),
    "alarm_rule_saved": (LEADS, RULE | {"seen": 99}),
    "alarm_rule_switched": (LEADS, {"active": False}),
    "alarm_calibration_started": (LEADS, None),
    "draft_discarded": (MANAGERS, None),
    "mail_chosen": (set(EVERY), {"wanted": True}),
    "reading_retried": (set(EVERY), None),
    "maintenance_opened": (LEADS, {"ends": "2999-01-01T00:00:00Z", "reason": "x"}),
    "maintenance_ended": (LEADS, None),
    "proposal_made": (MANAGERS, {"text": "x", "effective": "2016-06-01"}),
    "proposal_countered": (MANAGERS, {"text": "x", "effective": "2016-06-01", "seen": 1}),
    "proposal_answered": (MANAGERS, {"act": "note", "text": "A question."}),
    "proposal_replayed": (IMPORTERS, None),
    "replay_started": (IMPORTERS, {"text": "x"}),
    "replay_stopped": (IMPORTERS, None),
    "view_saved": (set(EVERY), {"name": "x", "path": "/e/nowhere", "table": "x"}),
    "view_removed": (set(EVERY), None),
    "engagement_opened": (ENDERS, {"client": UNKNOWN, "name": "x", "zone": "nowhere"}),
    "engagement_archived": (ENDERS, None),
    "engagement_reopened": (ENDERS, None),
    "removal_asked": (ENDERS, {"name": "another name"}),
    "removal_taken_back": (ENDERS, None),
    "third_party_invited": (set(), {"name": "x", "email": "x@example.org", "groups": ["x"]}),
    "third_party_groups": (set(), {"groups": ["x"]}),
    "third_party_withdrawn": (set(), None),
    "role_withdrawn": (KEEPERS, None),
    "password_link_made": ({"administrator"}, None),
    "sessions_ended": ({"administrator"}, None),
    "second_factor_removed": ({"administrator"}, {"reason": "They lost their telephone."}),
    "person_invited": (KEEPERS, {"email": "new@example.org", "role": "agent"}),
    "invitation_withdrawn": (KEEPERS, None),
    "service_account_made": (KEEPERS, {"name": "Another system"}),
    "service_account_disabled": (KEEPERS, None),
    "token_issued": (KEEPERS, {"account": UNKNOWN, "scopes": ["x"], "expires": "2999-01-01T00:00:00Z"}),
    "token_revoked": (KEEPERS, None),
    "draft_saved": (MANAGERS, {"text": "x"}),
    "agreement_checked": (set(EVERY), {"text": "giao: 1"}),
    "version_in_force": (MANAGERS, {"text": "giao: 1", "effective": "2016-06-01"}),
    "import_undone": (IMPORTERS, None),
    "export_started": (IMPORTERS | {"auditor"}, {"format": "csv"}),
    "webhook_made": (KEEPERS, {"url": "https://127.0.0.1/x"}),
    "webhook_ended": (KEEPERS, None),
    "delivery_retried": (KEEPERS, None),
    "job_retried": (KEEPERS, None),
    "job_cancelled": (KEEPERS, None),
    "unmasked": (MANAGERS | {"team_lead"}, {"reason": "a long enough reason", "case": "C0"}),
    "notification_read": (set(EVERY), None),
    "notifications_read": (set(EVERY), None),
    "invoice_handed_in": (MANAGERS, None),
}
"""Who may change what, and a body that is well-formed (a form's file is sent in `ask`)."""


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Any:
    from tests.steps.ground_of_steps import small_engagement

    from giao.kernel.readings.queries import reading_for

    made = small_engagement(tmp_path)
    assert reading_for(made.engagement).ready
    return made


def values(desk: Any) -> dict[str, str]:
    """An existing row wherever a refusal could hide behind a missing one."""
    from datetime import UTC, datetime

    from tests.kernel.ground import person

    from giao.kernel.engagements.models import LogImport
    from giao.steps.agree.proposals.models import Proposal
    from giao.steps.improve.closing.models import Dispute, Exclusion

    at = datetime(2016, 3, 1, tzinfo=UTC)
    base = desk.engagement.versions.get()
    rows = {
        "dispute": Dispute.objects.create(
            engagement=desk.engagement, month="2016-02", item="x", currency="EUR", stood=1, claim=-1,
            raised_by="client", answer_by=at, created=at, updated=at,
        ),
        "exclusion": Exclusion.objects.create(
            engagement=desk.engagement, relief="x", cases=["C0"], reason="x", side="vendor", at=at,
            by=person("Ask", desk.vendor, "vendor_manager"),
        ),
        "import": LogImport.objects.get(engagement=desk.engagement),
        "proposal": Proposal.objects.create(
            engagement=desk.engagement, thread=1, number=1, base=base, text=base.text, effective="2016-06-01",
            side="vendor", author=person("Author", desk.vendor, "vendor_manager"), created=at, updated=at,
        ),
    }  # fmt: skip
    return {name: str(row.pk) for name, row in rows.items()} | alarms_of(desk)


def alarms_of(desk: Any) -> dict[str, str]:
    """One alarm of the client, its rule, and a maintenance window that is open."""
    from datetime import UTC, datetime, timedelta

    from django.utils import timezone
    from tests.kernel.ground import person

    from giao.steps.run.alarms.models import Alarm, AlarmRule, MaintenanceWindow

    at = datetime(2016, 3, 1, tzinfo=UTC)
    mine = {"engagement": desk.engagement, "organisation": desk.client}
    rule = AlarmRule.objects.create(
        **mine, names={"en": "x", "vi": "x"}, kind="quality", condition="rejected_share > 0.5",
        owner_role="agent", created=at, updated=at,
    )  # fmt: skip
    alarm = Alarm.objects.create(
        **mine, rule=rule, severity="warning", condition=rule.condition, opened=at, rung=at
    )
    window = MaintenanceWindow.objects.create(
        **mine, begins=at, ends=timezone.now() + timedelta(days=1), reason="x",
        by=person("Keeper", desk.client, "team_lead"), at=at,
    )  # fmt: skip
    return {"alarm": str(alarm.pk), "alarms/rule": str(rule.pk), "alarms/maintenance": str(window.pk)}


def path_of(path: str, slug: str, known: dict[str, str], organisation: str) -> str:
    named = (name for name in known if f"/{name}s/" in path or f"/{name}/" in path)
    kind = max(named, key=len, default="")  # the rules of alarms before the alarms
    said = {
        "slug": slug,
        "identifier": organisation if "/organisations/" in path else known.get(kind, UNKNOWN),
        **dict.fromkeys(("entry", "membership", "invitation", "account", "token"), UNKNOWN),
        "kpi": "in_time",
        "window": "2016-01",
        "month": "2016-02",
        "name": "report",
        "due": "2016-02-05",
        "case": "C0",
        "number": "1",
    }
    return re.sub(r"\{(\w+)\}", lambda found: said[found[1]], path)


def ask(caller: Caller, method: str, path: str, operation: dict[str, Any], **more: Any) -> Any:
    """`more`: what the body can only know by now; each in the body that names it."""
    if operation["operationId"] == "invoice_handed_in":
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("i.csv", b"item,amount\nx,1\n")})
        return caller.ask(method.upper(), path, form, **{"Content-Type": MULTIPART_CONTENT})
    _roles, body = CHANGES.get(operation["operationId"], (set(), None))
    if isinstance(body, dict):
        body = body | {name: value for name, value in more.items() if name in body}
    return caller.ask(method.upper(), path, body)


def scope_of(operation: dict[str, Any]) -> str:
    return next((names[0] for one in operation["security"] for names in one.values() if names), "")


def each(client: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [one for one in operations(document(client)) if one[2]["operationId"] not in APART]


def test_every_change_says_who_may_do_it(client: Any) -> None:
    told = {one[2]["operationId"] for one in each(client) if one[1] != "get"}
    assert told == set(CHANGES)


def test_without_token_or_session_nothing_is_told(desk: Any, client: Any) -> None:
    for path, method, operation in each(client):
        answer = ask(Caller(client), method, path_of(path, desk.engagement.slug, {}, UNKNOWN), operation)
        assert is_problem(answer, 401)["title"] == "Not authenticated", (method, path)


def test_a_token_with_too_small_a_scope_is_refused(desk: Any, client: Any) -> None:
    from giao.kernel.identity.scopes import all_scopes

    for path, method, operation in each(client):
        scope = scope_of(operation)
        others = [name for name in all_scopes() if name != scope]
        caller = by_token(desk.client, *others)
        answer = ask(caller, method, path_of(path, desk.engagement.slug, {}, UNKNOWN), operation)
        said = is_problem(answer, 403, "Not allowed")
        assert (scope or "signed-in") in said["detail"], (method, path)


def test_the_token_with_the_scope_is_let_in(desk: Any, client: Any) -> None:
    """Else the test above would prove nothing."""
    from tests.kernel.ground import person

    known, lan = values(desk), person("Lan", desk.client, "client_manager")
    for path, method, operation in each(client):
        if not scope_of(operation):
            continue
        caller = by_token(desk.client, scope_of(operation), by=lan)
        answer = ask(caller, method, path_of(path, desk.engagement.slug, known, UNKNOWN), operation)
        assert answer.status_code not in (401, 403, 500), (method, path, answer.content)


def test_a_foreign_engagement_is_not_there_for_anybody(desk: Any, client: Any) -> None:
    from tests.kernel.ground import person, world

    known, other = values(desk), world()
    eve = person("Eve", other.client, "client_manager")
    browser = signed_in(eve)
    before = rows_of(desk)
    for path, method, operation in each(client):
        if "{slug}" not in path:
            continue
        token = by_token(other.client, scope_of(operation), by=eve) if scope_of(operation) else browser
        for caller in (browser, token):
            answers = [
                ask(caller, method, path_of(path, slug, known, UNKNOWN), operation)
                for slug in (desk.engagement.slug, "nowhere")
            ]
            for answer in answers:
                is_problem(answer, 404, "Not found")
            assert answers[0].content == answers[1].content, (method, path)
    assert rows_of(desk) == before


@pytest.mark.parametrize("role", EVERY)
def test_a_wrong_role_changes_nothing(desk: Any, client: Any, role: str) -> None:
    from tests.kernel.ground import person

    known = values(desk)
    caller = signed_in(person("Insider", desk.client, role))
    refused = 0
    last = ("engagement_archived", "engagement_reopened", "import_undone")  # they take away what others need
    for path, method, operation in sorted(each(client), key=lambda one: one[2]["operationId"] in last):
        name = operation["operationId"]
        if name not in CHANGES:
            continue
        allowed, _body = CHANGES[name]
        before, own = rows_of(desk), str(desk.client.pk)
        at = path_of(path, desk.engagement.slug, known, own)
        answer = ask(caller, method, at, operation, client=own)
        if role in allowed:
            assert answer.status_code not in (401, 403, 500), (name, answer.content)
        else:
            is_problem(answer, 403, "Not allowed")
            assert rows_of(desk) == before, name
            refused += 1
    assert refused or role == "client_manager"


def rows_of(desk: Any) -> list[int]:
    """How many rows there are of whatever a change makes."""
    from giao.kernel.audit.models import Act, OrganisationAct
    from giao.kernel.engagements.models import AgreementVersion, FactImport, LogImport, ThirdParty, Unmasking
    from giao.kernel.identity.models import Invitation, ServiceAccount, ServiceToken
    from giao.kernel.notifications.models import Webhook
    from giao.kernel.parties.models import Membership
    from giao.portal.models import SavedView
    from giao.steps.agree.contracts.models import Draft, Replay
    from giao.steps.agree.proposals.models import Proposal
    from giao.steps.identify.logs.models import Export
    from giao.steps.improve.closing.models import Dispute, Exclusion, MonthReview, Pairing, VendorInvoice
    from giao.steps.run.alarms.models import AlarmRule, MaintenanceWindow

    models = (ThirdParty, SavedView, Replay, Proposal, AlarmRule, MaintenanceWindow, Act, AgreementVersion, FactImport, LogImport, Unmasking, Webhook, Draft, Export, Dispute, Exclusion, MonthReview, Pairing, VendorInvoice)  # fmt: skip
    of_parties = (Invitation, Membership, OrganisationAct, ServiceAccount, ServiceToken)
    parties = [desk.client, desk.vendor]
    return [model.objects.filter(engagement=desk.engagement).count() for model in models] + [
        model.objects.filter(organisation__in=parties).count() for model in of_parties
    ]
