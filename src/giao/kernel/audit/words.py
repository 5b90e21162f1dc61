"""Acts in words. A room that records acts of its own adds their words with `add_words` in its AppConfig.ready."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_words: dict[str, Any] = {
    "open_engagement": _("opened the engagement"),
    "adopt_agreement": _("put an agreement in force"),
    "draft_agreement": _("drafted an agreement"),
    "record_log": _("imported an event log"),
    "record_facts": _("imported facts"),
    "erase_personal": _("erased personal data of cases"),
    "destroy_upload": _("destroyed an uploaded file for good"),
    "retry_reading": _("asked to compute again"),
    "make_service_account": _("made a service account"),
    "disable_service_account": _("switched a service account off"),
    "issue_token": _("issued a token"),
    "revoke_token": _("revoked a token"),
    "make_webhook": _("made a webhook"),
    "end_webhook": _("ended a webhook"),
    "retry_job": _("asked for a job again"),
    "cancel_job": _("cancelled a job"),
    "invite_person": _("invited a person"),
    "revoke_invitation": _("took an invitation back"),
    "accept_invitation": _("accepted an invitation"),
    "withdraw_role": _("withdrew a role"),
    "make_reset_link": _("made a link for a new password"),
    "end_sessions": _("ended the sessions of a person"),
    "reset_password": _("set a new password by link"),
    "turn_on_second_factor": _("switched the second factor on"),
    "turn_off_second_factor": _("switched the second factor off"),
    "reset_second_factor": _("took a lost second factor away"),
    "add_third_party": _("added a sub-contractor"),
    "withdraw_third_party": _("took a sub-contractor out"),
    "archive_engagement": _("archived the engagement"),
    "reopen_engagement": _("took the engagement out of the archive"),
    "ask_removal": _("asked for the engagement to be deleted"),
    "keep_engagement": _("took the deletion back"),
    "remove_engagement": _("deleted the engagement for good"),
    "replay_rejected": _("replayed rejected events"),
    "dismiss_rejected": _("dismissed rejected events"),
    "unmask": _("looked at masked personal data"),
}


def add_words(words: dict[str, Any]) -> None:
    _words.update(words)


def words_of(what: str) -> str:
    """The act in the reader's language; an unknown one by its name."""
    return str(_words.get(what, what.replace("_", " ")))


def acts_that_say(text: str) -> list[str]:
    """Names of the acts whose words, in the reader's language, hold the text."""
    small = text.lower()
    return [what for what in _words if small in words_of(what).lower()]
