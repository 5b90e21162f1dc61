"""Writing an agreement: templates, the form beside the document, completion, the live preview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.steps.agree.test_agreement import EASIER, signed_in
from tests.steps.ground_of_steps import AGREEMENT, small_engagement


def names() -> list[str]:
    folder = Path(__file__).parents[3] / "src/giao/steps/agree/contracts/library"
    return sorted(file.stem for file in folder.glob("*.yaml"))


@pytest.mark.parametrize("name", names())
def test_every_template_is_right_and_speaks_both_languages(django_ready: None, name: str) -> None:
    from giao.core.agreement.check import check_text
    from giao.core.agreement.load import parse_agreement
    from giao.steps.agree.contracts.library import template_named

    template = template_named(name)
    assert template is not None
    assert check_text(template.text) == []
    agreement = parse_agreement(template.text)[0]
    titled = [agreement, *agreement.clocks.values(), *agreement.kpis.values(), *agreement.pricing]
    assert all(set(item.title or {}) == {"en", "vi"} for item in titled)
    assert {"en", "vi"} == set(template.about)
    assert agreement.credits is not None
    assert len(agreement.pricing) >= 2


def test_there_are_templates_of_the_common_work() -> None:
    assert {"service-desk", "loan-files", "invoices", "contact-centre", "payroll"} <= set(names())


def test_a_template_is_made_for_the_engagement(tmp_path: Path, db: None) -> None:
    from datetime import date

    from giao.core.agreement.check import check_text
    from giao.core.agreement.load import parse_agreement
    from giao.steps.agree.contracts.library import made_for, templates

    made = small_engagement(tmp_path, with_log=False, with_agreement=False)
    made.engagement.client.name = 'Thép "Hoà": #1'
    for template in templates():
        text = made_for(template, made.engagement, date(2024, 2, 29))
        assert check_text(text) == [], template.name
        agreement = parse_agreement(text)[0]
        assert agreement.parties.client.name == 'Thép "Hoà": #1'
        assert (str(agreement.term.start), str(agreement.term.end)) == ("2024-02-01", "2026-01-31")
        assert str(agreement.zone) == made.engagement.zone


def test_a_changed_value_leaves_all_the_rest_as_it_was(django_ready: None) -> None:
    from giao.steps.agree.contracts.amending import amended

    text = '# top\na: {b: "x, y", c: 6.20}  # kept\nlist:\n  - {to: 5, price: 100}\n  - price: 80 # here\n'
    changed = amended(
        text, {("a", "c"): "7.10", ("list", 1, "price"): "85", ("a", "b"): "q: {", ("no", "such"): "1"}
    )
    assert (
        changed
        == "# top\na: {b: 'q: {', c: 7.10}  # kept\nlist:\n  - {to: 5, price: 100}\n  - price: 85 # here\n"
    )
    assert (
        amended("a: {h: [[1, 2]]}\n", {("a", "h"): [["08:00", "12:00"]]}) == "a: {h: [['08:00', '12:00']]}\n"
    )


def test_the_form_reads_from_the_document_and_writes_into_it(db: None) -> None:
    from giao.core.agreement.load import parse_agreement
    from giao.steps.agree.contracts.form_fields import filled, form_of

    fields = {field.name: field for group in form_of(AGREEMENT) for field in group.fields}
    assert fields["field:clocks/resolution/targets/0/within"].value == "10 hours"
    assert fields["field:kpis/in_time/expected"].value == "95%"
    assert fields["field:pricing/0/bands/1/price"].value == "80"
    posted = {
        "field:clocks/resolution/targets/0/within": "8 hours",
        "field:parties/client/name": "Acme, Inc: {new}",
        "field:pricing/0/bands/1/price": "82.50",
        "field:kpis/in_time/minimum": "",
        "field:no/such": "x",
    }
    text = filled(AGREEMENT, posted)
    agreement = parse_agreement(text)[0]
    assert agreement.parties.client.name == "Acme, Inc: {new}"
    assert "within: 8 hours" in text
    assert "price: 82.50" in text
    assert "minimum: 90%" in text
    assert filled(text, posted) == text
    assert form_of("a: [broken") == []
    assert form_of("") == []


def test_hours_are_read_as_people_write_them(db: None) -> None:
    from giao.steps.agree.contracts.form_fields import filled, form_of

    text = AGREEMENT.replace("hours: 24x7", 'hours: {mon-fri: [["08:00", "17:00"]]}')
    field = next(f for group in form_of(text) for f in group.fields if f.kind == "hours")
    assert field.value == "08:00–17:00"
    changed = filled(text, {field.name: "8:00-12:00, 13:00 – 17:30"})
    again = next(f for group in form_of(changed) for f in group.fields if f.kind == "hours")
    assert again.value == "8:00–12:00, 13:00–17:30"
    assert filled(text, {field.name: "whenever"}) == text


def offered(text: str, **more: Any) -> list[str]:
    """Suggestions at the mark ``|``."""
    from giao.steps.agree.contracts.completing import Vocabulary, suggestions

    before = text[: text.index("|")]
    line = before.count("\n")
    vocabulary = Vocabulary(["Opened", "Resolved"], {"priority": "string", "reopen_count": "number"})
    found = suggestions(text.replace("|", "", 1), line, len(before.split("\n")[-1]), vocabulary)
    return [one.value for one in found]


@pytest.mark.parametrize(
    ("text", "first", "never"),
    [
        ("giao: 1\n|", {"parties", "clocks", "kpis"}, {"giao"}),
        ("clo|", {"clocks", "close"}, {"parties"}),
        ("clocks:\n  a:\n    |\n    stop: Resolved\n", {"start", "targets", "calendar"}, {"stop", "kind"}),
        ("clocks:\n  a:\n    start: {|", {"activity", "lifecycle", "where"}, {"targets"}),
        ("clocks:\n  a:\n    start: {activity: O|", {"Opened"}, {"start"}),
        ("clocks:\n  a:\n    start: {activity: [Opened, |", {"Resolved"}, {"start"}),
        ("clocks:\n  a:\n    stop: Re|", {"Resolved"}, {"restart"}),
        ("clocks:\n  a:\n    reopen: |", {"first", "sum", "last", "each"}, {"Opened"}),
        ("clocks:\n  a:\n    targets:\n      - {when: 'pri|", {"priority"}, {"within"}),
        ("clocks:\n  a:\n    targets:\n      - {within: 1 hour, |", {"when", "cut_off"}, {"within"}),
        ("clocks:\n  a:\n    targets:\n      - within: 1 hour\n        |", {"when", "cut_off"}, {"within", "start"}),
        ("calendars:\n  office: {zone: UTC}\nclocks:\n  a:\n    calendar: |", {"office"}, {"a"}),
        ("clocks:\n  fast: {}\nkpis:\n  k:\n    kind: share_in_target\n    clock: |", {"fast"}, {"k"}),
        ("kpis:\n  k:\n    kind: |", {"share_in_target", "volume", "composite"}, {"Opened"}),
        ("kpis:\n  k:\n    kind: volume\n    |", {"of"}, {"clock", "kind"}),
        ("kpis:\n  k:\n    kind: share_in_target\n    count_at: |", {"stop", "due", "start"}, set()),
        ("zone: Asia/Ho|", {"Asia/Ho_Chi_Minh"}, {"Europe/Berlin"}),
        ("term: {auto_renew: |", {"true", "false"}, set()),
        ("pricing:\n  - |", {"fixed", "per_unit", "fte"}, {"kpis"}),
        ("pricing:\n  - {fixed: 5, every: |", {"month"}, set()),
    ],
)  # fmt: skip
def test_completion_offers_what_may_stand_there(
    django_ready: None, text: str, first: set[str], never: set[str]
) -> None:
    found = offered(text)
    assert first <= set(found), found
    assert not never & set(found), found


def test_what_begins_with_the_word_comes_first(django_ready: None) -> None:
    assert offered("kpis:\n  k:\n    kind: sc|")[0] == "score"
    assert offered("nonsense: {a: [|") == []
    assert offered("# a comment |") is not None


def test_completion_never_breaks_on_any_place_of_a_real_document(django_ready: None) -> None:
    from giao.steps.agree.contracts.completing import Vocabulary, suggestions

    lines = AGREEMENT.split("\n")
    for line, text in enumerate(lines):
        for column in range(0, len(text) + 1, 3):
            suggestions(AGREEMENT, line, column, Vocabulary(["Opened"], {"x": "string"}))


def test_the_page_offers_templates_and_begins_with_one(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path, with_log=False, with_agreement=False)
    base = signed_in(client, made)
    page = client.get(base + "/agreement/edit").content.decode()
    assert page.count('name="template"') == len(names())
    client.post(base + "/agreement/edit", {"text": "x", "act": "template", "template": "payroll"})
    page = client.get(base + "/agreement/edit").content.decode()
    assert "Payslips in time" in page
    assert made.client.name in page
    assert (
        client.post(
            base + "/agreement/edit", {"text": "x", "act": "template", "template": "../x"}
        ).status_code
        == 404
    )


def test_a_field_changes_the_document_and_the_document_the_field(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    name = "field:clocks/resolution/targets/0/within"
    answer = client.post(base + "/agreement/fill", {"text": AGREEMENT, name: "24 hours"}).content.decode()
    assert "agreement-filled" in answer
    assert "within: 24 hours" in answer
    answer = client.post(base + "/agreement/check", {"text": EASIER}).content.decode()
    assert f'name="{name}" value="24 hours"' in answer
    broken = client.post(base + "/agreement/fill", {"text": "a: [", name: "1 hour"})
    assert broken.status_code == 200
    assert "agreement-filled" not in broken.content.decode()


def test_the_last_month_is_tried_while_the_text_is_written(client: Any, tmp_path: Path) -> None:
    from giao.steps.agree.contracts.models import Replay

    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    client.get(base + "/levels")
    answer = client.post(base + "/agreement/preview", {"text": EASIER}).content.decode().replace("\xa0", " ")
    assert "In Feb 2016 the credits would have been €0.00 instead of €680.40." in answer
    assert "100%" in answer
    same = client.post(base + "/agreement/preview", {"text": AGREEMENT}).content.decode().replace("\xa0", " ")
    assert "€680.40, as they were" in same
    wrong = client.post(base + "/agreement/preview", {"text": "giao: 1"}).content.decode()
    assert "when the document is right" in wrong
    assert not Replay.objects.filter(engagement=made.engagement).exists()


def test_the_helpers_are_for_those_who_may_write(client: Any, tmp_path: Path) -> None:
    from tests.kernel.ground import world

    made = small_engagement(tmp_path)
    base = signed_in(client, made, "auditor")
    for name in ("check", "fill", "complete", "preview"):
        assert client.post(f"{base}/agreement/{name}", {"text": AGREEMENT}).status_code == 403, name
        assert client.get(f"{base}/agreement/{name}").status_code == 405, name
    signed_in(client, world(name="Elsewhere"))
    for name in ("check", "fill", "complete", "preview"):
        assert client.post(f"{base}/agreement/{name}", {"text": AGREEMENT}).status_code == 404, name


def test_completion_answers_with_the_log_s_own_words(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    text = AGREEMENT.replace("stop: Resolved", "stop: ")
    line = text.split("\n").index("    stop: ")
    answer = client.post(base + "/agreement/complete", {"text": text, "line": line, "column": 10}).json()
    assert {"Opened", "Resolved"} <= {one["value"] for one in answer["suggestions"]}
    assert (
        client.post(base + "/agreement/complete", {"text": text, "line": "x", "column": "-1"}).status_code
        == 200
    )
