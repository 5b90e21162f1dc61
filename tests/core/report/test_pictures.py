from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.report.charts import (
    BandPoint,
    Bar,
    Lane,
    LaneSpan,
    band_chart,
    bar_chart,
    clock_axis,
    sparkline,
)
from giao.core.report.charts.axis import Tick
from giao.core.report.charts.scale import round_steps
from giao.core.report.svg import Markup, element

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert(1)</script>&\x00\x1b'"


def parsed(markup: Markup) -> ET.Element:
    return ET.fromstring(markup.text)


def point(value: float | None, state: str = "met", **more: object) -> BandPoint:
    return BandPoint("May", value, state, "n 3", **more)  # type: ignore[arg-type]


def test_a_band_chart_has_a_sign_for_each_window_and_says_its_finding() -> None:
    points = [
        point(0.9, low=0.8, high=0.95, expected=0.85, minimum=0.7),
        point(0.8, "expected_default", expected=0.85, minimum=0.7),
        point(0.6, "minimum_default", expected=0.85, minimum=0.7),
        point(None, "no_data", expected=0.85, minimum=0.7),
    ]
    root = parsed(band_chart(points, title="T", description="D", form=str, share=True))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "T"
    assert root.findtext(f"{SVG}desc") == "D"
    marks = [item.get("class", "") for item in root.iter() if "mark" in item.get("class", "")]
    assert [re.search(r"state-(\w+)", name).group(1) for name in marks] == [  # type: ignore[union-attr]
        "met",
        "expected_default",
        "minimum_default",
        "no_data",
    ]
    assert len({item.tag for item in root.iter() if "mark" in item.get("class", "")}) == 4, (
        "shape tells the state too"
    )


def test_bands_lie_on_the_right_side_for_either_direction() -> None:
    def tops(lower: bool) -> dict[str, float]:
        chart = band_chart(
            [point(5, expected=4 if lower else 6, minimum=6 if lower else 4)],
            title="",
            description="",
            form=str,
            lower_is_better=lower,
        )
        found = list(parsed(chart).iter(f"{SVG}rect"))
        return {item.get("class", "").split()[1]: float(item.get("y", "0")) for item in found}

    higher, lower = tops(False), tops(True)
    assert higher["met"] < higher["between"] < higher["missed"]
    assert lower["met"] > lower["between"] > lower["missed"]


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    lines = [
        i
        for i in parsed(
            band_chart([point(1), point(None, "no_data"), point(1)], title="", description="", form=str)
        ).iter(f"{SVG}path")
        if i.get("class") == "line"
    ]
    assert lines == []


@pytest.mark.parametrize("points", [[], [point(None, "no_data")], [point(0.0)], [point(5.0)] * 60])
def test_charts_of_few_equal_or_many_windows_stand(points: list[BandPoint]) -> None:
    parsed(band_chart(points, title="t", description="d", form=str))
    parsed(sparkline(points, title="t", description="d"))


def test_bars_are_as_long_as_their_values() -> None:
    root = parsed(
        bar_chart([Bar("a", 10, "10"), Bar("b", 5, "5"), Bar("c", 0, "0")], title="t", description="d")
    )
    widths = [float(item.get("width", "0")) for item in root.iter(f"{SVG}rect")]
    assert widths[0] == pytest.approx(2 * widths[1])
    assert widths[2] == 0


def test_the_axis_shows_running_closed_and_paused_apart() -> None:
    hour = 3_600_000_000
    spans = (
        LaneSpan(0, hour, "open", "why"),
        LaneSpan(hour, 3 * hour, "closed"),
        LaneSpan(3 * hour, 4 * hour, "paused"),
    )
    lane = Lane("Repair", spans, due_us=2 * hour, due_label="due", note="met", state="met")
    root = parsed(
        clock_axis(
            [lane], [Tick(hour, "day"), Tick(2 * hour, "event", event=True)], title="t", description="d"
        )
    )
    rects = {item.get("class", "").split()[1]: item for item in root.iter(f"{SVG}rect")}
    assert rects["closed"].get("fill", "").startswith("url(#")
    assert float(rects["closed"].get("width", "0")) == pytest.approx(
        2 * float(rects["open"].get("width", "0")), abs=0.02
    )
    assert float(rects["paused"].get("height", "9")) < float(rects["open"].get("height", "0"))
    assert [item for item in root.iter(f"{SVG}path") if item.get("class") == "due"]
    assert root.find(f".//{SVG}pattern") is not None


def test_hostile_words_stay_words_in_every_picture() -> None:
    lane = Lane(HOSTILE, (LaneSpan(0, 1, "open", HOSTILE),), 1, HOSTILE, HOSTILE, "met")
    pictures = [
        band_chart(
            [BandPoint(HOSTILE, 1, "met", HOSTILE, title=HOSTILE)],
            title=HOSTILE,
            description=HOSTILE,
            form=lambda v: HOSTILE,
        ),
        bar_chart([Bar(HOSTILE, 1, HOSTILE)], title=HOSTILE, description=HOSTILE),
        clock_axis([lane], [Tick(0, HOSTILE)], title=HOSTILE, description=HOSTILE),
    ]
    for picture in pictures:
        assert "<script" not in picture.text
        assert "script" not in {item.tag.removeprefix(SVG) for item in parsed(picture).iter()}


def test_no_event_handler_can_be_written() -> None:
    with pytest.raises(ValueError, match="onload"):
        element("svg", onload="alert(1)")
    with pytest.raises(ValueError, match="no attribute"):
        element("a", **{"x y": "1"})


@given(st.text(), st.text())
def test_any_text_survives_as_text(inner: str, attribute: str) -> None:
    found = parsed(element("p", inner, title=attribute))
    assert list(found) == []
    assert set(found.attrib) <= {"title"}


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_axis_labels_are_round_and_inside(low: float, width: float) -> None:
    steps = round_steps(low, low + width)
    assert len(steps) <= 8
    assert all(low - abs(low) * 1e-6 - 1e-6 <= step <= low + width + abs(low) * 1e-6 + 1e-6 for step in steps)
