from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from tests.core.agreement.clocks.worlds import world
from tests.core.calendars.moments import HOUR, at

import giao.core.agreement
from giao.core.agreement.clocks import explain_clock
from giao.core.agreement.clocks.instance import CLOCK_STATES
from giao.core.agreement.document import agreement, charge, clock, credit, kpi
from giao.core.agreement.kpis.roles import ROLES
from giao.core.agreement.results import KpiState
from giao.core.report.clock_words import case_story
from giao.core.report.words import in_language, known, pairs, say, slots

ROOM = Path(giao.core.agreement.__path__[0])
REPORT = Path(__file__).parents[3] / "src" / "giao" / "core" / "report"


def source(*parts: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for part in parts for path in sorted(ROOM.glob(part)))


@pytest.mark.parametrize("message", sorted(pairs()))
def test_both_languages_have_the_text_and_use_the_same_parameters(message: str) -> None:
    english, vietnamese = pairs()[message]
    assert english.strip()
    assert vietnamese.strip()
    plural = {name for name in slots(english) if name == "plural" or f"{{{name}?" in english}
    assert slots(vietnamese) <= slots(english)
    assert slots(english) - slots(vietnamese) <= plural


def test_vietnamese_is_vietnamese() -> None:
    """Sentences (not signs, formulas and codes) differ from the English ones."""
    same = [
        key
        for key, (en, vi) in pairs().items()
        if en == vi and re.search(r"[a-z]{4,} [a-z]{2,}", re.sub(r"\{[^}]*\}", "", en))
    ]
    assert same == []


def test_every_step_of_an_arithmetic_has_words() -> None:
    text = source("pricing/*.py", "credits/*.py", "statement/*.py")
    found = set(re.findall(r'"((?:charge|credit|statement)\.[a-z_]+)"', text))
    found |= {f"credit.{name}" for name in re.findall(r'add\(\s*"([a-z_]+)"', text)}
    found |= {"charge.staff_days", "charge.timesheet"}
    assert len(found) > 30
    assert {name for name in found if not known(name)} == set()


def test_every_step_of_a_number_has_words() -> None:
    text = source("kpis/explaining.py")
    found = set(re.findall(r'"(kpi\.[a-z_.]+)"', text))
    found |= {f"kpi.partial.{name}" for name in ("cut", "full", "skip")}
    found |= {f"kpi.count_at.{name}" for name in get_args(kpi.CountAt)}
    found |= {f"kpi.state.{name}" for name in get_args(KpiState)}
    found |= {f"kpi.across.{name}" for name in ("weights", "mean", "worst")}
    found |= {f"kpi.level.{name}" for name in ("document", "phase", "baseline", "tier", "none")}
    found |= {f"kpi.formula.{kind}" for kind in kinds()}
    assert {name for name in found if not known(name)} == set()


def kinds() -> list[str]:
    return sorted(set(re.findall(r'Tag\("([a-z_]+)"\)', Path(kpi.__file__).read_text(encoding="utf-8"))))


def test_every_reason_of_a_case_has_words() -> None:
    text = source("kpis/missing.py")
    found = {f"missing.{name}" for name in re.findall(r'_why\(\s*"([a-z_]+)"', text)}
    found |= {f"member.{role}" for role in ROLES if role != "excluded"}
    found |= {
        f"missing.{name}" for name in ("scope", "where", "exclude", "no_target", "no_value", "cancelled")
    }
    assert {name for name in found if not known(name)} == set()


def test_every_reason_of_an_interval_has_words() -> None:
    text = source("clocks/explain.py")
    found = {f"not_started.{name}" for name in re.findall(r'NotStarted\(\s*"([a-z_]+)"', text)}
    head = text.split('"""')[1]
    found |= {f"interval.{name}" for name in re.findall(r"``([a-z_]+)``", head) if known(f"interval.{name}")}
    found |= {
        f"interval.{name}"
        for name in ("running", "holiday", "closed_day", "weekend", "weekday_off", "outside_hours")
    }
    found |= {
        f"interval.{name}"
        for name in ("other", "pause_between", "pause_while", "agreed", "supposed", "stopped", "restarted")
    }
    assert {name for name in found if not known(name)} == set()


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("doc.reopen", get_args(clock.Reopen)),
        ("doc.reclassify", ("start", "stop", "restart", "proportional")),
        ("doc.relief", ("time", "case", "interval", "window")),
        ("agree", ("both", "client", "vendor", "none")),
        ("doc.kpi.volume", ("none", "carry", "allow_one")),
        ("doc.kpi.count_at", get_args(kpi.CountAt)),
        ("doc.credits", ("price_adjustment", "penalty", "liquidated_damages", *get_args(credit.Regime))),
        ("doc.credits.settle", ("same", "next", "year")),
        ("right", ("terminate", "step_in", "rectification_plan", "audit", "escalate")),
        ("every", (*get_args(kpi.WindowUnit), *get_args(charge.Every), "once")),
        ("family", get_args(agreement.RiskControl.model_fields["family"].annotation)),
        ("state", get_args(KpiState)),
        ("clock", CLOCK_STATES),
        ("clock.verdict", CLOCK_STATES),
        ("role", ROLES),
        ("clock.trial", ("matched", "not_matched", "not_tried")),
        ("cap", ("kpi", "tower", "month", "year", "law")),
    ],
)
def test_every_choice_of_the_document_has_words(group: str, values: tuple[str, ...]) -> None:
    assert [value for value in values if not known(f"{group}.{value}")] == []


def test_every_id_that_the_report_names_exists() -> None:
    found: set[str] = set()
    for path in [*REPORT.rglob("*.py"), *(REPORT.parents[1] / "cli").rglob("*.py")]:
        found |= set(
            re.findall(
                r'say\(\s*(?:lang|chosen\.lang|self\.lang|teller\.lang),\s*"([a-z_.]+)"',
                path.read_text(encoding="utf-8"),
            )
        )
    assert len(found) > 60
    assert {name for name in found if not known(name)} == set()


def test_an_unknown_id_is_shown_with_its_values_rather_than_lost() -> None:
    assert say("en", "charge.from_the_future", units=3) == "from the future: units 3"


def test_a_word_follows_its_number() -> None:
    assert say("en", "within.business_day", n="1", plural=1) == "1 business day"
    assert say("en", "within.business_day", n="2", plural=2) == "2 business days"
    assert say("vi", "within.business_day", n="2", plural=2) == "2 ngày làm việc"


def test_values_are_put_in_once_and_never_read_as_text() -> None:
    assert say("en", "cli.hash", hash="{hash} {n}") == "hash {hash} {n}"


def test_a_title_falls_back_to_english_then_any_then_the_name() -> None:
    assert in_language({"en": "A", "vi": "B"}, "vi", "x") == "B"
    assert in_language({"en": "A"}, "vi", "x") == "A"
    assert in_language({"fr": "C"}, "vi", "x") == "C"
    assert in_language(None, "vi", "x") == "x"


def test_a_clock_that_is_never_due_says_why() -> None:
    office = {
        "zone": "UTC",
        "hours": {"mon-fri": [["08:00", "12:00"]]},
        "versions": [{"from": "2026-04-29", "hours": {}}],
    }
    clock = {"start": "S", "stop": "T", "calendar": "office", "targets": [{"within": "8 business hours"}]}
    start = at("2026-04-28T08:00", "UTC")
    made = world(
        [("k", start, "S", {})], start + HOUR, calendars={"office": office}, zone="UTC", clocks={"c": clock}
    )
    explanation = explain_clock(made.inputs, made.matcher, "c", "k")
    story = case_story([explanation], made.inputs.versions, made.inputs.zone, "en").clocks[0]
    assert any("“office” does not open again" in fact for fact in story.facts)
