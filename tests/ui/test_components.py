"""Numbers, states, links and times as pages show them, in both languages."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")


def render(source: str, language: str = "en", path: str = "/", **context: Any) -> str:
    from django.template import Context, Template
    from django.test import RequestFactory
    from django.utils import translation

    request = context.pop("request", None) or RequestFactory().get(path)
    with translation.override(language):
        return Template(source).render(Context({"request": request, **context})).strip()


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1,234.5 96.8% €1,920 €1,920.50"), ("vi", "1.234,5 96,8% 1.920 € 1.920,50 €")],
)
def test_numbers_follow_the_reader(language: str, expected: str) -> None:
    source = "{{ a|number }} {{ b|percent }} {% money c 'EUR' True %} {% money d 'EUR' True %}"
    found = render(source, language, a=1234.5, b=0.968, c=Decimal(1920), d=Decimal("1920.5"))
    assert found.replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.99999, "99.999%"), (1, "100%"), (0, "0%"), (0.00001, "0.001%"), (0.95, "95.0%")],
)
def test_what_is_not_all_never_reads_all(share: float, expected: str) -> None:
    assert render("{{ share|percent }}", share=share) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ v|number }}",
        "{{ v|percent }}",
        "{% money v 'EUR' %}",
        "{% duration v %}",
        "{% instant v %}",
        "{{ v|day }}",
        "{% number_link v url='/x' %}",
    ],
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_data_is_never_nought(source: str, language: str) -> None:
    found = render(source, language, v=None)
    assert ("no data" if language == "en" else "chưa có dữ liệu") in found
    assert "0" not in found
    assert "<a" not in found


def test_a_number_opens_its_cases_with_n_and_definition() -> None:
    found = render(
        "{% number_link text url=url n=n definition=d source='measured' state='minimum_default' %}",
        text="61.2%", url="/cases?kpi=p1&x=<", n=1903, d='P1 in "4 h"',
    )  # fmt: skip
    assert (
        '<a href="/cases?kpi=p1&amp;x=&lt;" class="number" title="P1 in &quot;4 h&quot; · measured">61.2%</a>'
        in found
    )
    assert "(n&nbsp;1,903)" in found
    assert 'aria-label="minimum missed"' in found


@pytest.mark.parametrize(
    ("name", "word", "tone"),
    [
        ("met", "met", "good"),
        ("expected_default", "expected missed", "warn"),
        ("minimum_default", "minimum missed", "bad"),
        ("no_data", "no data", "plain"),
    ],
)
def test_a_state_is_word_icon_and_colour(name: str, word: str, tone: str) -> None:
    found = render("{% state_badge name %}", name=name)
    assert word in found
    assert f"state-{tone}" in found
    assert "<use href=" in found
    assert "is-provisional" not in found
    assert "is-provisional" in render("{% state_badge name True %}", name=name)


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    import re
    from pathlib import Path

    import giao
    from giao.ui.states import STATES
    from giao.ui.templatetags.giao import SPRITE

    package = Path(giao.__file__).parent
    sprite = (package / "ui" / "static" / SPRITE).read_text(encoding="utf-8")
    have = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked = {state.icon for state in STATES.values()}
    for template in package.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        asked |= set(re.findall(r'{% icon "([^"]+)"', text)) | set(re.findall(r'icon_name="([^"]+)"', text))
    for module in package.rglob("*.py"):
        if "core" not in module.parts:
            asked |= set(re.findall(r'\bicon="([^"]+)"', module.read_text(encoding="utf-8")))
    assert asked <= have, f"add {sorted(asked - have)} to ui/icons.txt and run python -m giao.ui.vendor"


def test_an_instant_stands_in_the_engagements_zone_with_the_readers_in_the_title() -> None:
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.standing = SimpleNamespace(zone=ZoneInfo("Europe/Amsterdam"))  # type: ignore[attr-defined]
    request.user = SimpleNamespace(time_zone="Asia/Ho_Chi_Minh")  # type: ignore[assignment]
    moment = datetime(2016, 5, 12, 16, 0, tzinfo=UTC)
    for value in (moment, 1_463_068_800_000_000):
        found = render("{% instant value %}", request=request, value=value).replace("\u00a0", " ")
        assert ">12 May 2016 18:00</time>" in found
        assert "Europe/Amsterdam · 12 May 2016 23:00 Asia/Ho_Chi_Minh" in found
        assert 'datetime="2016-05-12T16:00:00+00:00"' in found
    assert ">12/05/2016 18:00</time>" in render("{% instant v %}", "vi", request=request, v=moment).replace(
        "\u00a0", " "
    )


def test_an_instant_is_cut_to_the_minute_but_never_in_its_title() -> None:
    moment = 1_463_068_859_250_000  # 16:00:59.25 UTC
    found = render("{% instant v %}|{% instant v seconds=True %}|{% instant v precise=True %}", v=moment)
    shown = [part.split(">")[1].split("<")[0].replace("\u00a0", " ") for part in found.split("|")]
    assert shown == ["12 May 2016 16:00", "12 May 2016 16:00:59", "12 May 2016 16:00:59.25 +0000"]
    assert found.replace("\u00a0", " ").count('title="12 May 2016 16:00:59.25 UTC"') == 3


def test_a_duration_in_words_with_the_exact_one_in_the_title() -> None:
    found = render("{% duration us %}", us=(26 * 3600 + 5 * 60) * 1_000_000)
    assert 'title="26:05:00"' in found
    assert "1" in found.split(">")[1]


def test_addresses_keep_the_readers_instant_and_missing_pages_have_none() -> None:
    path = "/e/desk/?as_of=2016-05-12T18:00&q=a&page=3"
    assert (
        render("{% page 'engagement' slug='desk' q_tab='x y' %}", path=path)
        == "/e/desk/?tab=x+y&amp;as_of=2016-05-12T18%3A00"
    )
    assert render("{% page 'no_such_page' slug='desk' %}", path=path) == ""
    assert render("{% here page='' q='b' %}", path=path) == "?as_of=2016-05-12T18%3A00&amp;q=b"
    assert 'value="a"' in render("{% hidden_query 'page' %}", path=path)
    assert 'name="page"' not in render("{% hidden_query 'page' %}", path=path)


def test_a_query_with_markup_stays_text() -> None:
    found = render("{% hidden_query %}", path="/?q=%22%3E%3Cscript%3E")
    assert "<script>" not in found
    assert "&quot;&gt;&lt;script&gt;" in found


def test_a_sparkline_has_a_bar_a_window_and_tells_them_in_words() -> None:
    from giao.ui.sparkline import HEIGHT, Point, bars

    points = [
        Point(0.9, "met"),
        Point(None, "no_data"),
        Point(0.5, "minimum_default", True),
        Point(0.7, "met"),
    ]
    drawn = bars(points)
    assert [bar.state for bar in drawn] == ["met", "no_data", "minimum_default", "met"]
    assert drawn[0].height > drawn[3].height > drawn[2].height > drawn[1].height
    assert [bar.x for bar in drawn] == sorted(bar.x for bar in drawn)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in drawn)
    found = render("{% sparkline points 'Paid <in> time' %}", points=points)
    assert 'aria-label="Paid &lt;in&gt; time: 2 met, 1 no data, 1 minimum missed"' in found
    assert found.count("M") == 4
    assert "bar-minimum_default is-provisional" in found
    assert "," not in render("{% sparkline points 'x' %}", "vi", points=points).split("<path", 1)[1]
    twelve = bars([Point(0.5, "met")] * 12)
    assert (drawn[0].width, drawn[-1].x) == (twelve[0].width, twelve[-1].x), (
        "a short history stands at the right"
    )
    assert bars([]) == []
    assert bars([Point(None, "no_data")])[0].height == 1.0


def test_a_chart_carries_its_numbers_as_a_table_and_data_as_data() -> None:
    from giao.ui.chart import Chart

    chart = Chart(
        "levels", "Met in 10 of 12 months", {"series": [{"data": ["</script><b>"]}]}, ["Month", "Value"], [["May", "96.8%"]],
        description="A line", links=["/x", None],
    )  # fmt: skip
    found = render("{% chart chart %}", chart=chart)
    assert "</script><b>" not in found
    assert '<td class="num">96.8%</td>' in found
    assert 'role="img" aria-label="A line"' in found


def test_words_by_language_fall_back() -> None:
    assert render("{{ t|in_words }}", "vi", t={"en": "Paid", "vi": "Đã trả"}) == "Đã trả"
    assert render("{{ t|in_words }}", "vi", t={"en": "Paid"}) == "Paid"
    assert render("{{ t|in_words }}", "en", t={"fr": "Payé"}) == "Payé"
