"""The summary says what is true also where windows are empty; months are named once in Vietnamese."""

from __future__ import annotations

import re
from dataclasses import replace

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import KpiResult
from giao.core.report.formats import window
from giao.core.report.summary import kept_lines, last_whole
from giao.core.report.words import say


def with_results(desk: Evaluation, results: list[KpiResult]) -> Evaluation:
    measured = {
        name: replace(measurement, results=tuple(result for result in results if result.kpi == name))
        for name, measurement in desk.kpis.measured.items()
    }
    return replace(desk, kpis=replace(desk.kpis, measured=measured))


def emptied(result: KpiResult) -> KpiResult:
    return replace(result, value=None, state="no_data", n=0)


def newest(desk: Evaluation) -> str:
    return max(desk.kpis.results, key=lambda result: result.window.end_us).window.id


def test_an_empty_newest_window_hides_no_earlier_one(desk: Evaluation) -> None:
    at = newest(desk)
    assert len({result.window.id for result in desk.kpis.results}) > 1
    running = [
        replace(emptied(result) if result.window.id == at else result, provisional=True)
        for result in desk.kpis.results
    ]
    name, judged = last_whole(with_results(desk, running))
    assert name not in (None, at)
    assert judged
    (line,) = kept_lines(with_results(desk, running), "en")
    assert line.startswith(window(str(name), "en"))


def test_nothing_is_said_only_when_nothing_has_a_value(desk: Evaluation) -> None:
    empty = [emptied(result) for result in desk.kpis.results]
    assert kept_lines(with_results(desk, empty), "en") == ["Nothing has been measured yet."]
    free = [replace(result, expected=None, minimum=None, tiers=()) for result in desk.kpis.results]
    assert kept_lines(with_results(desk, free), "en") == ["What is measured has no level to reach."]
    assert kept_lines(with_results(desk, [free[0], *empty[1:]]), "vi") == [
        "Chưa có dữ liệu cho mức dịch vụ nào có ngưỡng phải đạt."
    ]


def test_a_month_is_named_once() -> None:
    month = window("2016-03", "vi")
    for message in ("statement.earned_back", "explain.earned_back"):
        told = say("vi", message, kpi="x", month=month, amount="1")
        assert re.findall("tháng", told) == ["tháng"]
    told = say("vi", "credit.carried", **{"from": month, "amount": "1"})
    assert told.count("tháng") == 1
