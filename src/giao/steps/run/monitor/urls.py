"""Addresses below /e/<slug>/."""

from django.urls import path, register_converter

from giao.steps.run.monitor.addresses import AnyText
from giao.steps.run.monitor.at_risk_page import at_risk_page
from giao.steps.run.monitor.case_page import case_page
from giao.steps.run.monitor.cases_page import cases_page
from giao.steps.run.monitor.level_page import level_page
from giao.steps.run.monitor.levels_page import levels_page
from giao.steps.run.monitor.reported_page import reported_page

register_converter(AnyText, "any_text")

urlpatterns = [
    path("levels", levels_page, name="levels"),
    path("levels/<any_text:kpi>", level_page, name="level"),
    path("cases", cases_page, name="cases"),
    path("cases/<any_text:case>", case_page, name="case"),
    path("at-risk", at_risk_page, name="at_risk"),
    path("reported", reported_page, name="reported"),
]
