"""Accounts and roles."""

import pytest


def test_an_e_mail_signs_in_whatever_its_capitals(db: None) -> None:
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.models import User

    made = create_account(" Lan@Example.ORG ", "a long password here", "Lan")
    assert made.email == "lan@example.org"
    assert User.objects.get_by_natural_key("LAN@example.org") == made
    assert made.check_password("a long password here")


def test_the_same_e_mail_twice_is_refused_by_name(db: None) -> None:
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.errors import AccountExists

    create_account("lan@example.org", "a long password here", "Lan")
    with pytest.raises(AccountExists, match=r"lan@example\.org"):
        create_account("LAN@example.org", "a long password here", "Lan")


@pytest.mark.parametrize(
    ("email", "password"), [("not an address", "a long password here"), ("lan@example.org", "short")]
)
def test_a_bad_address_or_password_says_why_and_stores_nothing(db: None, email: str, password: str) -> None:
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.errors import BadAccount
    from giao.kernel.parties.models import User

    with pytest.raises(BadAccount, match=r"\w+ \w+"):
        create_account(email, password, "Lan")
    assert not User.objects.exists()


def test_joining_twice_is_one_membership_and_an_unknown_role_none(db: None) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.parties.actions.join_organisation import join_organisation
    from giao.kernel.parties.errors import UnknownRole
    from giao.kernel.parties.models import Membership

    here = world()
    user = person()
    join_organisation(user, here.client, "analyst")
    join_organisation(user, here.client, "analyst")
    with pytest.raises(UnknownRole, match="emperor"):
        join_organisation(user, here.client, "emperor")
    assert Membership.objects.filter(user=user).count() == 1


def test_the_database_itself_refuses_an_unknown_role(db: None) -> None:
    from django.db import IntegrityError, transaction
    from tests.kernel.ground import person, world

    from giao.kernel.parties.models import Membership

    here = world()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organisation=here.client, user=person(), role="emperor")
