"""The OpenAPI document: made from the routers, with what they have in common said once, and the addresses that stand apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ninja import NinjaAPI

from giao.kernel.api.paging import LIMIT, MOST
from giao.kernel.ledger.limits import MOST_BODY, MOST_EVENTS

PREFIX = "/api/v1"
ABOUT = """Everything that the pages do. A service token goes in `Authorization: Bearer giao_…`; a signed-in browser may use its
session, and sends `X-CSRFToken` with a change. Errors are `application/problem+json` (RFC 9457). Lists answer `items` and
`next`: the cursor of the next page. Money is a decimal string with its currency, durations are ISO 8601, instants RFC 3339
in UTC. An address of an engagement that is not yours answers 404, as one that does not exist."""

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `title` names the kind and never changes; `detail` says what to mend.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"at": {"type": "string"}, "why": {"type": "string"}},
            },
        },
    },
}
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A service token with the scope that the address names.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A signed-in person; what they may do follows from their role. A change needs X-CSRFToken.",
    },
}
METHODS = ("get", "post", "put", "patch", "delete")


def _parameter(name: str, place: str, about: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": False,
        "description": about,
        "schema": schema or {"type": "string"},
    }


AS_OF = _parameter(
    "as_of",
    "query",
    "The instant at which the answer stands: RFC 3339, a local time of the engagement, or a day.",
)
PAGING = [
    _parameter("limit", "query", "Items on a page.", type="integer", minimum=1, maximum=MOST, default=LIMIT),
    _parameter("cursor", "query", "The `next` of the page before; for the same address and filters only."),
]
NONE_MATCH = _parameter("If-None-Match", "header", "The ETag of an earlier answer: 304 when nothing changed.")
MATCH = _parameter("If-Match", "header", "The ETag that the change rests on: 412 when it is no longer so.")
KEY = _parameter(
    "Idempotency-Key", "header", "Chosen by you; the same request with the same key is done once, for a day."
)


@lru_cache(maxsize=1)
def document(api: NinjaAPI) -> dict[str, Any]:
    """The whole document, ready to be sent."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    found["openapi"] = "3.1.0"
    found["info"] = {"title": "giao", "version": "1", "description": ABOUT}
    found["servers"] = [{"url": PREFIX}]
    paths = {re.sub(r"\{\w+:(\w+)\}", r"{\1}", path): item for path, item in found["paths"].items()}
    for path, item in APART.items():
        paths.setdefault(path, {}).update({method: dict(operation) for method, operation in item.items()})
    for item in paths.values():
        for method in METHODS:
            if method in item:
                _finish(item[method], method)
    found["paths"] = dict(sorted(paths.items()))
    parts = found.setdefault("components", {})
    parts["securitySchemes"] = SECURITY
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    return found


def _finish(operation: dict[str, Any], method: str) -> None:
    """Turn what the router noted (`x-…`) into parameters, responses and the scope."""
    scope = operation.pop("x-scope")
    parameters = operation.setdefault("parameters", [])
    paged, as_of = operation.pop("x-paged", False), operation.pop("x-as-of", False)
    once, match = operation.pop("x-once", False), operation.pop("x-if-match", False)
    parameters += [AS_OF] * as_of + (PAGING if paged else [])
    parameters += [NONE_MATCH] * (method == "get") + [KEY] * once + [MATCH] * match
    for parameter in parameters:
        if isinstance(parameter.get("name"), str):
            parameter["name"] = parameter["name"].rpartition(":")[2]
    operation["security"] = ([{"token": [scope]}] if scope != "person" else []) + (
        [{"session": []}] if operation.pop("x-session", True) else []
    )
    responses = operation.setdefault("responses", {})
    known = {str(code): answer for code, answer in responses.items()}
    wanted = {
        "401": "Nobody, or nobody known",
        "403": "Not allowed: scope or role",
        "404": "Nothing here for you",
    }
    wanted |= (
        {"304": "Nothing changed"} if method == "get" else {"409": "Somebody was first, or not possible now"}
    )
    wanted |= {"412": "The ETag of If-Match is no longer so"} if match else {}
    wanted |= {"400": "Not possible as asked", "422": "Not understood: `errors` says where"}
    for code, words in wanted.items():
        answer: dict[str, Any] = {"description": words}
        if code != "304":
            answer["content"] = {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
        known.setdefault(code, answer)
    operation["responses"] = dict(sorted(known.items()))


def _slug() -> dict[str, Any]:
    return {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}


def _apart(summary: str, scope: str, status: str, about: str, **more: Any) -> dict[str, Any]:
    return {
        "summary": summary,
        "description": about,
        "x-scope": scope,
        "x-session": False,
        "parameters": [_slug(), *more.pop("parameters", [])],
        "responses": {
            status: {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
        **more,
    }


_EVENT = {"type": "object", "required": ["specversion", "id", "source", "type"]}
APART: dict[str, dict[str, Any]] = {
    "/engagements/{slug}/events": {
        "post": _apart(
            "Send events",
            "events:write",
            "202",
            f"CloudEvents 1.0: structured, binary or batch, at most {MOST_EVENTS} events or {MOST_BODY} bytes. "
            "202 when they are stored; idempotent by source and id; 429 with Retry-After when too many wait. See docs/api/events.md.",
            operationId="events",
            tags=["ledger"],
            requestBody={
                "required": True,
                "content": {
                    "application/cloudevents+json": {"schema": _EVENT},
                    "application/cloudevents-batch+json": {"schema": {"type": "array", "items": _EVENT}},
                },
            },
        )
    },
    "/engagements/{slug}/files": {
        "post": _apart(
            "Hand in a file",
            "logs:write",
            "202",
            "The body is the file, as it is; its import goes on by itself. `mapping` as JSON, the first time.",
            operationId="files",
            tags=["logs"],
            parameters=[
                _parameter("name", "query", "The file's name.") | {"required": True},
                _parameter("mapping", "query", "How to read it: JSON, once; later files take the saved one."),
            ],
            requestBody={"required": True, "content": {"application/octet-stream": {"schema": {}}}},
        )
    },
    "/engagements/{slug}/files/{identifier}": {
        "get": _apart(
            "What became of a file",
            "logs:write",
            "200",
            "How far its import is, and its figures.",
            operationId="file",
            tags=["logs"],
            parameters=[
                {
                    "name": "identifier",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "format": "uuid"},
                }
            ],
        )
    },
}
"""Addresses with views of their own: their bodies are read piece by piece."""
