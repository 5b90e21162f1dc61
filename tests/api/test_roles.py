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
APART = {"events", "files", "file"}
"""Addresses with a door of their own; `tests/kernel/ledger/test_api.py` and `tests/steps/identify/test_handing_in.py`."""

UNKNOWN = "0190a000-0000-7000-8000-000000000000"
FIGURES = {"figures": "0" * 64}
CHANGES: dict[str, tuple[set[str], Any]] = {
    "month_review": (MANAGERS, FIGURES),
    "month_closed": ({"client_manager"}, FIGURES),
    "invoice_line_paired": (MANAGERS, {"line": "x", "item": ""}),
    "dispute_raised": (MANAGERS, {"month": "2016-02", "item": "x", "claim": "-1", "text": "x"}),
    "dispute_answered": (MANAGERS, {"act": "note", "text": "x"}),
    "exclusion_asked": (MANAGERS, {"relief": "x", "cases": ["C0"], "reason": "x"}),
    "exclusion_decided": (MANAGERS, {"accept": True}),
    "rejected_replayed": (IMPORTERS, {"reason": "type"}),
    "rejected_dismissed": (IMPORTERS, {"reason": "type", "why": "Sent by mistake."}),
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
    from giao.steps.improve.closing.models import Dispute, Exclusion

    at = datetime(2016, 3, 1, tzinfo=UTC)
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
    }  # fmt: skip
    return {name: str(row.pk) for name, row in rows.items()}


def path_of(path: str, slug: str, known: dict[str, str], organisation: str) -> str:
    kind = next((name for name in known if f"/{name}s/" in path), "")
    said = {
        "slug": slug,
        "identifier": organisation if "/organisations/" in path else known.get(kind, UNKNOWN),
        "entry": UNKNOWN,
        "kpi": "in_time",
        "window": "2016-01",
        "month": "2016-02",
        "case": "C0",
        "number": "1",
    }
    return re.sub(r"\{(\w+)\}", lambda found: said[found[1]], path)


def ask(caller: Caller, method: str, path: str, operation: dict[str, Any]) -> Any:
    if operation["operationId"] == "invoice_handed_in":
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("i.csv", b"item,amount\nx,1\n")})
        return caller.ask(method.upper(), path, form, **{"Content-Type": MULTIPART_CONTENT})
    _roles, body = CHANGES.get(operation["operationId"], (set(), None))
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
    last = "import_undone"  # it takes away what the others need
    for path, method, operation in sorted(each(client), key=lambda one: one[2]["operationId"] == last):
        name = operation["operationId"]
        if name not in CHANGES:
            continue
        allowed, _body = CHANGES[name]
        before = rows_of(desk)
        answer = ask(caller, method, path_of(path, desk.engagement.slug, known, UNKNOWN), operation)
        if role in allowed:
            assert answer.status_code not in (401, 403, 500), (name, answer.content)
        else:
            is_problem(answer, 403, "Not allowed")
            assert rows_of(desk) == before, name
            refused += 1
    assert refused or role == "client_manager"


def rows_of(desk: Any) -> list[int]:
    """How many rows there are of whatever a change makes."""
    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.models import AgreementVersion, FactImport, LogImport, Unmasking
    from giao.kernel.notifications.models import Webhook
    from giao.steps.agree.contracts.models import Draft
    from giao.steps.identify.logs.models import Export
    from giao.steps.improve.closing.models import Dispute, Exclusion, MonthReview, Pairing, VendorInvoice

    models = (Act, AgreementVersion, FactImport, LogImport, Unmasking, Webhook, Draft, Export, Dispute, Exclusion, MonthReview, Pairing, VendorInvoice)  # fmt: skip
    return [model.objects.filter(engagement=desk.engagement).count() for model in models]
