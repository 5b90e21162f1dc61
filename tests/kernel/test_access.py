"""An engagement reaches only the people of its two organisations; roles decide acts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest


def test_client_and_vendor_see_it_a_stranger_does_not(db: None) -> None:
    from django.http import Http404
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.access import engagement_for, engagements_for

    here, elsewhere = world(), world()
    buyer = person("Lan", here.client)
    seller = person("Minh", here.vendor, "vendor_manager")
    stranger = person("Eve", elsewhere.client)
    assert engagement_for(buyer, here.engagement.slug) == here.engagement
    assert engagement_for(seller, here.engagement.slug) == here.engagement
    with pytest.raises(Http404):
        engagement_for(stranger, here.engagement.slug)
    assert list(engagements_for(stranger)) == [elsewhere.engagement]
    assert list(engagements_for(person("Nobody"))) == []


def test_two_roles_in_two_parties_give_one_row(db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.access import engagements_for, place_of
    from giao.kernel.parties.actions.join_organisation import join_organisation

    here = world()
    user = person("Lan", here.client)
    join_organisation(user, here.vendor, "analyst")
    assert list(engagements_for(user)) == [here.engagement]
    place = place_of(user, here.engagement)
    assert place.roles == {"client_manager", "analyst"}
    assert place.sides == {"client", "vendor"}


def test_parts_of_a_foreign_engagement_are_not_found(db: None) -> None:
    from django.http import Http404
    from tests.kernel.ground import AGREEMENT, person, world

    from giao.kernel.engagements.access import log_import_for, version_for
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import LogImport

    here, elsewhere = world(), world()
    adopt_agreement(here.engagement, AGREEMENT)
    log = LogImport.objects.create(engagement=here.engagement, source="x.csv", folder="x", hash="c" * 64)
    insider, stranger = person("Lan", here.client), person("Eve", elsewhere.client)
    assert version_for(insider, here.engagement.slug, 1).number == 1
    assert log_import_for(insider, here.engagement.slug, str(log.pk)) == log
    own = elsewhere.engagement.slug
    for slug in (here.engagement.slug, own):
        with pytest.raises(Http404):
            version_for(stranger, slug, 1)
        with pytest.raises(Http404):
            log_import_for(stranger, slug, str(log.pk))


ROLES = ("client_manager", "vendor_manager", "team_lead", "agent", "analyst", "auditor", "administrator")


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("may_change_agreement", {"client_manager", "vendor_manager"}),
        ("may_import_log", {"client_manager", "vendor_manager", "analyst"}),
        ("may_replay", {"client_manager", "vendor_manager", "analyst"}),
        ("may_export", {"client_manager", "vendor_manager", "analyst", "auditor"}),
        ("may_close_month", {"client_manager"}),
        ("may_unmask", {"client_manager", "vendor_manager", "team_lead"}),
        ("may_handle_alarms", {"client_manager", "vendor_manager", "team_lead", "agent"}),
        ("may_end", {"client_manager", "administrator"}),
        ("may_see_audit", {"client_manager", "auditor", "administrator"}),
    ],
)
def test_roles_decide_acts(django_ready: None, act: str, allowed: set[str]) -> None:
    from giao.kernel.engagements import access

    may = getattr(access, act)
    found = {role for role in ROLES if may(access.Place(frozenset({role}), frozenset({"client"})))}
    assert found == allowed
    assert not may(access.Place(frozenset(), frozenset()))


def test_a_clients_manager_on_the_vendors_side_closes_nothing(django_ready: None) -> None:
    from giao.kernel.engagements.access import Place, may_close_month

    assert not may_close_month(Place(frozenset({"client_manager"}), frozenset({"vendor"})))


EXAMPLES = {"int": "1", "uuid": "00000000-0000-7000-8000-000000000000"}


def engagement_addresses(slug: str, under: str = "e/") -> Iterator[str]:
    """Every page of this server that holds an engagement, whatever room brought it, with an example of each part.

    `under` ``"api/"``: every address for machines.
    """
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for part in resolver.url_patterns:
            route = prefix + str(part.pattern)
            if isinstance(part, URLResolver):
                yield from walk(part, route)
            elif isinstance(part, URLPattern) and "<slug:slug>" in route and route.startswith(under):
                path = route.replace("<slug:slug>", slug)
                yield "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1], "x"), path)

    yield from walk(get_resolver(), "")


def test_every_address_of_an_engagement_is_not_found_for_a_stranger(client: Any) -> None:
    from tests.kernel.ground import person, store_figures, world

    here, elsewhere = world(), world()
    store_figures(here.engagement)
    client.force_login(person("Eve", elsewhere.client))
    addresses = list(engagement_addresses(here.engagement.slug))
    assert f"/e/{here.engagement.slug}/" in addresses
    for address in addresses:
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {404, 405}, (address, answers)
        assert 404 in answers, address


def test_every_address_of_an_engagement_asks_for_sign_in(client: Any) -> None:
    from tests.kernel.ground import world

    for address in engagement_addresses(world().engagement.slug):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/sign-in?next="), address


def test_every_address_for_machines_asks_for_a_token(client: Any) -> None:
    """A person's sign-in opens none of them: what a browser sends by itself is no token."""
    from tests.kernel.ground import person, world

    here = world()
    client.force_login(person("Lan", here.client))
    addresses = list(engagement_addresses(here.engagement.slug, "api/"))
    assert f"/api/v1/engagements/{here.engagement.slug}/events" in addresses
    for address in addresses:
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {401, 405}, (address, answers)
        assert 401 in answers, address
