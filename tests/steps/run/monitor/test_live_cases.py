"""Pages of an engagement whose cases came live, without any file: list, case, number."""

from __future__ import annotations

from typing import Any


def test_a_live_case_has_its_page_its_row_and_its_number(client: Any) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event, recorded

    here = desk()
    recorded(here, event(1, "Opened", "C1"), event(2, "Opened", "C2"))
    client.force_login(person("Lan", here.client))

    def page(place: str) -> str:
        answer = client.get(f"/e/{here.slug}{place}")
        assert answer.status_code == 200, answer.content.decode()[-600:]
        return str(answer.content.decode())

    assert "C2" in page("/cases")
    assert "Resolved" not in page("/cases/C2")
    recorded(here, event(3, "Resolved", "C2"), event(4, "Opened", "Live-9"))
    assert "Resolved" in page("/cases/C2")
    assert "Live-9" in page("/cases")
    assert "100%" in page("/levels/in_time?window=2026-01")
    assert "C2" in page("/cases?kpi=in_time&window=2026-01")
    assert client.get(f"/e/{here.slug}/cases/nothing").status_code == 404


def test_a_page_that_follows_the_stream_starts_no_reading_of_its_own(client: Any) -> None:
    from tests.kernel.ground import person
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.readings.models import Reading
    from giao.kernel.readings.queries import keep_up

    here = desk()
    recorded(here, event(1, "Opened", "C1"))
    client.force_login(person("Lan", here.client))
    place = f"/e/{here.slug}/cases"
    assert "C1" in client.get(place).content.decode()
    recorded(here, event(2, "Opened", "Live-9"))
    before = Reading.objects.count()
    assert "Live-9" not in client.get(place, headers={"x-giao-live": "1"}).content.decode()
    assert Reading.objects.count() == before, "the stream keeps up what is watched"
    keep_up([here.pk])
    assert "Live-9" in client.get(place, headers={"x-giao-live": "1"}).content.decode()
    recorded(here, event(3, "Opened", "Live-10"))
    assert "Live-10" in client.get(place).content.decode(), "a page that is opened reads what there is"
