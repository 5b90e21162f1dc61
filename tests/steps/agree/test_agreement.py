"""The agreement beside its words; a draft checked, tried and put in force; replay."""

from pathlib import Path
from typing import Any

from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement

EASIER = AGREEMENT.replace("within: 10 hours", "within: 24 hours")


def signed_in(client: Any, made: Any, role: str = "client_manager") -> str:
    client.force_login(person("Lan", made.client, role))
    return f"/e/{made.engagement.slug}"


def test_document_beside_plain_words(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    text = client.get(signed_in(client, made) + "/agreement").content.decode().replace("\xa0", " ")
    assert 'id="L1"' in text
    assert "Resolved in time" in text
    assert 'href="#L' in text
    schema = client.get(f"/e/{made.engagement.slug}/agreement/schema.json")
    assert schema.json()["$schema"].startswith("https://json-schema.org")


def test_a_mistake_is_named_with_its_line_and_kept(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    wrong = AGREEMENT.replace("points: 60", "pints: 60")
    line = wrong.splitlines().index("    pints: 60") + 1
    text = client.post(base + "/agreement/check", {"text": wrong}).content.decode().replace("\xa0", " ")
    assert f'data-line="{line}"' in text
    assert "points" in text
    assert "pints: 60" in client.get(base + "/agreement/edit").content.decode().replace("\xa0", " ")
    refused = client.post(base + "/agreement/edit", {"text": wrong, "act": "adopt", "day": "2016-05-01"})
    assert refused.status_code == 422
    assert made.engagement.versions.count() == 1


def test_a_draft_is_tried_asked_once_and_put_in_force(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    tried = client.post(base + "/agreement/edit", {"text": EASIER, "act": "preview"}, follow=True)
    assert (
        "In Feb 2016 the credits would have been €0.00 instead of €680.40."
        in tried.content.decode().replace("\xa0", " ")
    )
    asked = client.post(base + "/agreement/edit", {"text": EASIER, "act": "adopt", "day": "2016-05-01"})
    assert "Version 2 binds" in asked.content.decode().replace("\xa0", " ")
    assert made.engagement.versions.count() == 1
    done = client.post(
        base + "/agreement/edit", {"text": EASIER, "act": "confirm", "day": "2016-05-01"}, follow=True
    )
    assert "10 hours → 1 day" in done.content.decode().replace("\xa0", " ")
    second = made.engagement.versions.get(number=2)
    assert str(second.effective) == "2016-05-01"
    assert "version: 2" in second.text


def test_only_managers_change_it(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made, "auditor")
    assert client.get(base + "/agreement").status_code == 200
    assert client.get(base + "/agreement/edit").status_code == 403
    assert client.post(base + "/agreement/check", {"text": "x"}).status_code == 403


def test_replay_side_by_side(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    base = signed_in(client, made)
    client.post(base + "/agreement/check", {"text": EASIER})
    text = client.post(base + "/replay", {"what": "draft"}, follow=True).content.decode().replace("\xa0", " ")
    assert "Over 3 months the client would have paid" in text
    assert "€680.40" in text
    same = client.post(base + "/replay", {"what": "1"}, follow=True).content.decode().replace("\xa0", " ")
    assert "would have paid the same" in same


def test_first_agreement_starts_from_a_template_that_is_right(client: Any, tmp_path: Path) -> None:
    from giao.core.agreement.check import check_text
    from giao.steps.agree.contracts.queries import log_of
    from giao.steps.agree.contracts.templates_of import first_template

    made = small_engagement(tmp_path, with_agreement=False)
    log = log_of(made.engagement)
    text = first_template(made.engagement, log)
    assert [fault.message for fault in check_text(text, log=log) if fault.severity == "error"] == []
    assert "Opened" in client.get(signed_in(client, made) + "/agreement/edit").content.decode().replace(
        "\xa0", " "
    )
