"""Control tower: worst first, from stored figures, in a bounded number of queries."""

from datetime import UTC, datetime
from typing import Any


def signed_in(client: Any, here: Any) -> Any:
    from tests.kernel.ground import person

    user = person("Lan", here.client)
    client.force_login(user)
    return user


def test_without_engagements_it_says_what_to_do(client: Any) -> None:
    from tests.kernel.ground import person

    client.force_login(person())
    body = client.get("/").content.decode()
    assert "No engagement yet" in body
    assert "administrator" in body


def test_a_row_shows_levels_open_at_risk_credits_and_what_is_next(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    here = world()
    user = signed_in(client, here)
    here.engagement.owner = user
    here.engagement.save()
    store_figures(here.engagement, state="minimum_default")
    body = client.get("/").content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")
    for said in (
        "Promise 0",
        "96.8%",
        "(n 1,903)",
        "minimum missed",
        "€1,920.50",
        "of €4,000",
        "close due in 2 days",
        ">Lan<",
    ):
        assert said in body, said
    assert body.count('class="sparkline"') == 2
    assert 'class="tower-row tower-minimum_default"' in " ".join(body.split())


def test_the_same_row_in_vietnamese(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    here = world()
    signed_in(client, here)
    store_figures(here.engagement)
    client.post("/language", {"language": "vi", "next": "/"})
    body = client.get("/").content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")
    for said in ('<html lang="vi"', "Cam kết 0", "96,8%", "1.920,50 €", "Bảng điều hành"):
        assert said in body, said
    assert "Promise" not in body


def test_worst_comes_first_and_what_is_not_measured_last(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    from giao.portal.tower import tower_rows

    names = {}
    for state in ("met", "minimum_default", "no_data", "expected_default"):
        engagement = world(name=state).engagement
        store_figures(engagement, state=state)
        names[state] = engagement
    nothing = world(name="nothing").engagement
    rows = tower_rows([*names.values(), nothing])
    assert [row.engagement.name for row in rows] == [
        "minimum_default",
        "expected_default",
        "met",
        "no_data",
        "nothing",
    ]


def test_the_worst_levels_are_in_sight_and_the_others_one_click_away(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    from giao.kernel.readings.models import KpiFigure
    from giao.portal.tower import tower_rows

    here = world()
    signed_in(client, here)
    store_figures(here.engagement, kpis=8)
    KpiFigure.objects.filter(kpi="kpi7").update(state="minimum_default")
    KpiFigure.objects.filter(kpi="kpi6").update(state="no_data", value=None)
    row = tower_rows([here.engagement])[0]
    assert [cell.name for cell in row.kpis] == ["kpi7", "kpi0", "kpi1", "kpi2", "kpi3"]
    assert (row.state, row.more_words) == ("minimum_default", "2 met, 1 no data")
    body = client.get("/").content.decode()
    assert "3 more: 2 met, 1 no data" in body
    assert body.count('class="sparkline"') == 8


def test_counts_have_no_decimals(db: None) -> None:
    from giao.kernel.readings.models import KpiFigure
    from giao.portal.tower import value_text

    assert value_text(KpiFigure(unit="number", value=3452.0)) == "3,452"
    assert value_text(KpiFigure(unit="number", value=4.256)) == "4.26"


def test_no_data_shows_as_no_data(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    here = world()
    signed_in(client, here)
    store_figures(here.engagement, state="no_data", kpis=1)
    body = client.get("/").content.decode()
    assert "no data" in body
    assert "0%" not in body


def test_twelve_windows_and_no_more_are_drawn_oldest_first(db: None) -> None:
    from tests.kernel.ground import store_figures, world

    from giao.kernel.readings.models import KpiFigure
    from giao.portal.tower import tower_rows

    engagement = world().engagement
    store_figures(engagement, windows=20, kpis=1)
    KpiFigure.objects.filter(position=0).update(value=0.9)
    KpiFigure.objects.filter(position=11).update(value=0.1)
    cell = tower_rows([engagement])[0].kpis[0]
    assert [point.value for point in cell.points] == [0.1, *[0.968] * 10, 0.9]
    assert cell.figure.value == 0.9


def test_the_number_of_queries_does_not_grow_with_the_engagements(db: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.kernel.ground import store_figures, world

    from giao.portal.tower import tower_rows

    counts = []
    for number in (1, 6):
        engagements = [world().engagement for _ in range(number)]
        for engagement in engagements:
            store_figures(engagement)
        with CaptureQueriesContext(connection) as queries:
            assert len(tower_rows(engagements)) == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_a_strangers_engagement_is_not_there(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    here, elsewhere = world(), world(name="Secret")
    store_figures(elsewhere.engagement)
    signed_in(client, here)
    assert "Secret" not in client.get("/").content.decode()


def test_the_past_has_its_own_edge_and_never_shows_todays_figures(client: Any) -> None:
    from tests.kernel.ground import store_figures, world

    here = world()
    signed_in(client, here)
    store_figures(here.engagement)
    body = client.get("/?as_of=2016-03-01T10:00").content.decode()
    assert "is-as-of" in body
    assert "You are looking at the past" in body
    assert "Promise 0" not in body
    assert "is-as-of" not in client.get("/").content.decode()
    assert client.get("/?as_of=tomorrow").status_code == 400


def test_a_failed_or_running_computation_is_said_in_its_row(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, store_figures, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import LogImport
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.readings.models import Reading
    from giao.portal.tower import tower_rows

    engagement = world().engagement
    old = store_figures(engagement)
    adopt_agreement(engagement, AGREEMENT)
    LogImport.objects.create(engagement=engagement, source="x", folder="x", hash="c" * 64)
    inputs = inputs_of([engagement])[engagement.pk]
    Reading.objects.create(
        engagement=engagement, agreement_hash=inputs.agreement_hash, log_hash=inputs.ledger_hash, as_of=engagement.as_of,
    )  # fmt: skip
    row = tower_rows([engagement])[0]
    assert row.reading == old
    assert row.wanted is not None
    assert row.wanted.state == "computing"


def test_next_counts_days_in_the_engagements_own_zone(db: None) -> None:
    from tests.kernel.ground import store_figures, world

    from giao.portal.tower import tower_rows

    late = datetime(
        2016, 5, 14, 23, 30, tzinfo=UTC
    )  # the 15th in Hanoi, still the 14th in Lisbon's summer is not
    for zone, words, overdue in (
        ("Asia/Ho_Chi_Minh", "close overdue by 1 day", True),
        ("America/New_York", "close due today", False),
    ):
        engagement = world(zone=zone, as_of=late).engagement
        store_figures(engagement)
        row = tower_rows([engagement])[0]
        assert (row.next_words, row.next_late) == (words, overdue)
