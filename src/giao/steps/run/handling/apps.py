"""The app, the place that it brings to the sidebar, its acts and messages in words."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class HandlingConfig(AppConfig):
    name = "giao.steps.run.handling"
    label = "handling"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.kernel.notifications.words import Message, add_messages

        add_place(Place("nudges", _("Nudges"), "run", 25, "message-circle", count=_waiting))
        add_words(
            {
                "assign_case": _("gave a case to a person"),
                "unassign_case": _("took a case back"),
                "nudge": _("nudged the other side"),
                "answer_nudge": _("answered the other side"),
            }
        )
        add_messages(
            {
                "case_assigned": Message(
                    _("%(by)s gave you the case %(case)s"), about=_("A case is given to somebody")
                ),
                "case_nudged": Message(
                    _("%(by)s asks your side about the case %(case)s"),
                    _("%(reason)s"),
                    about=_("The other side asks about a case"),
                ),
                "nudge_answered": Message(
                    _("%(by)s answered about the case %(case)s"),
                    _("%(answer)s"),
                    about=_("The other side has answered about a case"),
                ),
            }
        )


def _waiting(standing: Any) -> int:
    from giao.steps.run.handling.queries import in_hand

    return len(in_hand(standing).waits_for_us)
