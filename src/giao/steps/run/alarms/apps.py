"""The app, the place that it brings to the sidebar, its acts and messages in words, and what it follows."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class AlarmsConfig(AppConfig):
    name = "giao.steps.run.alarms"
    label = "alarms"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.kernel.engagements.coming_in_force import when_in_force
        from giao.kernel.jobs.words import add_tasks
        from giao.kernel.live.marks import add_mark
        from giao.kernel.notifications.words import Message, add_messages
        from giao.kernel.readings.followers import follow_readings
        from giao.steps.run.alarms.jobs import FOLLOWER, marks, start_watching, watch_alarms

        add_place(Place("alarms", _("Alarms"), "run", 15, "alarm", count=_open_alarms))
        add_words(
            {
                "save_alarm_rule": _("wrote an alarm rule"),
                "switch_alarm_rule": _("switched an alarm rule"),
                "acknowledge_alarm": _("acknowledged an alarm"),
                "snooze_alarm": _("snoozed an alarm"),
                "settle_alarm": _("settled an alarm"),
                "take_alarm": _("took an alarm"),
                "assign_alarm": _("gave an alarm to a person"),
                "open_maintenance": _("opened a maintenance window"),
                "end_maintenance": _("ended a maintenance window"),
            }
        )
        add_messages(
            {
                "alarm_rings": Message(
                    _("Alarm: %(name)s"), _("It concerns %(n)s."), about=_("An alarm opens or rings again")
                ),
                "alarm_given": Message(
                    _("%(by)s gave you an alarm: %(name)s"),
                    _("It concerns %(n)s."),
                    about=_("An alarm is given to somebody"),
                ),
                "alarm_escalated": Message(
                    _("Nobody has acknowledged this alarm: %(name)s"),
                    _("It concerns %(n)s."),
                    about=_("An alarm is escalated"),
                ),
            }
        )
        add_tasks(
            {
                "watch_alarms": _("Watch clocks and alarms"),
                "calibrate_clocks": _("Compare predicted breaches with what came"),
            }
        )
        add_mark("alarms", marks)
        when_in_force("alarms", start_watching)
        follow_readings(FOLLOWER, watch_alarms)


def _open_alarms(standing: Any) -> int:
    from giao.steps.run.alarms.queries import count_open

    return count_open(standing)
