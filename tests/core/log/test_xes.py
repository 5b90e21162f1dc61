"""XES in and out: the standard's parts, both readers alike, hostile files refused."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.log import ImportFailed, ImportNeeds, LogMapping, import_log, log_from_frame, open_log
from giao.core.log.xes_careful import read_elements
from giao.core.log.xes_quick import read_columns
from giao.core.log.xes_source import XesSource, _as_columns

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- a comment -->
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>
  <classifier name="Step" keys="concept:name lifecycle:transition"/>
  <classifier name="Two words" keys="'kind of' concept:name"/>
  <string key="creator" value="hand"/>
"""
BODY = """  <trace>
    <string key="concept:name" value="case 1"/>
    <int key="amount" value="7"/>
    <event>
      <string key="concept:name" value="Open &amp; &#104;ello"/>
      <string key="lifecycle:transition" value="COMPLETE"/>
      <string key="org:resource" value="Ann"/>
      <date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/>
      <string key="kind of" value="a"/>
    </event>
    <event>
      <date key="time:timestamp" value="2011-12-01T00:38:44.546+01:00"/>
      <string key="concept:name" value="Close"/>
      <string key="lifecycle:transition" value="Wait - User"/>
    </event>
  </trace>
  <trace><string key="concept:name" value="case 0"/></trace>
"""
NESTED = """  <trace>
    <string key='concept:name' value='case 2'/>
    <event>
      <string value="Nested" key="concept:name"/>
      <date key="time:timestamp" value="2011-12-02T00:00:00Z"/>
      <float key="cost:total" value="12.5"><string key="currency" value="EUR"/></float>
      <list key="items"><values><string key="item" value="x"/><string key="item" value="y"/></values></list>
      <boolean key="late" value="true"/>
    </event>
  </trace>
"""
TAIL = "</log>\n"


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode(), 1) if path.suffix == ".gz" else text.encode())
    return path


def test_the_parts_of_the_standard_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "log.xes.gz", HEAD + BODY + NESTED + TAIL)
    report = import_log(path, tmp_path / "log")
    log = open_log(tmp_path / "log", verify=True)
    assert (report.cases, report.events, dict(report.rejected)) == (2, 3, {})
    assert report.warnings == ["1 traces have no event and are not in the log"]
    assert report.detected["classifiers"] == {
        "Step": "concept:name lifecycle:transition",
        "Two words": "'kind of' concept:name",
    }
    assert report.detected["globals"] == {
        "trace": ["concept:name"],
        "event": ["concept:name", "time:timestamp"],
    }
    assert report.detected["extensions"] == ["Concept"]
    first = log.case_events("case 1")
    assert first["activity"].to_list() == ["Open & hello", "Close"]
    assert first["lifecycle"].to_list() == ["complete", "Wait - User"]
    assert first["time"].to_list() == [
        datetime(2011, 9, 30, 22, 38, 44, 546000, tzinfo=UTC),
        datetime(2011, 11, 30, 23, 38, 44, 546000, tzinfo=UTC),
    ]
    # A trace's value is set by its first event, and known from then on.
    assert first["amount"].to_list() == [7, None]
    assert log.current(["amount"])["amount"].to_list() == [7, 7, None]
    second = log.case_events("case 2").row(0, named=True)
    assert second["late"] is True
    assert str(second["cost"]) == "12.5"
    assert {name: second[name] for name in ("cost_total_currency", "items_item", "items_item_2")} == {
        "cost_total_currency": "EUR",
        "items_item": "x",
        "items_item_2": "y",
    }
    assert log.attributes["items_item_2"].label == "items_item_2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Step", ["Open & hello+COMPLETE", "Close+Wait - User"]), ("Two words", ["a+Open & hello", "Close"])],
)
def test_a_classifier_gives_the_activity(tmp_path: Path, name: str, expected: list[str]) -> None:
    path = write(tmp_path / "log.xes", HEAD + BODY + TAIL)
    import_log(path, tmp_path / "log", LogMapping(classifier=name))
    assert open_log(tmp_path / "log").case_events("case 1")["activity"].to_list() == expected


def test_an_unknown_classifier_names_the_known_ones(tmp_path: Path) -> None:
    path = write(tmp_path / "log.xes", HEAD + BODY + TAIL)
    with pytest.raises(ImportNeeds, match="it has Step, Two words"):
        import_log(path, tmp_path / "log", LogMapping(classifier="Activity"))


values = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.dictionaries(st.sampled_from(["k", "a&b", "x y"]), values, max_size=3), max_size=3),
        max_size=4,
    ),
    st.sampled_from(["\n\t", "", " "]),
)
def test_both_readers_find_the_same(traces: list[list[dict[str, str]]], space: str) -> None:
    from xml.sax.saxutils import escape

    def attribute(key: str, value: str) -> str:
        quoted = [escape(text, {'"': "&quot;"}) for text in (key, value)]
        return f'{space}<string key="{quoted[0]}" value="{quoted[1]}"/>'

    body = "".join(
        f"{space}<trace>{attribute('concept:name', str(at))}"
        + "".join(
            f"{space}<event>{''.join(attribute(*pair) for pair in event.items())}{space}</event>"
            for event in trace
        )
        + f"{space}</trace>"
        for at, trace in enumerate(traces)
    )
    careful = _as_columns(read_elements(body.encode(), "test"))
    quick = read_columns(body.encode())
    if quick is None:
        assert "='" in body or not traces
        return
    assert quick.n_traces == careful.n_traces == len(traces)
    assert quick.trace_of.tolist() == careful.trace_of.tolist()
    for mine, other in ((quick.events, careful.events), (quick.traces, careful.traces)):
        assert {key: column.to_list() for key, column in mine.items()} == {
            key: column.to_list() for key, column in other.items()
        }


def test_the_usual_spelling_takes_the_quick_way_and_the_rest_does_not() -> None:
    assert read_columns(BODY.encode()) is not None
    for unusual in (NESTED, "<!-- x -->" + BODY, BODY.replace("<event>", "<event >")):
        assert read_columns(unusual.encode()) is None


@pytest.mark.parametrize("chunk", [50, 700, 5000])
def test_batches_do_not_change_what_is_read(tmp_path: Path, chunk: int) -> None:
    path = write(tmp_path / "log.xes", HEAD + (BODY + NESTED) * 5 + TAIL)
    batches = list(XesSource(path, chunk=chunk).batches())
    frame = pl.concat([batch.frame for batch in batches], how="diagonal")
    assert frame.height == 15
    assert [int(row) for batch in batches for row in batch.rows] == list(range(15))
    assert frame["cost:total"].drop_nulls().to_list() == ["12.5"] * 5


def test_columns_that_come_late_are_kept(tmp_path: Path) -> None:
    plain = '<trace><string key="concept:name" value="{}"/><event><string key="concept:name" value="A"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/>{}</event></trace>\n'
    body = "".join(plain.format(n, "") for n in range(12_000)) + plain.format(
        "last", '<int key="late" value="5"/>'
    )
    path = write(tmp_path / "late.xes", HEAD + body + TAIL)
    import_log(path, tmp_path / "log")
    log = open_log(tmp_path / "log")
    assert log.attributes["late"].type == "number"
    assert log.case_events("last")["late"].to_list() == [5]
    assert log.events(["late"])["late"].null_count() == 12_000


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<log>' + BODY + TAIL
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB, "document type or entities"),
        (
            '<?xml version="1.0"?><!DOCTYPE log SYSTEM "file:///etc/passwd"><log></log>',
            "document type or entities",
        ),
        (HEAD + BODY.replace("&amp;", "&passwd;") + TAIL, "undefined entity|not well-formed"),
        (
            HEAD + BODY + BODY[:400],
            "ends in the middle of a trace.*2 whole traces with 2 events could be read",
        ),
        (HEAD + TAIL, "holds no trace"),
        ('<?xml version="1.0"?><html><body/></html>', "no XES log"),
        (
            HEAD + "<trace>" + "<container key='a'>" * 100 + "</container>" * 100 + "</trace>" + TAIL,
            "deeper than",
        ),
        (HEAD + BODY.replace("</event>", "</evnt>") + TAIL, "not well-formed XML"),
    ],
)
def test_hostile_and_broken_files_end_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path / "bad.xes", text)
    with pytest.raises(ImportFailed, match=sentence):
        import_log(path, tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_a_truncated_archive_says_how_far_it_was_read(tmp_path: Path) -> None:
    import random

    random.seed(5)
    body = BODY.replace("Ann", "{}")
    text = HEAD + "".join(body.replace("{}", str(random.random())) for _ in range(8_000)) + TAIL
    path = tmp_path / "cut.xes.gz"
    path.write_bytes(gzip.compress(text.encode(), 1)[:-50_000])
    with pytest.raises(
        ImportFailed, match=r"cut off or damaged: after [\d,]+ unpacked bytes .* could be read"
    ):
        import_log(path, tmp_path / "log")


def test_a_log_survives_the_way_through_xes(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "case": ["1", "1", "<2>"],
            "activity": ['say "hi"', "a & b", "tab\tand\nline"],
            "time": ["2024-01-01T00:00:00.123456Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"],
            "org:resource": ["=cmd()", None, "Žofie"],
            "Amount": ["1.50", "20", None],
            "ok": ["true", None, "false"],
            "due": ["2024-02-01", None, None],
        }
    )
    log = log_from_frame(frame)
    log.to_xes(tmp_path / "out.xes.gz")
    import_log(tmp_path / "out.xes.gz", tmp_path / "log")
    again = open_log(tmp_path / "log")
    plain = [name for name in log.columns if name not in ("case", "seq")]
    assert again.events(plain).equals(log.events(plain))
    assert again.case_ids.equals(log.case_ids)
    assert again.hash == log.hash
