"""All that pages can do, an address of the API can do: every act of every form beside its operation, or why there is none.

The acts are read out of the templates, so a new button has to be named here. The test of `OPERATIONS` also fails for a line
whose form or operation is gone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.api.test_document import document, operations

SOURCE = Path(__file__).resolve().parents[2] / "src" / "giao"
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
ACT = re.compile(r'name="act"[^>]*?value="([^"]*)"')

OWN = "a person's own account: a browser's session is what it is about"
SIGNING = "how somebody comes in: there is no caller yet"
BROWSER = "changes what stands in the browser's text field; nothing is stored"
TWICE = "asks once more before it binds; the API's caller has decided"
FACTOR = "the second factor needs the person's own hands: a code that is typed, codes that are read"

OPERATIONS: dict[str, dict[str, str]] = {
    "portal/account": {"profile": OWN, "password": OWN},
    "portal/code": {"": SIGNING},
    "portal/ending": {
        "archive": "engagement_archived",
        "reopen": "engagement_reopened",
        "remove": "removal_asked",
    },
    "portal/forgot": {"": SIGNING},
    "portal/invitation": {"": SIGNING},
    "portal/new_engagement": {"": "engagement_opened"},
    "portal/notifications": {"all": "notifications_read", "mail": "mail_chosen"},
    "portal/parties": {"add": "third_party_invited"},
    "portal/people": {"invite": "person_invited"},
    "portal/rejected": {"replay": "rejected_replayed", "dismiss": "rejected_dismissed"},
    "portal/rejected_event": {"replay": "rejected_replayed", "dismiss": "rejected_dismissed"},
    "portal/reset": {"": SIGNING},
    "portal/second_factor": {"codes": FACTOR, "off": FACTOR, "on": FACTOR},
    "portal/sessions": {"others": OWN},
    "portal/sign_in": {"": SIGNING},
    "portal/tokens": {"make": "service_account_made", "issue": "token_issued"},
    "portal/unmask": {"": "unmasked"},
    "portal/webhooks": {"make": "webhook_made"},
    "contracts/edit": {
        "": "draft_saved",
        "template": BROWSER,
        "fill": BROWSER,
        "preview": "replay_started",
        "stop": "replay_stopped",
        "propose": "proposal_made",
        "adopt": "version_in_force",
        "confirm": "version_in_force",
        "discard": "draft_discarded",
    },
    "contracts/replay": {"": "replay_started", "stop": "replay_stopped"},
    "proposals/new": {"confirm": "proposal_made"},
    "proposals/proposal": {
        "confirm": "proposal_answered",
        "later": TWICE,
        "replay": "proposal_replayed",
        "accept": "proposal_answered",
        "decline": "proposal_answered",
        "withdraw": "proposal_answered",
        "note": "proposal_answered",
        "take": "draft_saved",
    },
    "logs/export": {"": "export_started"},
    "logs/upload": {"stop": "job_cancelled", "import": "files", "map": "files", "file": "files"},
    "closing/dispute": dict.fromkeys(
        ("accept", "offer", "note", "reject", "escalate", "withdraw"), "dispute_answered"
    ),
    "closing/dispute_new": {"": "dispute_raised"},
    "closing/exclusions": {"decide": "exclusion_decided", "": "exclusion_asked"},
    "closing/month": {
        "review": "month_review",
        "close": "month_closed",
        "pair": "invoice_line_paired",
        "invoice": "invoice_handed_in",
    },
    "alarms/alarm": dict.fromkeys(("acknowledge", "assign", "take", "settle", "snooze"), "alarm_handled"),
    "alarms/maintenance": {"": "maintenance_opened"},
    "alarms/rule": {
        "save": "alarm_rule_saved",
        "try": "alarm_rule_tried",
        "calibrate": "alarm_calibration_started",
    },
    "alarms/rules": {"": "alarm_rule_switched"},
    "alarms/window_acts": {"end": "maintenance_ended"},
    "chain/agreement": {
        "replace": "supporting_replaced",
        "share": "supporting_shared",
        "unshare": "supporting_shared",
        "withdraw": "supporting_withdrawn",
    },
    "chain/agreements": {"": "supporting_kept"},
    "duties/duties": {"duty": "duty_done", "notice": "notice_given"},
    "duties/facts": {
        "fact": "fact_recorded",
        "file": "a file of facts by hand; systems send facts as a batch of events",
    },
    "logs/import_state": {"undo": "import_undone"},
    "portal/cells/account_acts": {"disable": "service_account_disabled"},
    "portal/cells/delivery_acts": {"retry": "delivery_retried"},
    "portal/cells/hook_acts": {"end": "webhook_ended"},
    "portal/cells/invitation_acts": {"revoke": "invitation_withdrawn"},
    "portal/cells/job_acts": {"cancel": "job_cancelled", "retry": "job_retried"},
    "portal/cells/leaving_acts": {"": "removal_taken_back"},
    "portal/cells/member_acts": {
        "factor": "second_factor_removed",
        "reset": "password_link_made",
        "sessions": "sessions_ended",
    },
    "portal/cells/member_roles": {"withdraw": "role_withdrawn"},
    "portal/cells/notification_acts": {"open": "notification_read"},
    "portal/cells/session_acts": {"": OWN},
    "portal/cells/third_acts": {"withdraw": "third_party_withdrawn"},
    "portal/cells/third_groups": {"groups": "third_party_groups"},
    "portal/cells/token_acts": {"revoke": "token_revoked"},
    "handling/handling": {"answer": "nudge_answered", "assign": "case_assigned", "nudge": "nudge_sent"},
    "packs/mail": {
        "again": "mail_sent_again",
        "name": "mail_recipient_named",
        "save": "statement_mail_saved",
        "send": "mail_sent_to_me",
        "take_off": "mail_recipient_taken_off",
    },
    "bare": {"": "the language: a caller of the API says Accept-Language"},
    "base": {"": "the language: a caller of the API says Accept-Language; signing out ends a session"},
    "ui/reading_notice": {"": "reading_retried"},
    "ui/table": {"": "view_saved"},
}
"""By template: act (empty: the form has one meaning) → operation, or a sentence why there is none."""

BESIDE: dict[str, str] = {
    "alarm_rule_made": "alarms/rule",
    "proposal_countered": "proposals/new",
    "view_removed": "ui/table",
    "agreement_checked": "contracts/edit",
    "notifications_read": "portal/notifications",
    "events": "",
}
"""Operations that share a form with another one, or have no page (events come from systems alone)."""


def acts() -> dict[str, set[str]]:
    """By template: the acts of its forms."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        name = str(path).split("/templates/")[-1].removesuffix(".html")
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).update(ACT.findall(form) or [""])
    return found


def test_every_act_of_every_page_is_named_here() -> None:
    there = acts()
    assert len(there) > 25, "the forms are found"
    assert {name: set(told) for name, told in OPERATIONS.items()} == there


def test_every_operation_that_is_named_is_there_and_every_other_one_is_a_reason(client: Any) -> None:
    known = {one[2]["operationId"] for one in operations(document(client))}
    named = {told for forms in OPERATIONS.values() for told in forms.values()}
    reasons = {told for told in named if " " in told}
    assert named - reasons <= known
    assert all(len(told) > 30 for told in reasons)
    assert set(BESIDE) <= known


def test_every_change_by_the_api_has_its_page(client: Any) -> None:
    changes = {one[2]["operationId"] for one in operations(document(client)) if one[1] != "get"}
    named = {told for forms in OPERATIONS.values() for told in forms.values()}
    assert changes - named - set(BESIDE) == set()


def test_every_page_that_takes_a_change_has_a_form_that_is_counted(django_ready: None) -> None:
    """A view that reads `request.POST` belongs to a template above, or answers to a script of a page."""
    helpers = {"writing_help", "live_preview", "form_fields"}
    reading = {
        path.stem
        for path in SOURCE.rglob("*.py")
        if "request.POST" in path.read_text(encoding="utf-8") and "api" not in path.stem
    }
    assert reading - helpers, "the views are found"
    forms = {name.rpartition("/")[2] for name in OPERATIONS}
    without = {stem for stem in reading - helpers if not _named(stem, forms)}
    assert without <= VIEWS_OTHERWISE, "say which form they belong to"


def _named(stem: str, forms: set[str]) -> bool:
    plain = stem.removesuffix("_page").removesuffix("_pages")
    return any(plain in (form, form.replace("_", "")) for form in forms)


VIEWS_OTHERWISE = {
    "opening",  # new_engagement
    "invitations",
    "organisations",  # people
    "third_parties",  # parties
    "resetting",  # forgot, reset
    "signing_in",
    "jobs",  # portal/cells/job_acts
    "agreements_page",  # chain/agreements, chain/agreement
    "saved_views",  # ui/table
    "engagement",  # ui/reading_notice
    "list",
    "once",  # the API's own: which form was sent
    "forms",
}
