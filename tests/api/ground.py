"""A caller of the API, as a test has it: a service token or a signed-in browser."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from typing import Any

_number = count(1)


class Caller:
    """`get`, `post`, … of paths below /api/v1; `follow` reads a whole list page by page."""

    def __init__(self, browser: Any, secret: str = "", *, csrf: str = "") -> None:
        self.browser, self.secret, self.csrf = browser, secret, csrf

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        if self.csrf:
            headers.setdefault("X-CSRFToken", self.csrf)
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("Content-Type", "application/json")
        return self.browser.generic(method, address, data, content_type=kind, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body if body is not None else {}, **headers)

    def follow(self, path: str, limit: int = 7) -> list[Any]:
        """Every item of a list, by its cursors."""
        mark = "&" if "?" in path else "?"
        found: list[Any] = []
        answer = self.get(f"{path}{mark}limit={limit}")
        while True:
            assert answer.status_code == 200, answer.content
            said = answer.json()
            assert len(said["items"]) <= limit
            found += said["items"]
            if said["next"] is None:
                return found
            answer = self.get(f"{path}{mark}limit={limit}&cursor={said['next']}")


def token(organisation: Any, *scopes: str, by: Any = None, engagement: Any = None) -> str:
    from django.utils import timezone

    from giao.kernel.identity.actions.make_service_account import make_service_account
    from giao.kernel.identity.tokens import issue_token

    account = make_service_account(organisation, f"ERP {next(_number)}")
    return issue_token(account, scopes, timezone.now() + timedelta(days=1), engagement=engagement, actor=by)[
        1
    ]


def by_token(organisation: Any, *scopes: str, by: Any = None) -> Caller:
    from django.test import Client

    return Caller(
        Client(headers={"accept-language": "en"}, raise_request_exception=False),
        token(organisation, *scopes, by=by),
    )


def signed_in(user: Any) -> Caller:
    """A browser whose requests are checked for their CSRF token, as a real one's are."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    browser = Client(
        headers={"accept-language": "en"}, raise_request_exception=False, enforce_csrf_checks=True
    )
    browser.force_login(user)
    secret = _get_new_csrf_string()
    browser.cookies["csrftoken"] = secret
    return Caller(browser, csrf=secret)


def is_problem(answer: Any, status: int, title: str = "") -> dict[str, Any]:
    """The answer is a problem of this kind, with a sentence; gives it."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["type"] == "about:blank"
    assert len(said["detail"]) > 10
    assert not title or said["title"] == title
    return said
