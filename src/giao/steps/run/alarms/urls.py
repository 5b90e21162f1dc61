"""Addresses below /e/<slug>/."""

from django.urls import path

from giao.steps.run.alarms.alarm_page import alarm_page
from giao.steps.run.alarms.alarms_page import alarms_page
from giao.steps.run.alarms.maintenance_page import maintenance_page
from giao.steps.run.alarms.rule_page import rule_page
from giao.steps.run.alarms.rules_page import rules_page

urlpatterns = [
    path("alarms", alarms_page, name="alarms"),
    path("alarms/rules", rules_page, name="alarm_rules"),
    path("alarms/rules/new", rule_page, name="alarm_rule_new"),
    path("alarms/rules/<uuid:identifier>", rule_page, name="alarm_rule"),
    path("alarms/maintenance", maintenance_page, name="alarm_maintenance"),
    path("alarms/<uuid:identifier>", alarm_page, name="alarm"),
]
