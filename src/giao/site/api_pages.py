"""The OpenAPI document as JSON, and as a page for people: made from the document, nothing else."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giao.kernel.identity.scopes import all_scopes
from giao.site.api import api, finished
from giao.site.api_document import METHODS, PREFIX, document


@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """It says nothing of anybody: open to all."""
    text = json.dumps(document(api), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json")
    done = finished(request, answer)
    assert isinstance(done, HttpResponse)
    return done


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, by subject."""
    found = document(api)
    scopes = all_scopes()
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, item in found["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                tags.setdefault(operation.get("tags", ["other"])[0], []).append(
                    _shown(path, method, operation, found, scopes)
                )
    return render(
        request,
        "portal/api_docs.html",
        {
            "frame": "base.html" if request.user.is_authenticated else "bare.html",
            "tags": sorted(tags.items()),
            "prefix": PREFIX,
        },
    )


def _shown(
    path: str, method: str, operation: dict[str, Any], found: dict[str, Any], scopes: dict[str, str]
) -> dict[str, Any]:
    scope = next((names[0] for one in operation["security"] for name, names in one.items() if names), "")
    body = operation.get("requestBody", {}).get("content", {})
    good = [code for code in operation["responses"] if code.startswith("2")]
    return {
        "name": f"{method}-{operation.get('operationId', path)}",
        "method": method.upper(),
        "path": PREFIX + path,
        "summary": operation.get("description") or operation.get("summary", ""),
        "scope": scope,
        "scope_words": scopes.get(scope, ""),
        "parameters": [
            item | {"kind": item.get("schema", {}).get("type", "string")}
            for item in operation.get("parameters", [])
        ],
        "body": [(kind, _fields(content.get("schema", {}), found)) for kind, content in sorted(body.items())],
        "answers": [
            (
                code,
                _fields(
                    operation["responses"][code]
                    .get("content", {})
                    .get("application/json", {})
                    .get("schema", {}),
                    found,
                ),
            )
            for code in good
        ],
    }


def _fields(schema: dict[str, Any], found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(name, type, words) of an object's fields; a reference is looked up once."""
    schema = _resolved(schema, found)
    return [
        (name, _kind(field), str(field.get("description", "")))
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return found["components"]["schemas"].get(name, schema) if name else schema


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " | ".join(_kind(one) for one in field["anyOf"])
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}))}]"
    return str(field.get("type", ""))
