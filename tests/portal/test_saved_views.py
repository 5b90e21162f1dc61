"""Saved views: what a person chose on a list, under a name; for themselves, or for everybody of the engagement."""

from __future__ import annotations

from typing import Any

LEVELS = "f_state=met&sort=-title&cols=title&cols=state&density=compact"


def saved(client: Any, at: str, name: str, **more: str) -> Any:
    data = {
        "path": f"{at}levels",
        "table": "levels",
        "query": LEVELS,
        "name": name,
        "next": f"{at}levels",
        **more,
    }
    return client.post(f"{at}views", data, follow=False)


def test_a_view_keeps_filter_sort_columns_and_density_and_forgets_the_moment(client: Any, db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.portal.models import SavedView

    here = world()
    client.force_login(person("Lan", here.client))
    at = f"/e/{here.engagement.slug}/"
    answer = saved(client, at, "  Only   kept ", query=f"as_of=2016-01-01T10:00&page=3&{LEVELS}")
    assert (answer.status_code, answer["Location"]) == (302, f"{at}levels")
    view = SavedView.objects.get(engagement=here.engagement)
    assert (view.name, view.query, view.shared) == ("Only kept", LEVELS, False)
    saved(client, at, "Only kept", query="sort=title")
    assert [row.query for row in SavedView.objects.filter(engagement=here.engagement)] == ["sort=title"]


def test_the_own_ones_come_first_then_what_others_share(client: Any, db: None) -> None:
    from django.test import RequestFactory
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.standing import standing_for
    from giao.portal.saved_views import views_on

    here = world()
    at = f"/e/{here.engagement.slug}/"
    lan, minh = person("Lan", here.client), person("Minh", here.vendor)
    client.force_login(minh)
    saved(client, at, "A shared", shared="yes")
    saved(client, at, "B hidden")
    client.force_login(lan)
    saved(client, at, "Mine")
    request = RequestFactory().get(f"{at}levels?density=compact&{LEVELS[:-16]}&page=2&as_of=2016-05-01T10:00")
    request.user = lan
    standing_for(request, here.engagement.slug)
    views = views_on(request, "levels")
    assert views is not None
    assert [(view.name, view.by) for view in views.items] == [("Mine", ""), ("A shared", minh.name)]
    assert views.items[0].remove
    assert not views.items[1].remove
    assert all("as_of=2016-05-01" in view.url for view in views.items)


def test_nobody_takes_away_anothers_view_or_saves_one_elsewhere(client: Any, db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.portal.models import SavedView

    here, elsewhere = world(), world(name="Secret")
    at = f"/e/{here.engagement.slug}/"
    client.force_login(person("Lan", here.client))
    saved(client, at, "Shared", shared="yes")
    view = SavedView.objects.get(engagement=here.engagement)
    client.force_login(person("Minh", here.vendor))
    assert client.post(f"{at}views/{view.pk}/remove").status_code == 404
    assert saved(client, f"/e/{elsewhere.engagement.slug}/", "Spy").status_code == 404
    assert saved(client, at, "Away", path="/account").status_code == 404
    assert saved(client, at, "Lured", next="https://evil.example/")["Location"] == at
    client.force_login(view.author)
    assert client.post(f"{at}views/{view.pk}/remove").status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_sharing_stands_in_the_audit_trail(client: Any, db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.audit.models import Act

    here = world()
    client.force_login(person("Lan", here.client))
    saved(client, f"/e/{here.engagement.slug}/", "Own")
    saved(client, f"/e/{here.engagement.slug}/", "For all", shared="yes")
    acts = Act.objects.filter(engagement=here.engagement, what="share_view")
    assert [act.about for act in acts] == ["For all"]


def test_an_engagement_is_called_by_its_agreement_in_the_readers_language(db: None) -> None:
    from giao.portal.titles import called, title_in

    text = "giao: 1\ntitle: {en: Service desk, vi: Bàn hỗ trợ}\nversion: 1\n"
    title = dict(title_in(text))
    from django.utils.translation import override

    with override("vi"):
        assert called("Service desk", title) == "Bàn hỗ trợ"
        assert called("Our own name", title) == "Our own name"
    with override("en"):
        assert called("Bàn hỗ trợ", title) == "Service desk"
    assert dict(title_in("title:\n  en: A\n  vi: B\n\nparties: {}\n")) == {"en": "A", "vi": "B"}
    assert title_in("name: x\n") == ()
    assert title_in("title: {en: [broken\n") == ()
