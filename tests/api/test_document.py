"""The OpenAPI document and the page that shows it: whole, honest about scopes, and without any foreign asset."""

from __future__ import annotations

import re
from typing import Any


def document(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def operations(found: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, item[method])
        for path, item in found["paths"].items()
        for method in ("get", "post", "put", "patch", "delete")
        if method in item
    ]


def test_every_address_of_the_resolver_is_in_the_document(client: Any) -> None:
    from tests.portal.test_every_address import routes

    told = set(document(client)["paths"])
    there = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.removeprefix("api/v1/"))
        for _name, route in routes()
        if route.startswith("api/v1/") and route not in ("api/v1/openapi.json", "api/v1/docs")
    }
    assert told == there


def test_every_operation_says_its_scope_its_answer_and_its_problems(client: Any) -> None:
    from giao.kernel.identity.scopes import all_scopes

    found = document(client)
    names = []
    for path, method, operation in operations(found):
        where = f"{method} {path}"
        scopes = [name for one in operation["security"] for names_ in one.values() for name in names_]
        assert set(scopes) <= set(all_scopes()), where
        assert operation["security"], where
        assert any(code.startswith("2") for code in operation["responses"]), where
        for code in ("401", "403", "404", "422"):
            assert "application/problem+json" in operation["responses"][code]["content"], where
        assert len(operation.get("description", "")) > 20, f"{where} says what it does"
        in_path = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path)), where
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere(client: Any) -> None:
    text = client.get("/api/v1/openapi.json").content.decode()
    found = document(client)
    for name in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert name in found["components"]["schemas"], name


def test_money_is_never_a_number(client: Any) -> None:
    """Fields that hold amounts are strings in every answer."""
    schemas = document(client)["components"]["schemas"]
    assert schemas["Money"]["properties"]["amount"]["type"] == "string"
    for name, schema in schemas.items():
        for field, kind in schema.get("properties", {}).items():
            if re.search(r"amount|total|fees|tax|price|claim$|offer|agreed|stood", field):
                assert '"number"' not in str(kind).replace("'", '"'), (name, field)


def test_the_page_shows_every_operation_without_foreign_assets(client: Any) -> None:
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    for path, method, _operation in operations(document(client)):
        assert f"<strong>{method.upper()}</strong> /api/v1{path}" in text
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', text) == []
    assert "script-src" in page.headers["Content-Security-Policy"]
    assert "<script>" not in text
    assert "style=" not in text
