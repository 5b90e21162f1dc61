"""The pages of a proposal: written in the editor, proposed, read by the other side, answered; who sees what."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.steps.agree.proposals.table import EASIER, MIDDLE, Table, table
from tests.steps.ground_of_steps import AGREEMENT, person


class Visitor:
    def __init__(self, client: Any, desk: Table, user: Any) -> None:
        self.client, self.desk, self.user = client, desk, user

    def address(self, path: str) -> str:
        return f"/e/{self.desk.engagement.slug}/{path}"

    def get(self, path: str, status: int = 200) -> str:
        self.client.force_login(self.user)
        answer = self.client.get(self.address(path))
        assert answer.status_code == status, (answer.status_code, answer.content[:1500])
        whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return str(whole.decode()).replace("\xa0", " ")

    def post(self, path: str, **data: Any) -> Any:
        self.client.force_login(self.user)
        return self.client.post(self.address(path), data)

    def act(self, proposal: Any, act: str, **data: Any) -> Any:
        path = f"proposals/{proposal.pk}"
        seen = re.search(r'name="seen" value="(\d+)"', self.get(path))
        return self.post(path, act=act, **{"seen": seen[1] if seen else "1", **data})


@pytest.fixture
def desk(client: Any, tmp_path: Path) -> Table:
    return table(tmp_path)


@pytest.fixture
def vendor(client: Any, desk: Table) -> Visitor:
    return Visitor(client, desk, desk.people["vendor"])


@pytest.fixture
def lan(client: Any, desk: Table) -> Visitor:
    return Visitor(client, desk, desk.people["client"])


def newest(desk: Table) -> Any:
    from giao.steps.agree.proposals.models import Proposal

    return Proposal.objects.filter(engagement=desk.engagement).order_by("-created").first()


def send(visitor: Visitor, text: str, day: str = "2016-05-01", note: str = "") -> Any:
    """From the editor to the sent proposal, as a person goes."""
    there = visitor.post("proposals/new", text=text, day=day, act="propose")
    assert there.status_code == 302
    page = visitor.get(there["Location"].split(visitor.desk.engagement.slug + "/")[1])
    hidden = dict(re.findall(r'name="(seen|answers)" value="(\w+)"', page))
    return visitor.post("proposals/new", act="confirm", day=day, note=note, **hidden)


def test_vendor_proposes_client_counters_vendor_accepts(vendor: Visitor, lan: Visitor, desk: Table) -> None:
    page = vendor.get("agreement/edit")
    assert "Propose to Acme" in page
    assert "Put in force" not in page
    assert send(vendor, EASIER, note="Nights cannot be done in ten hours.").status_code == 302
    first = newest(desk)
    assert "waits for your answer" in lan.get("agreement")
    assert "waits for the other side" in vendor.get("agreement")
    seen = lan.get(f"proposals/{first.pk}")
    assert "10 hours → 1 day" in seen
    assert "Nights cannot be done in ten hours." in seen
    assert "waits for your answer" in seen
    taken = lan.act(first, "take")
    assert taken.status_code == 302
    assert "day=2016-05-01" in taken["Location"]
    editor = lan.get("agreement/edit")
    assert "answers a proposal of the other side" in editor
    assert "within: 24 hours" in editor
    assert send(lan, MIDDLE, note="Sixteen.").status_code == 302
    second = newest(desk)
    assert second.name == "1.2"
    both = vendor.get(f"proposals/{second.pk}")
    assert "1 day → 16 hours" in both, "against the proposal before it"
    assert "10 hours → 16 hours" in both, "against what is in force"
    asked = vendor.act(second, "accept")
    assert asked.status_code == 200
    assert "binds" in asked.content.decode()
    assert desk.versions() == [1]
    assert vendor.act(second, "confirm").status_code == 302
    assert desk.versions() == [1, 2]
    history = lan.get("agreement")
    assert "waits for" not in history
    assert "Proposal 1.2: proposed by Lan (Client), accepted by Minh." in history
    listed = lan.get("proposals")
    assert "Accepted" in listed
    assert "Countered" in listed


def test_it_is_asked_once_with_its_figures_and_not_yet_keeps_what_was_typed(
    lan: Visitor, desk: Table
) -> None:
    proposal = desk.propose(day=date(2016, 3, 1))
    asked = lan.act(proposal, "accept", text="With thanks.").content.decode().replace("\xa0", " ")
    assert "From 1 Mar 2016 this text binds" in asked
    assert "credits €1,128.24 lower" in asked
    assert "months that are still open are computed anew" in asked
    later = lan.act(proposal, "later", text="With thanks.")
    assert later.status_code == 200
    assert "With thanks.</textarea>" in later.content.decode()
    assert "alertdialog" not in later.content.decode()
    assert desk.versions() == [1]


def test_a_stale_page_is_told_what_changed_and_nothing_happens(
    vendor: Visitor, lan: Visitor, desk: Table
) -> None:
    proposal = desk.propose()
    path = f"proposals/{proposal.pk}"
    assert vendor.act(proposal, "withdraw").status_code == 302
    answer = lan.post(path, act="confirm", seen="1")
    assert answer.status_code == 409
    assert "Minh was first: withdrew it" in answer.content.decode()
    assert lan.post(path, act="confirm", seen="x").status_code == 400
    assert lan.post(path, act="nonsense", seen="2").status_code == 400
    assert desk.versions() == [1]


def test_a_draft_that_changed_in_another_window_is_read_again(vendor: Visitor, desk: Table) -> None:
    vendor.post("proposals/new", text=EASIER, day="2016-05-01", act="propose")
    answer = vendor.post("proposals/new", act="confirm", day="2016-05-01", seen="0" * 64)
    assert answer.status_code == 409
    assert "has changed since" in answer.content.decode()
    hidden = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    assert hidden
    bad = vendor.post("proposals/new", act="confirm", day="2016-02-15", seen=hidden[1])
    assert bad.status_code == 400
    assert "only takes adjustments" in bad.content.decode()
    assert vendor.post("proposals/new", act="confirm", day="soon", seen=hidden[1]).status_code == 400
    assert newest(desk) is None


def test_a_document_with_mistakes_goes_back_to_the_editor(vendor: Visitor, desk: Table) -> None:
    wrong = EASIER.replace("points: 60", "pints: 60")
    there = vendor.post("proposals/new", text=wrong, day="2016-05-01", act="propose")
    back = vendor.client.get(there["Location"])
    assert back.status_code == 302
    assert back["Location"].endswith("/agreement/edit")
    page = vendor.get("agreement/edit")
    assert "the document has things to mend" in page
    assert "pints: 60" in page, "what was typed is kept"


def test_one_side_alone_does_not_put_a_change_in_force(lan: Visitor, desk: Table) -> None:
    answer = lan.post("agreement/edit", text=EASIER, act="confirm", day="2016-05-01")
    assert answer.status_code == 409
    assert "propose the change" in answer.content.decode()
    assert desk.versions() == [1]


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "team_lead"])
def test_who_is_no_manager_reads_and_does_nothing(
    client: Any, desk: Table, vendor: Visitor, role: str
) -> None:
    proposal = desk.propose()
    reader = Visitor(client, desk, person("Reader", desk.made.client, role))
    page = reader.get(f"proposals/{proposal.pk}")
    assert 'value="accept"' not in page
    assert 'value="note"' not in page
    for act in ("accept", "confirm", "decline", "withdraw", "note", "take"):
        assert reader.post(f"proposals/{proposal.pk}", act=act, seen="1", text="x").status_code == 403
    assert reader.post("proposals/new", text=EASIER, day="2016-05-01").status_code == 403
    assert reader.get("proposals/new", 403)
    assert desk.versions() == [1]
    allowed = 302 if role == "analyst" else 403
    assert reader.post(f"proposals/{proposal.pk}", act="replay").status_code == allowed


def test_strangers_find_nothing(client: Any, desk: Table, tmp_path: Path) -> None:
    proposal = desk.propose()
    elsewhere = table(tmp_path / "other" if (tmp_path / "other").mkdir() is None else tmp_path)
    stranger = Visitor(client, desk, elsewhere.people["client"])
    for path in ("proposals", "proposals/new", f"proposals/{proposal.pk}"):
        assert "10 hours" not in stranger.get(path, 404)
    inside = Visitor(client, elsewhere, elsewhere.people["client"])
    inside.get(f"proposals/{proposal.pk}", 404)
    assert inside.post(f"proposals/{proposal.pk}", act="confirm", seen="1").status_code == 404


def test_hostile_text_is_shown_as_text(vendor: Visitor, lan: Visitor, desk: Table) -> None:
    hostile = "<script>alert(1)</script>"
    text = EASIER.replace("{en: Small desk, vi: Bàn nhỏ}", f'{{en: "{hostile}"}}') + f"# {hostile}\n"
    proposal = desk.propose(text, note=f"{hostile} =1+1")
    for page in (lan.get(f"proposals/{proposal.pk}"), lan.get("proposals")):
        assert hostile not in page
    assert "&lt;script&gt;" in lan.get(f"proposals/{proposal.pk}")


def test_the_list_says_what_to_do_when_it_is_empty_and_exports(lan: Visitor, desk: Table) -> None:
    assert "No proposal so far" in lan.get("proposals")
    desk.propose()
    desk.propose(AGREEMENT.replace("points: 60", "points: 40"), date(2016, 6, 1), "client")
    found = lan.get("proposals?q=points")
    assert "2.1" in found
    assert ">1.1<" not in found
    assert ">1.1<" in lan.get("proposals?f_side=vendor")
    file = lan.get("proposals?export=csv")
    assert "10 hours → 1 day" in file
    assert "60 → 40" in file


def test_an_overtaken_text_is_taken_up_again(vendor: Visitor, lan: Visitor, desk: Table) -> None:
    from giao.steps.agree.contracts.models import Draft

    ours, theirs = desk.propose(), desk.propose(MIDDLE, date(2016, 6, 1), "client")
    assert lan.act(ours, "confirm").status_code == 302
    page = lan.get(f"proposals/{theirs.pk}")
    assert "Version 2 came into force meanwhile" in page
    assert lan.act(theirs, "take").status_code == 302
    draft = Draft.objects.get(engagement=desk.engagement, author=desk.people["client"])
    assert draft.answers is None
    assert send(lan, draft.text, "2016-06-01").status_code == 302
    assert newest(desk).name == "3.1"


def test_both_languages(vendor: Visitor, desk: Table) -> None:
    proposal = desk.propose()
    desk.people["client"].language = "vi"
    desk.people["client"].save()
    vendor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
    page = Visitor(vendor.client, desk, desk.people["client"]).get(f"proposals/{proposal.pk}")
    assert "Đề xuất 1.1" in page
    assert "10 giờ → 1 ngày" in page
