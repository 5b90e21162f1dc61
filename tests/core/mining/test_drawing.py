"""Sliders, layout and pictures."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.mining import logs
from tests.core.mining.logs import mine, some_cases
from tests.core.mining.test_map import FEW
from tests.reference.mining import Cases

from giao.core.mining import Has, MiningError
from giao.core.mining.layout import END, START, lay_out, wrapped
from giao.core.mining.layout_layers import crossings
from giao.core.mining.layout_places import spread
from giao.core.mining.map import ProcessMap
from giao.core.report.words.told import tell

SHARES = st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0])


def parts(found: ProcessMap) -> tuple[set[str], set[tuple[str, str]]]:
    arcs = found.arcs.filter("shown").select("source", "target").rows()
    return set(found.activities.filter("shown")["activity"]), {(a, b) for a, b in arcs}


def reachable(sources: set[str], arcs: set[tuple[str, str]]) -> set[str]:
    found, waiting = set(sources), list(sources)
    while waiting:
        here = waiting.pop()
        for one, other in arcs:
            if one == here and other not in found:
                found.add(other)
                waiting.append(other)
    return found


@FEW
@given(some_cases(letters="ABCDEFGH"), SHARES, SHARES)
def test_what_is_shown_lies_between_start_and_end(cases: Cases, activities: float, paths: float) -> None:
    found = mine(cases, starts=False).map(activities, paths)
    nodes, arcs = parts(found)
    assert nodes
    assert all(one in nodes and other in nodes for one, other in arcs)
    starts = set(
        found.activities.filter("shown").filter(found.activities.filter("shown")["starts"] > 0)["activity"]
    )
    ends = set(
        found.activities.filter("shown").filter(found.activities.filter("shown")["ends"] > 0)["activity"]
    )
    assert reachable(starts, arcs) >= nodes
    assert reachable(ends, {(b, a) for a, b in arcs}) >= nodes


@FEW
@given(some_cases(letters="ABCDEFGH"), SHARES, SHARES, SHARES, SHARES)
def test_a_slider_moved_up_only_adds(cases: Cases, a: float, b: float, c: float, d: float) -> None:
    whole = mine(cases, starts=False).map()
    low = parts(whole.slide(min(a, b), min(c, d)))
    high = parts(whole.slide(max(a, b), max(c, d)))
    assert low[0] <= high[0]
    assert low[1] <= high[1]
    assert parts(whole.slide(1, 1)) == parts(whole)
    assert whole.slide(a, c).arcs.drop("shown").equals(whole.arcs.drop("shown"))


def test_a_slider_is_a_share() -> None:
    with pytest.raises(MiningError, match="activities: 80 is no share"):
        mine({"1": [("A", logs.START, None, None)]}).map(80)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], dict[tuple[str, str], float]]:
    names = [f"n{number}" for number in range(draw(st.integers(1, 9)))]
    pairs = draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=20))
    arcs = {pair: float(draw(st.integers(1, 50))) for pair in sorted(pairs)}
    arcs |= {(START, names[0]): 5.0, (names[-1], END): 5.0}
    return names, arcs


@FEW
@given(graphs())
def test_a_layout_has_every_node_and_arc_and_no_overlap(
    graph: tuple[list[str], dict[tuple[str, str], float]],
) -> None:
    names, arcs = graph
    found = lay_out(names, arcs)
    assert [node.name for node in found.nodes] == [START, *names, END]
    assert [(arc.source, arc.target) for arc in found.arcs] == list(arcs)
    assert found == lay_out(names, arcs)
    top, bottom = found.nodes[0], found.nodes[-1]
    for node in found.nodes:
        assert node.x - node.width / 2 >= 0
        assert node.x + node.width / 2 <= found.width
        assert 0 <= node.y - node.height / 2 <= node.y + node.height / 2 <= found.height
        if node not in (top, bottom):
            assert top.y < node.y < bottom.y
    for level in {node.y for node in found.nodes}:
        row = sorted((node for node in found.nodes if node.y == level), key=lambda node: node.x)
        for one, other in pairwise(row):
            assert one.x + one.width / 2 < other.x - other.width / 2
    by_name = {node.name: node for node in found.nodes}
    for arc in found.arcs:
        assert len(arc.points) % 3 == 1
        source, target = by_name[arc.source], by_name[arc.target]
        assert abs(arc.points[0][0] - source.x) <= source.width / 2 + 1e-6
        assert abs(arc.points[0][1] - source.y) <= source.height / 2 + 1e-6
        assert abs(arc.points[-1][0] - target.x) <= target.width / 2 + 1e-6
        assert abs(arc.points[-1][1] - target.y) <= target.height / 2 + 1e-6


def test_a_sequence_is_a_straight_line() -> None:
    found = lay_out(["a", "b", "c"], {(START, "a"): 1, ("a", "b"): 1, ("b", "c"): 1, ("c", END): 1})
    assert max(node.x for node in found.nodes) - min(node.x for node in found.nodes) < 1e-6
    assert [node.y for node in found.nodes] == sorted(node.y for node in found.nodes)


def test_crossings_are_counted() -> None:
    assert crossings([[0, 1], [2, 3]], [[3], [2], [], []]) == 1
    assert crossings([[0, 1], [2, 3]], [[2], [3], [], []]) == 0
    assert crossings([[0, 1, 2], [3, 4, 5]], [[5], [4], [3], [], [], []]) == 3


@FEW
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_places_keep_order_and_distance_and_give_way_least(wanted: list[int], chance: st.DataObject) -> None:
    apart = [3.0] * (len(wanted) - 1)
    weights = [1.0] * len(wanted)
    found = spread([float(each) for each in wanted], weights, apart)
    assert all(b - a >= 3.0 - 1e-9 for a, b in pairwise(found))
    cost = sum((a - b) ** 2 for a, b in zip(found, wanted, strict=True))
    for shift in (-0.5, 0.5):
        for place in range(len(found)):
            other = [value + shift * (at == place) for at, value in enumerate(found)]
            if all(b - a >= 3.0 - 1e-9 for a, b in pairwise(other)):
                assert sum((a - b) ** 2 for a, b in zip(other, wanted, strict=True)) >= cost - 1e-9


def test_labels_are_cut_not_lost() -> None:
    assert wrapped("Check application form completeness") == ("Check application form", "completeness")
    assert wrapped("x" * 40)[0].endswith("…")
    assert len(wrapped(" ".join(["word"] * 40))) == 3


CASES: Cases = {
    str(n): [
        ("New <b>&", logs.START, None, "An"),
        ("Kiểm tra", logs.START + n * 10**9, logs.START, "Bình"),
        ("New <b>&", logs.START + 10**12, None, "An"),
    ]
    for n in range(9)
}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_picture_is_whole_and_says_what_it_shows(language: str) -> None:
    explorer = mine(CASES)

    def said(sentence: str) -> str:
        return tell(language, sentence)

    variants = explorer.variants()
    pictures = [
        explorer.map().plot(said), explorer.map().plot(said, show="median"), variants.plot(said), variants.compare(0, 0).plot(said),
        explorer.throughput().plot(said), explorer.rework().plot(said), explorer.handover().plot(said), explorer.workload().plot(said),
        explorer.ping_pong().plot(said), explorer.duties("New <b>&", "Kiểm tra").plot(said), explorer.bottlenecks().plot(said),
        explorer.bottlenecks("resource").plot(said), explorer.dotted().plot(said),
    ]  # fmt: skip
    for picture in pictures:
        tree = ElementTree.fromstring(picture.text)
        space = "{http://www.w3.org/2000/svg}"
        assert tree.findtext(f"{space}title")
        assert tree.findtext(f"{space}desc")
        assert "http" not in picture.text.replace("http://www.w3.org/2000/svg", "")
        assert "style=" not in picture.text
    assert ("Bản đồ quy trình" in pictures[0].text) == (language == "vi")
    assert "Process map" not in pictures[0].text or language == "en"


def test_a_picture_of_nothing_says_so() -> None:
    empty = mine(CASES).filter(Has("never"))
    for result in (
        empty.map(),
        empty.variants(),
        empty.throughput(),
        empty.rework(),
        empty.handover(),
        empty.dotted(),
        empty.bottlenecks(),
        empty.ping_pong(),
        empty.workload(),
    ):
        assert "Nothing to show" in result.plot().text
        assert "Nothing to show" in result._repr_html_()


def test_a_figure_that_the_map_has_not() -> None:
    with pytest.raises(MiningError, match="the map has no figure p42; it has events, cases, mean"):
        mine(CASES).map().plot(show="p42")


def test_a_frame_leaves_as_a_spreadsheet_takes_it(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    cases: Cases = {"1": [("=1+1", logs.START, None, None), ("B", logs.START + 1_500_000, None, None)]}
    found = mine(cases, starts=False).map()
    lines = found.to_csv(folder / "arcs.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("source,target,events,cases,mean_s,median_s,p95_s")
    assert lines[1].startswith("'=1+1,B,1,1,1.5,1.5,1.5")
    assert found.to_svg(folder / "map.svg").read_text(encoding="utf-8").startswith("<svg")
    assert found.to_parquet(folder / "arcs.parquet").stat().st_size > 0
