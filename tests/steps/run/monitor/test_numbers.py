"""Every number on every page is made of exactly the cases that it opens: the test walks the pages and computes it again."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from tests.steps.run.monitor.conftest import Desk, links, number_links


def seconds(text: str) -> float:
    """``2 h 10 min`` of a file back to seconds, as far as words are exact."""
    units = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    return sum(
        float(n.replace(",", "")) * units[unit] for n, unit in re.findall(r"([\d.,]+)\W*(d|h|min|s)\b", text)
    )


def recomputed(kpi: Any, counting: list[dict[str, str]], above: list[dict[str, str]]) -> Fraction | None:
    """The value of a service level from rows of its list, by its kind."""
    n = len(counting)
    roles = [row["Counts as"] for row in counting]
    if kpi.kind == "volume" or kpi.kind == "backlog":
        return Fraction(n)
    if not n:
        return None
    if kpi.kind == "share_in_target":
        return Fraction(roles.count("met"), n)
    if kpi.kind == "rate":
        return Fraction(roles.count("missed"), n)
    if kpi.kind == "ratio":
        return sum((Fraction(row["Value"]) for row in above), Fraction(0)) / sum(
            (Fraction(row["Value"]) for row in counting), Fraction(0)
        )
    if kpi.kind == "score":
        return sum((Fraction(row["Value"]) for row in counting), Fraction(0)) / n
    return None


def test_every_service_level_recomputes_from_the_cases_that_it_opens(desk: Desk) -> None:
    from tests.steps.run.monitor.small_desk import AGREEMENT

    from giao.core.agreement.load import parse_agreement
    from giao.kernel.readings.models import KpiFigure

    kpis = parse_agreement(AGREEMENT)[0].kpis
    page = desk.source("/levels?windows=12")
    addresses = [address for address in links(page, "/cases") if "kpi=" in address]
    seen = set()
    checked = 0
    for address in addresses:
        name, window = re.findall(r"kpi=([^&]+)&window=([^&]+)", address)[0]
        seen.add(name)
        figure = KpiFigure.objects.get(engagement=desk.engagement, kpi=name, window=window, group="")
        rows = desk.rows(address)
        assert len(rows) == figure.n, address
        value = recomputed(kpis[name], rows, desk.rows(address + "&role=numerator"))
        if value is not None:
            assert float(value) == pytest.approx(figure.value), address
            checked += 1
        assert sum(row["Counts as"] == "missed" for row in rows) == figure.misses
    assert seen == set(kpis)
    assert checked > 25


def test_the_mean_and_the_median_recompute_from_the_stored_seconds_of_their_cases(desk: Desk) -> None:
    """The file tells time in words; exact seconds are those of the reading, for exactly the cases of the list."""
    import polars as pl

    from giao.kernel.readings.compute import results_of
    from giao.kernel.readings.models import KpiFigure, Reading

    desk.get("/levels")
    reading = Reading.objects.get(engagement=desk.engagement)
    clocks = results_of(reading).clocks.filter(pl.col("clock") == "resolution").collect()
    used = {(row["case"], row["instance"]): row["consumed_us"] for row in clocks.iter_rows(named=True)}
    for name in ("mean_time", "median_time"):
        for figure in KpiFigure.objects.filter(engagement=desk.engagement, kpi=name, value__isnull=False):
            rows = desk.rows(f"/cases?kpi={name}&window={figure.window}")
            values = sorted(
                Fraction(used[row["Case"].removeprefix("'"), int(row["Instance"])], 1_000_000) for row in rows
            )
            assert len(values) == figure.n
            expected = sum(values) / len(values) if name == "mean_time" else values[-(-len(values) // 2) - 1]
            assert float(expected) == pytest.approx(figure.value)
            shown = [seconds(row["Time used"]) for row in rows]
            assert sum(shown) == pytest.approx(float(sum(values)), rel=0.01)


WALK = (
    "/levels/resolved",
    "/levels/resolved?window=2024-02&by=priority",
    "/levels/resolved?over=all&by=site",
    "/levels/at_stop?by=note",
    "/levels/answered?over=all&by=priority",
    "/levels/mean_time?by=site",
    "/levels/low_scores?over=all&by=score_given",
    "/levels/received?over=all&by=last_activity",
    "/levels/backlog?window=2024-02",
    "/levels/hops?by=priority",
    "/levels/index?window=2024-02",
    "/levels/happy?window=2024-02",
    "/at-risk",
    "/reported",
    "/reported?window=2024-02",
)


def test_every_count_that_is_a_link_is_the_number_of_rows_that_it_opens(desk: Desk) -> None:
    opened = set()
    for address in WALK:
        found = number_links(desk.source(address), "/at-risk" if address == "/at-risk" else "/cases")
        assert found, address
        for target, number in found:
            if target not in opened:
                assert len(desk.rows(target)) == number, f"{address}: {target}"
            opened.add(target)
    assert len(opened) > 150


def test_the_parts_of_a_breakdown_add_up_to_the_number(desk: Desk) -> None:
    from giao.kernel.readings.models import KpiFigure

    page = desk.source("/levels/resolved?window=2024-02&by=site")
    figure = KpiFigure.objects.get(engagement=desk.engagement, kpi="resolved", window="2024-02", group="")
    parts = [
        number
        for target, number in number_links(page, "/cases")
        if "a_site=" in target and "role=" not in target
    ]
    missed = [
        number
        for target, number in number_links(page, "/cases")
        if "a_site=" in target and "role=missed" in target
    ]
    assert sum(parts) == figure.n
    assert sum(missed) == figure.misses


def test_the_heat_map_holds_every_miss_once(desk: Desk) -> None:
    from giao.kernel.readings.models import KpiFigure

    page = desk.source("/levels/resolved?over=all")
    cells = [number for target, number in number_links(page, "/cases") if "weekday=" in target]
    figures = KpiFigure.objects.filter(engagement=desk.engagement, kpi="resolved", group="")
    assert sum(cells) == sum(figure.misses for figure in figures) > 0


def test_groups_are_measured_over_the_cases_they_open(desk: Desk) -> None:
    page = desk.source("/levels/resolved?window=2024-02")
    groups = {target for target in links(page, "/cases") if "group=" in target}
    assert len(groups) == 3
    whole = desk.rows("/cases?kpi=resolved&window=2024-02")
    opened = [row for target in groups for row in desk.rows(target)]
    assert sorted(row["Case"] for row in opened) == sorted(row["Case"] for row in whole)
    for target in groups:
        rows = desk.rows(target)
        share = sum(row["Counts as"] == "met" for row in rows) / len(rows)
        assert f"{share * 100:.1f}%" in page


def test_the_tower_s_numbers_are_those_of_the_queue(desk: Desk) -> None:
    from giao.kernel.readings.models import Reading

    desk.get("/at-risk")
    figures = Reading.objects.get(engagement=desk.engagement).figures
    assert len(desk.rows("/at-risk?f_state=overdue")) == figures["overdue"] > 0
    assert len(desk.rows("/at-risk?f_state=at_risk")) == figures["at_risk"]
    assert len(desk.rows("/cases?f_state=open")) == figures["open"] > 0


def test_a_charge_line_opens_what_the_statement_counted(desk: Desk) -> None:
    from giao.kernel.readings.compute import results_of
    from giao.kernel.readings.models import Reading

    desk.get("/levels")
    statements = results_of(Reading.objects.get(engagement=desk.engagement)).summary["statements"]
    counted = 0
    for statement in statements:  # type: ignore[attr-defined]
        for line in statement["lines"]:
            address = f"/cases?line={line['name']}&month={statement['month']}"
            rows = desk.rows(address)
            if line["kind"] == "fixed":
                assert rows == []
                assert "counts no cases" in desk.get(address)
                continue
            assert sum(float(row["Quantity"]) for row in rows) == pytest.approx(line["quantity"]), address
            counted += len(rows)
    assert counted > 200
