"""A value that a snapshot takes away is told as such among the events of its case, and stands among its facts no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

AGREEMENT = """\
giao: 1
name: desk
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
work:
  received: New
  delivered: Resolved
  attributes: {caller: {type: string, label: Caller, personal: true}}
calendars:
  always: {zone: UTC, hours: 24x7}
clocks:
  resolution: {start: New, stop: Resolved, targets: [{within: 10 hours}]}
"""

LOG = """\
number,state,at,hold,caller
C1,New,2016-01-04 09:00,,Anna
C1,Waiting,2016-01-04 10:00,vendor part,Anna
C1,Active,2016-01-04 11:00,,
C1,Resolved,2016-01-04 12:00,,
"""


@pytest.fixture
def page(client: Any, tmp_path: Path, db: None) -> Any:
    from tests.kernel.ground import person, world

    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of

    made = world("Snapshots")
    adopt_agreement(made.engagement, AGREEMENT)
    file, folder = tmp_path / "log.csv", folder_of(made.engagement, "logs") / "one"
    file.write_text(LOG, encoding="utf-8")
    mapping = LogMapping(shape="snapshot", case="number", state="state", time="at", clears="all", zone="UTC")
    report = import_log(file, folder, mapping)
    record_log(made.engagement, folder, report.hash, "log.csv")
    client.force_login(person("Reader", made.client, "analyst"))
    answer = client.get(f"/e/{made.engagement.slug}/cases/C1")
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def changes(page: Any, number: int) -> list[str]:
    row = page.get_element_by_id(f"event-{number}")
    return [
        " ".join(part.text_content().split()) for part in row.xpath(".//*[contains(@class, 'changes')]/div")
    ]


def test_it_is_told_where_it_happened_and_no_longer_a_fact(page: Any) -> None:
    assert "hold: vendor part" in changes(page, 2)
    assert "hold: vendor part taken away" in changes(page, 3)
    assert changes(page, 4) == [], "it is taken away once"
    assert "vendor part" not in " ".join(node.text_content() for node in page.xpath("//aside//dd | //dl//dd"))


def test_a_masked_value_is_taken_away_without_being_told(page: Any) -> None:
    assert "Caller: ••• taken away" in changes(page, 3)
    assert "Anna" not in page.text_content()
