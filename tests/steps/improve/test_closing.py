"""A month is closed by two sides: same figures, invoice matched, disputes settled, exclusions decided, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement

D = Decimal
RELIEF = "relief:\n  - {kind: client_caused, effect: case}\n  - {kind: force_majeure, effect: case, evidence: report}\n"


@dataclass
class Desk:
    """The small engagement on 5 March 2016: February is over and not closed (close: P10D)."""

    client: Any
    made: Any

    def sign_in(self, side: str, role: str = "") -> Any:
        organisation = getattr(self.made, side)
        user = person(f"{side}-{role}-x", organisation, role or f"{side}_manager")
        self.client.force_login(user)
        return user

    def get(self, address: str) -> str:
        answer = self.client.get(f"/e/{self.made.engagement.slug}/{address}")
        assert answer.status_code == 200, (answer.status_code, answer.content[:2000])
        return str(answer.content.decode()).replace("\xa0", " ")

    def post(self, address: str, **data: Any) -> Any:
        return self.client.post(f"/e/{self.made.engagement.slug}/{address}", data)

    def seen(self, month: str = "2016-02") -> str:
        return self.get(f"statements/{month}/close").split('name="seen" value="')[1].split('"')[0]

    def statement(self, month: str = "2016-02") -> Any:
        from giao.kernel.readings.queries import reading_for
        from giao.steps.improve.reviews.queries import statements_of

        found = statements_of(reading_for(self.made.engagement))
        return next(item for item in found if item.month == month)


@pytest.fixture
def desk(client: Any, tmp_path: Path) -> Desk:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    made = small_engagement(tmp_path, with_agreement=False)
    adopt_agreement(made.engagement, AGREEMENT + RELIEF)
    made.engagement.as_of = datetime(2016, 3, 5, 12, 0, tzinfo=UTC)
    made.engagement.save()
    return Desk(client, made)


def close(desk: Desk) -> None:
    for side in ("vendor", "client"):
        desk.sign_in(side)
        assert desk.post("statements/2016-02/close", act="review", seen=desk.seen()).status_code == 302
    assert desk.post("statements/2016-02/close", act="close", seen=desk.seen()).status_code == 302


def test_both_review_the_client_closes_and_the_month_is_frozen(desk: Desk) -> None:
    desk.sign_in("client")
    before = desk.statement()
    assert not before.closed
    close(desk)
    after = desk.statement()
    assert after.closed
    assert after.total == before.total
    text = desk.get("statements/2016-02/close")
    assert "Closed with a total of" in text
    assert "must never be" not in text
    assert desk.get("statements/2016-02").count("closed") >= 1


def test_a_late_event_after_the_close_is_an_adjustment_not_a_change(desk: Desk, tmp_path: Path) -> None:
    from giao.kernel.engagements.actions.record_decision import record_decisions
    from giao.steps.improve.closing.models import MonthClose

    close(desk)
    frozen = desk.statement()
    # A case excused after the close: its credit is smaller now, but the closed month stands.
    claim = {
        "type": "giao.fact.relief",
        "relief": "client_caused",
        "id": "x1",
        "cases": ["C15", "C18", "C21", "C24", "C27"],
    }
    agreed = [
        {"type": "giao.decision.relief", "claim": "x1", "by": by, "accept": True}
        for by in ("client", "vendor")
    ]
    desk.made.engagement.as_of = datetime(2016, 3, 6, 12, 0, tzinfo=UTC)
    desk.made.engagement.save()
    record_decisions(desk.made.engagement, None, [claim, *agreed], "late")
    again = desk.statement()
    assert (again.closed, again.total, again.credits) == (True, frozen.total, frozen.credits)
    assert desk.statement("2016-03").adjustments
    assert MonthClose.objects.get(engagement=desk.made.engagement).total == frozen.total


def test_one_side_alone_cannot_close(desk: Desk) -> None:
    desk.sign_in("client")
    seen = desk.seen()
    desk.post("statements/2016-02/close", act="review", seen=seen)
    answer = desk.post("statements/2016-02/close", act="close", seen=desk.seen())
    assert answer.status_code == 409
    assert "still wait for the review of the vendor" in answer.content.decode()
    assert not desk.statement().closed


def test_a_review_of_figures_that_changed_does_not_count(desk: Desk) -> None:
    from giao.kernel.engagements.actions.record_decision import record_decisions

    desk.sign_in("client")
    seen = desk.seen()
    desk.post("statements/2016-02/close", act="review", seen=seen)
    claim = {
        "type": "giao.fact.relief",
        "relief": "client_caused",
        "id": "x1",
        "cases": ["C15", "C18", "C21", "C24", "C27"],
    }
    agreed = [
        {"type": "giao.decision.relief", "claim": "x1", "by": by, "accept": True}
        for by in ("client", "vendor")
    ]
    record_decisions(desk.made.engagement, None, [claim, *agreed], "late")
    text = desk.get("statements/2016-02/close")
    assert "the figures have changed since" in text
    answer = desk.post("statements/2016-02/close", act="review", seen=seen)
    assert answer.status_code == 409
    assert "The figures changed while you were looking" in answer.content.decode()


def test_a_month_that_is_not_over_is_not_reviewed(desk: Desk) -> None:
    from giao.steps.improve.closing.figures import figures_hash

    desk.sign_in("client")
    seen = figures_hash(desk.statement("2016-03"))
    answer = desk.post("statements/2016-03/close", act="review", seen=seen)
    assert answer.status_code == 409
    assert "is not over yet" in answer.content.decode()


@pytest.mark.parametrize(("side", "role"), [("client", "auditor"), ("vendor", "analyst")])
def test_onlookers_see_and_do_nothing(desk: Desk, side: str, role: str) -> None:
    from giao.steps.improve.closing.models import MonthReview

    desk.sign_in(side, role)
    text = desk.get("statements/2016-02/close")
    assert "Agree with these figures" not in text
    assert desk.post("statements/2016-02/close", act="review", seen="x").status_code == 403
    assert (
        desk.post("disputes/new", month="2016-02", item="line:resolved", claim="-1", text="x").status_code
        == 403
    )
    assert desk.post("exclusions", relief="client_caused", cases="C15", reason="x").status_code == 403
    assert not MonthReview.objects.filter(engagement=desk.made.engagement).exists()


def test_the_vendor_does_not_close(desk: Desk) -> None:
    desk.sign_in("vendor")
    assert desk.post("statements/2016-02/close", act="close", seen=desk.seen()).status_code == 403


INVOICE = "Item,Quantity,Unit price,Amount\nresolved,15,86.67,1300.00\nNền tảng,1,5000,5200.00\nCourier,,,40.00\nResolved in time,,,-453.60\n"


def upload(name: str, text: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, text.encode())


def test_the_vendors_invoice_is_matched_line_by_line(desk: Desk) -> None:
    desk.sign_in("vendor")
    answer = desk.post("statements/2016-02/close", act="invoice", file=upload("invoice.csv", INVOICE))
    assert answer.status_code == 302
    text = desk.get("statements/2016-02/close")
    assert "differs" in text  # the platform: 5,200 beside 5,000, found by its Vietnamese title
    assert "€200.00" in text
    assert "not in the statement" in text  # the courier
    assert "not invoiced" in text  # the tax
    # Pair the courier with the platform: 5,240 beside 5,000 then.
    desk.post("statements/2016-02/close", act="pair", line="Courier", item="line:platform")
    assert "€240.00" in desk.get("statements/2016-02/close")
    assert (
        desk.post("statements/2016-02/close", act="pair", line="Courier", item="line:nothing").status_code
        == 400
    )


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Choose the vendor&#x27;s invoice first"),
        (("x.csv", "a,b\n1,2\n"), "no row has headings"),
        (("x.csv", "Item;Amount\nA;1.234\n"), "could be read two ways"),
        (("x.xlsx", "nonsense"), "is not what its name says"),
    ],
)
def test_an_invoice_that_cannot_be_read_is_answered(
    desk: Desk, file: tuple[str, str] | None, words: str
) -> None:
    desk.sign_in("client")
    more = {"file": upload(*file)} if file else {}
    answer = desk.post("statements/2016-02/close", act="invoice", tolerance="5", **more)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert 'value="5"' in answer.content.decode()  # what was typed is kept


def dispute(desk: Desk, claim: str = "-200", item: str = "line:platform") -> str:
    answer = desk.post("disputes/new", month="2016-02", item=item, claim=claim, text="The platform was down.")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"]).strip("/").split("/")[-1]


def test_a_dispute_is_settled_and_booked(desk: Desk) -> None:
    from giao.steps.improve.closing.models import Dispute

    desk.sign_in("client")
    key = dispute(desk)
    row = Dispute.objects.get(pk=key)
    assert (row.state, row.claim, row.stood, row.answer_by) == (
        "open", D(-200), D(5000), row.answer_by)  # fmt: skip
    assert "Platform" in desk.get(f"disputes/{key}")
    assert (
        desk.post(f"disputes/{key}", act="accept", seen="1").status_code == 409
    )  # nobody accepts their own claim
    desk.sign_in("vendor")
    assert desk.post(f"disputes/{key}", act="offer", amount="-120,50", seen="1").status_code == 302
    desk.sign_in("client")
    assert "Accept: settle with" in desk.get(f"disputes/{key}")
    assert desk.post(f"disputes/{key}", act="accept", seen="2").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.agreed) == ("settled", D("-120.50"))
    [line] = [line for line in desk.statement("2016-03").extras if line.kind == "settlement"]
    assert line.amount == D("-120.50")
    text = desk.get("statements/2016-03")
    assert "Dispute settled: Platform" in text
    assert desk.post(f"disputes/{key}", act="withdraw", seen="3").status_code == 409


def test_two_people_on_one_dispute_one_wins_the_other_is_told(desk: Desk) -> None:
    from giao.steps.improve.closing.models import Dispute

    desk.sign_in("client")
    key = dispute(desk)
    desk.sign_in("vendor")
    assert desk.post(f"disputes/{key}", act="reject", text="It was up.", seen="1").status_code == 302
    desk.sign_in("client")
    answer = desk.post(f"disputes/{key}", act="withdraw", text="my words", seen="1")
    assert answer.status_code == 409
    assert "was first: rejected it" in answer.content.decode()
    assert "my words" in answer.content.decode()
    assert Dispute.objects.get(pk=key).state == "rejected"
    assert (
        desk.post(f"disputes/{key}", act="note", text="still", seen="1").status_code == 302
    )  # words are never lost


def test_withdrawn_it_can_be_raised_again_settled_it_cannot(desk: Desk) -> None:
    desk.sign_in("client")
    key = dispute(desk)
    desk.post(f"disputes/{key}", act="withdraw", seen="1")
    assert dispute(desk, "-50") == key
    answer = desk.post("disputes/new", month="2016-02", item="line:platform", claim="-1", text="again")
    assert answer.status_code == 409
    desk.sign_in("vendor")
    desk.post(f"disputes/{key}", act="accept", seen="3")
    desk.sign_in("client")
    assert (
        desk.post("disputes/new", month="2016-02", item="line:platform", claim="-1", text="x").status_code
        == 409
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"claim": "0"}, "nothing to change is no dispute"),
        ({"claim": "about ten"}, "is no amount"),
        ({"text": " "}, "Say why"),
        ({"item": "line:nothing"}, "no such item"),
    ],
)
def test_a_dispute_needs_item_amount_and_reason(desk: Desk, form: dict[str, str], words: str) -> None:
    from giao.steps.improve.closing.models import Dispute

    desk.sign_in("client")
    given = {"month": "2016-02", "item": "line:platform", "claim": "-10", "text": "why"} | form
    answer = desk.post("disputes/new", **given)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Dispute.objects.filter(engagement=desk.made.engagement).exists()


def test_the_answer_is_due_after_five_business_days() -> None:
    from giao.core.agreement.load import parse_agreement
    from giao.steps.improve.closing.actions.raise_dispute import answer_by

    text = AGREEMENT.replace("hours: 24x7", 'hours: {mon-fri: [["09:00", "17:00"]]}')
    thursday = datetime(2016, 3, 3, 10, 0, tzinfo=UTC)
    assert answer_by(parse_agreement(text)[0], thursday) == datetime(2016, 3, 10, 16, 0, tzinfo=UTC)


def test_the_list_is_searched_and_exported(desk: Desk) -> None:
    desk.sign_in("client")
    assert "No dispute so far" in desk.get("disputes")
    dispute(desk)
    dispute(desk, "-453.60", "credit:in_time:2016-02")
    assert "Platform" not in desk.get("disputes?q=in+time")
    assert "Platform" in desk.get("disputes?f_state=open")
    answer = desk.client.get(f"/e/{desk.made.engagement.slug}/disputes?export=csv")
    assert b"-200" in b"".join(answer.streaming_content if answer.streaming else [answer.content])


def test_evidence_is_kept_and_handed_out_as_a_download(desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk.sign_in("client")
    page = SimpleUploadedFile("../../<b>proof.txt", b"<script>alert(1)</script>")
    answer = desk.post(
        "disputes/new", month="2016-02", item="line:platform", claim="-1", text="x", evidence=page
    )
    key = str(answer["Location"]).strip("/").split("/")[-1]
    text = desk.get(f"disputes/{key}")
    assert "<b>proof" not in text
    address = text.split('href="/e/')[-1]
    links = [part.split('"')[0] for part in text.split('href="') if f"/disputes/{key}/" in part.split('"')[0]]
    file = desk.client.get(links[0])
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Type"] == "application/octet-stream"
    assert b"".join(file.streaming_content) == b"<script>alert(1)</script>"
    assert address


def test_an_exclusion_changes_the_number_only_when_the_other_side_agrees(desk: Desk) -> None:
    from giao.steps.improve.closing.models import Exclusion

    desk.sign_in("vendor")
    before = desk.statement()
    answer = desk.post(
        "exclusions", relief="client_caused", cases="C15\nC18, C21", reason="They waited for you."
    )
    assert answer.status_code == 302
    row = Exclusion.objects.get(engagement=desk.made.engagement)
    assert row.cases == ["C15", "C18", "C21"]
    assert desk.statement().credit_total == before.credit_total
    assert desk.post("exclusions", act="decide", exclusion=str(row.pk), decision="accept").status_code == 409
    desk.sign_in("client")
    assert "They waited for you." in desk.get("exclusions")
    assert desk.post("exclusions", act="decide", exclusion=str(row.pk), decision="refuse").status_code == 400
    assert desk.post("exclusions", act="decide", exclusion=str(row.pk), decision="accept").status_code == 302
    after = desk.statement()
    assert after.credits[0].trace != before.credits[0].trace or after.credit_total < before.credit_total
    assert desk.post("exclusions", act="decide", exclusion=str(row.pk), decision="accept").status_code == 409


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"relief": "weather"}, "no such relief"),
        ({"cases": "C999"}, "no case C999"),
        ({"cases": ""}, "Name the cases"),
        ({"reason": ""}, "Say why"),
        ({"relief": "force_majeure"}, "asks for evidence: report"),
        ({"begins": "2016-02-10T10:00", "ends": "2016-02-09T10:00"}, "before the beginning"),
        ({"begins": "soon"}, "is not an instant"),
    ],
)
def test_an_exclusion_says_what_is_missing(desk: Desk, form: dict[str, str], words: str) -> None:
    from giao.steps.improve.closing.models import Exclusion

    desk.sign_in("vendor")
    answer = desk.post("exclusions", **({"relief": "client_caused", "cases": "C15", "reason": "why"} | form))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Exclusion.objects.filter(engagement=desk.made.engagement).exists()


def test_strangers_get_nothing(desk: Desk) -> None:
    from giao.kernel.parties.actions.create_organisation import create_organisation

    desk.sign_in("client")
    key = dispute(desk)
    desk.client.force_login(person("Eve", create_organisation("Others"), "client_manager"))
    slug = desk.made.engagement.slug
    for address in (
        "statements/2016-02/close",
        "disputes",
        f"disputes/{key}",
        "disputes/new?month=2016-02",
        "exclusions",
    ):
        assert desk.client.get(f"/e/{slug}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("-1.234,50", "-1234.50"),
        ("1,234.5", "1234.5"),
        ("-120,5", "-120.5"),
        ("−7", "-7"),
        (" 1 000 ", "1000"),
        ("", None),
    ],
)
def test_amounts_as_people_type_them(text: str, amount: str | None, django_ready: None) -> None:
    from giao.steps.improve.closing.forms import amount_of

    assert amount_of(text, "x") == (None if amount is None else D(amount))
