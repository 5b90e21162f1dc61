"""The statement pack on the server: what both sides decided is in it, in the language asked for, for those who may."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.steps.ground_of_steps import person, small_engagement
from tests.steps.improve.test_closing import Desk, close, desk

__all__ = ["desk"]


def read(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:1000]
    assert answer["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\xa0", " ").split())


def pack(desk: Desk, language: str = "en", month: str = "2016-02") -> str:
    slug = desk.made.engagement.slug
    return read(desk.client.get(f"/e/{slug}/statements/{month}/pack?language={language}"))


def test_a_month_in_both_languages(desk: Desk) -> None:
    desk.sign_in("client")
    english, vietnamese = pack(desk), pack(desk, "vi")
    assert "Statement pack Feb 2016" in english
    assert "€6,300.00" in english
    assert "Resolved in time" in english
    assert "draft" in english
    assert "Bộ hồ sơ bảng kê tháng 2/2016" in vietnamese
    assert "6.300,00 €" in vietnamese
    assert "Khắc phục đúng hạn" in vietnamese
    assert "giao evaluate" in vietnamese
    late = desk.client.get(f"/e/{desk.made.engagement.slug}/statements/2016-02/pack?language=vi")
    assert late["Content-Disposition"].endswith('-2016-02-pack-vi.pdf"')


def test_every_breach_of_the_month_is_listed(desk: Desk) -> None:
    from giao.kernel.readings.models import KpiFigure

    desk.sign_in("vendor")
    text = pack(desk)
    found = KpiFigure.objects.filter(kpi="in_time", window="2016-02", misses=5)
    assert found.exists()
    for case in ("C15", "C18", "C21", "C24", "C27"):
        assert f"{case} Resolved in time" in text
    assert "C16 Resolved in time" not in text


def test_reviewed_then_closed_with_names_and_hash(desk: Desk) -> None:
    desk.sign_in("client")
    figures = desk.seen()
    desk.post("statements/2016-02/close", act="review", seen=figures)
    assert "Reviewed by the vendor not yet" in pack(desk)
    desk.sign_in("vendor")
    desk.post("statements/2016-02/close", act="review", seen=figures)
    assert "reviewed by both sides" in pack(desk)
    close(desk)
    text = pack(desk)
    assert "closed" in text
    assert "client--x" in text
    assert "vendor--x" in text
    assert figures in text.replace("\u200b", "")


def test_disputes_exclusions_and_the_invoice_are_in_it(desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk.sign_in("vendor")
    desk.post("exclusions", relief="client_caused", cases="C15", reason="Máy chủ của bên thuê dừng")
    file = SimpleUploadedFile("invoice.csv", b"item,amount\nPlatform,5010.00\nTaxi,7.00\n")
    desk.post("statements/2016-02/close", act="invoice", file=file, tolerance="0", tolerance_share="0")
    desk.sign_in("client")
    answer = desk.post(
        "disputes/new", month="2016-02", item="line:platform", claim="-50", text="half a day down"
    )
    assert answer.status_code == 302, answer.content[:500]
    text = pack(desk)
    for words in (
        "waits for an answer",
        "Máy chủ của bên thuê dừng",
        "invoice.csv",
        "Taxi",
        "not in the statement",
        "client--x raised it",
        "half a day down",
    ):
        assert words in text, words
    assert "−€50.00" in text


def test_who_may_not_export_and_who_is_a_stranger(client: Any, tmp_path: Path) -> None:
    from giao.kernel.parties.actions.create_organisation import create_organisation

    made = small_engagement(tmp_path)
    at = f"/e/{made.engagement.slug}/statements/2016-02/pack"
    client.force_login(person("Agent", made.vendor, "agent"))
    assert client.get(at).status_code == 403
    assert (
        "statement_pack" not in client.get(f"/e/{made.engagement.slug}/statements/2016-02").content.decode()
    )
    client.force_login(person("Other", create_organisation("Stranger", "FR"), "client_manager"))
    assert client.get(at).status_code == 404
    client.force_login(person("Lan", made.client, "auditor"))
    assert client.get(at).status_code == 200
    assert client.get(at.replace("2016-02", "1999-01")).status_code == 404
    assert client.get(at + "?language=fr").status_code == 400
    page = client.get(f"/e/{made.engagement.slug}/statements/2016-02").content.decode()
    assert f"{at}?language=vi" in page
    assert f"{at}?language=en" in page


@pytest.mark.parametrize(("language", "title"), [("vi", "Bộ hồ sơ bảng kê"), ("en", "Statement pack")])
def test_the_address_for_machines(client: Any, tmp_path: Path, language: str, title: str) -> None:
    from tests.api.ground import by_token

    made = small_engagement(tmp_path)
    caller = by_token(made.vendor, "exports:read")
    at = f"/engagements/{made.engagement.slug}/statements/2016-02/pack?language={language}"
    assert title in read(caller.get(at))
    assert caller.get(at.replace("2016-02", "1999-01")).status_code == 404
    assert by_token(made.vendor, "statements:read").get(at).status_code == 403
