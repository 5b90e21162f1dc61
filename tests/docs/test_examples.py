"""Every example of the documents is read, checked and, where the text says what comes out, computed.

Blocks of the guide build on each other: the first is a whole agreement, each later one is put into it (a mapping
joins the mapping that is there at the top, anything else replaces it), and the result must stand without a fault.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from giao.core.agreement.check import check_text
from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import load_facts, to_us
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog, LogMapping, import_log, load_mapping, open_log

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {"en": ROOT / "docs" / "guide" / "en.md", "vi": ROOT / "docs" / "guide" / "vi.md"}
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
DOCUMENTS = sorted([*READMES, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
AS_OF = "2024-05-08T23:59:59.999999"


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S)


def plain(text: str) -> dict[str, Any]:
    """A block as YAML without any reading of its scalars: what is quoted and what is not makes no difference here."""
    value = yaml.load(text, Loader=yaml.BaseLoader)
    assert isinstance(value, dict), text
    return value


def joined(texts: list[str]) -> str:
    """One document of several parts, on the level of YAML nodes, so that every scalar stays as it is written."""
    whole, *others = [yaml.compose(text, Loader=yaml.SafeLoader) for text in texts]
    for part in others:
        for key, value in part.value:
            _put(whole, key, value, deep=True)
    return yaml.serialize(whole, Dumper=yaml.SafeDumper, allow_unicode=True)


def _put(mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node, *, deep: bool) -> None:
    for place, (name, old) in enumerate(mapping.value):
        if name.value == key.value:
            if deep and isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                for inner_key, inner in value.value:
                    _put(old, inner_key, inner, deep=False)
            else:
                mapping.value[place] = (key, value)
            return
    mapping.value.append((key, value))


def kind_of(part: dict[str, Any]) -> str:
    return "mapping" if "shape" in part else "facts" if "facts" in part else "agreement"


def parts(language: str) -> list[dict[str, Any]]:
    return [plain(text) for text in blocks(GUIDES[language], "yaml")]


def agreement_texts() -> list[str]:
    return [text for text in blocks(GUIDES["en"], "yaml") if kind_of(plain(text)) == "agreement"]


def faults(text: str) -> list[str]:
    return [f"{fault.line}: {fault.path}: {fault.message}" for fault in check_text(text)]


def first_agreement() -> list[Agreement]:
    return parse_agreement(blocks(GUIDES["en"], "yaml")[0], "guide")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    folder = tmp_path_factory.mktemp("guide")
    source = folder / "claims.csv"
    (text,) = blocks(GUIDES["en"], "csv")
    source.write_text(text, encoding="utf-8")
    report = import_log(source, folder / "claims.log", LogMapping(zone="Asia/Ho_Chi_Minh"))
    assert not report.rejected
    return open_log(folder / "claims.log")


@pytest.fixture(scope="module")
def reading(log: EventLog) -> Evaluation:
    versions = first_agreement()
    return evaluate(log, versions, as_of=to_us(AS_OF, zone_of(versions[0])))


def test_both_guides_have_the_same_examples() -> None:
    assert parts("en") == parts("vi")
    assert blocks(GUIDES["en"], "csv") == blocks(GUIDES["vi"], "csv")


def test_the_first_agreement_has_no_fault() -> None:
    assert faults(blocks(GUIDES["en"], "yaml")[0]) == []


@pytest.mark.parametrize("upto", range(2, len(agreement_texts()) + 1))
def test_each_part_fits_what_stands_before_it(upto: int) -> None:
    """Errors only: `check` also warns of names that only a log can confirm."""
    text = joined(agreement_texts()[:upto])
    assert [fault.message for fault in check_text(text) if fault.severity == "error"] == []


def test_the_whole_agreement_of_the_guide_is_computed(log: EventLog, tmp_path: Path) -> None:
    """Every kind of KPI, credit and charge line that the guide shows, with its facts."""
    versions = parse_agreement(joined(agreement_texts()), "guide")
    (facts_text,) = [text for text in blocks(GUIDES["en"], "yaml") if kind_of(plain(text)) == "facts"]
    file = tmp_path / "facts.yaml"
    file.write_text(facts_text, encoding="utf-8")
    zone = zone_of(versions[0])
    facts = load_facts(file, zone)
    assert len(facts) == len(plain(facts_text)["facts"])
    # The little log lacks what the larger agreement reads (branch, handler, rejected): the columns are added empty.
    names = [name for name in versions[0].work.attributes if name not in log.attributes]
    source = tmp_path / "claims.csv"
    (text,) = blocks(GUIDES["en"], "csv")
    head, *rows = text.splitlines()
    source.write_text(
        "\n".join([",".join([head, *names]), *(row + ",no" * len(names) for row in rows)]), encoding="utf-8"
    )
    import_log(
        source,
        tmp_path / "whole.log",
        LogMapping(zone="Asia/Ho_Chi_Minh", types={"rejected": "boolean"}),
    )
    found = evaluate(open_log(tmp_path / "whole.log"), versions, facts=facts, as_of=to_us(AS_OF, zone))
    assert {result.kpi for result in found.kpis.results} == set(versions[0].kpis)
    april = found.statements[0]
    names_of_lines = {line.name for line in (*april.lines, *april.extras)}
    assert names_of_lines >= {"claims", "governance", "capacity", "on-site", "changes", "couriers", "set-up"}
    shares = [
        result
        for result in found.kpis.results
        if result.kpi == "paid_in_time" and result.window.id == "2024-04"
    ]
    assert shares[0].n == 3, "the agreed relief takes C3 out"


def test_mappings_of_the_guide_are_read(tmp_path: Path) -> None:
    texts = [text for text in blocks(GUIDES["en"], "yaml") if kind_of(plain(text)) == "mapping"]
    assert texts
    for text in texts:
        file = tmp_path / "mapping.yaml"
        file.write_text(text, encoding="utf-8")
        assert load_mapping(file).shape == plain(text)["shape"]


def test_the_guide_says_what_comes_out(reading: Evaluation) -> None:
    """The figures in the text below the first example, in both languages."""
    april = next(result for result in reading.kpis.results if result.window.id == "2024-04")
    assert (april.value, april.n, april.state) == (Fraction(1, 2), 4, "minimum_default")
    statement = reading.statements[0]
    amounts = (statement.fees, statement.credit_total, statement.tax, statement.total)
    assert amounts == tuple(Decimal(text) for text in ("20750000", "1245000", "1560400", "21065400"))
    for language, mark in (("en", ","), ("vi", ".")):
        text = GUIDES[language].read_text(encoding="utf-8")
        for amount in amounts:
            assert f"{amount:,}".replace(",", mark) in text, f"{amount} in the {language} guide"


def test_the_clocks_of_the_first_example_are_as_told(reading: Evaluation) -> None:
    hour = 3_600_000_000
    ids = reading.inputs.log.case_ids
    table = reading.clocks["payment"]
    told = {
        ids[row["case"]] if isinstance(row["case"], int) else row["case"]: row
        for row in table.frame.iter_rows(named=True)
    }
    assert {case: row["consumed_us"] for case, row in told.items() if case != "C4"} == {
        "C1": 24 * hour,
        "C2": 4 * hour,
        "C3": 35 * hour + hour // 6,
    }
    assert {case: row["state"] for case, row in told.items()} == {
        "C1": "met",
        "C2": "met",
        "C3": "breached",
        "C4": "breached",
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http:", "https:")):
            continue
        file, _, heading = target.partition("#")
        place = (document.parent / file).resolve() if file else document
        assert place.exists(), f"{document.name} links to {target}"
        if heading:
            assert heading in headings(place), f"{document.name}: no heading #{heading}"


def headings(document: Path) -> set[str]:
    """Anchors of a document's headings, as the usual renderers make them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_readme_names_the_two_commands(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text


def test_both_readmes_have_the_same_commands() -> None:
    """Comments may differ in language; what one types may not."""
    english, vietnamese = (
        [
            re.sub(r"\s+#.*$", "", line)
            for text in blocks(readme, "(?:sh|python)")
            for line in text.splitlines()
        ]
        for readme in READMES
    )
    assert english == vietnamese


def test_the_notebook_of_the_readme_runs(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks(READMES[0], "python")
    (tmp_path / "claims.csv").write_text(blocks(GUIDES["en"], "csv")[0], encoding="utf-8")
    (tmp_path / "agreement.yaml").write_text(blocks(GUIDES["en"], "yaml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lines_of_code = [line for line in code.splitlines() if line]
    assert len(lines_of_code) == 5
    *lines, last = lines_of_code
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    assert "35 h 10 min" in eval(last, scope)._repr_html_().replace("\xa0", " ")


def test_every_test_that_the_status_names_is_there() -> None:
    """`docs/status.md` may only point at what exists: test files, tests in them, bench scripts."""
    text = (ROOT / "docs" / "status.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|bench|src|requirements)/[\w./-]+?)(?:::(\w+))?`", text))
    assert len(named) > 30
    for file, test in sorted(named):
        assert (ROOT / file).exists(), f"status names {file}"
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"
