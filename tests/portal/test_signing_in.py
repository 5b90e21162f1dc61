"""Sign in, sign out, language, account."""

from typing import Any

import pytest

PASSWORD = "a long password here"


def sign_in(client: Any, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_who_is_not_signed_in_is_asked_and_comes_back(client: Any) -> None:
    from tests.kernel.ground import person

    user = person()
    asked = client.get("/account?x=1")
    assert asked.status_code == 302
    assert asked["Location"] == "/sign-in?next=/account%3Fx%3D1"
    form = client.get(asked["Location"])
    assert 'name="next" value="/account?x=1"' in form.content.decode()
    answer = sign_in(client, user.email.upper(), next="/account?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/account?x=1")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_nobody_is_sent_to_another_place(client: Any, target: str) -> None:
    from tests.kernel.ground import person

    assert sign_in(client, person().email, next=target)["Location"] == "/"


def test_a_wrong_password_an_unknown_account_and_an_inactive_one_read_alike(client: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.audit.models import SignIn

    user, gone = person(), person("Gone")
    gone.is_active = False
    gone.save()
    said = set()
    for email, password in ((user.email, "wrong"), ("nobody@example.org", PASSWORD), (gone.email, PASSWORD)):
        answer = sign_in(client, email, password)
        assert answer.status_code == 400
        body = answer.content.decode()
        assert f'value="{email}"' in body, "what was typed is kept"
        said.add(body.split('role="alert"')[1].split("</div>")[0])
    assert len(said) == 1
    assert SignIn.objects.filter(succeeded=False, user=None).count() == 3
    assert "_auth_user_id" not in client.session


def test_the_sixth_attempt_is_refused_even_with_the_right_password(client: Any) -> None:
    from tests.kernel.ground import person

    user = person()
    for _attempt in range(5):
        assert sign_in(client, user.email, "wrong").status_code == 400
    answer = sign_in(client, user.email)
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_out_needs_a_form_and_ends_it(client: Any) -> None:
    from tests.kernel.ground import person

    client.force_login(person())
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_the_session_key_changes_at_sign_in(client: Any) -> None:
    from tests.kernel.ground import person

    client.get("/sign-in")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(client, person().email)
    assert client.session.session_key != before


def test_a_form_without_its_token_is_refused_with_a_page_that_says_so(db: None) -> None:
    from django.test import Client
    from tests.kernel.ground import person

    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = sign_in(strict, person().email)
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_the_language_is_chosen_for_the_browser_and_kept_in_the_account(client: Any) -> None:
    from tests.kernel.ground import person

    assert 'lang="en"' in client.get("/sign-in").content.decode()
    answer = client.post("/language", {"language": "vi", "next": "/sign-in"})
    assert answer["Location"] == "/sign-in"
    assert "Đăng nhập" in client.get("/sign-in").content.decode()
    user = person()
    client.force_login(user)
    client.post("/language", {"language": "en", "next": "/"})
    client.post("/language", {"language": "xx", "next": "/"})
    user.refresh_from_db()
    assert user.language == "en"


def test_the_accounts_language_follows_to_another_browser(client: Any) -> None:
    from tests.kernel.ground import person

    user = person()
    user.language = "vi"
    user.save()
    sign_in(client, user.email)
    assert "Bảng điều hành" in client.get("/").content.decode()


def test_profile_faults_keep_what_was_typed_and_store_nothing(client: Any) -> None:
    from tests.kernel.ground import person

    user = person()
    client.force_login(user)
    answer = client.post(
        "/account", {"act": "profile", "name": "Lan <b>", "language": "vi", "time_zone": "Hanoi"}
    )
    body = answer.content.decode()
    assert answer.status_code == 400
    assert "Asia/Ho_Chi_Minh" in body
    assert 'value="Lan &lt;b&gt;"' in body
    user.refresh_from_db()
    assert (user.name, user.language) == ("Lan", "")
    answer = client.post(
        "/account", {"act": "profile", "name": "Lan", "language": "", "time_zone": "Asia/Ho_Chi_Minh"}
    )
    user.refresh_from_db()
    assert (answer.status_code, user.time_zone) == (302, "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "another long one", "another long one", "present password"),
        (PASSWORD, "another long one", "different", "differ"),
        (PASSWORD, "short", "short", "short"),
    ],
)
def test_a_password_is_changed_only_when_all_fits(
    client: Any, old: str, new: str, again: str, said: str
) -> None:
    from tests.kernel.ground import person

    user = person()
    client.force_login(user)
    answer = client.post("/account", {"act": "password", "old": old, "new": new, "again": again})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    answer = client.post(
        "/account",
        {"act": "password", "old": PASSWORD, "new": "another long one", "again": "another long one"},
    )
    user.refresh_from_db()
    assert user.check_password("another long one")
    assert client.get("/account").status_code == 200, "this sign-in goes on"
