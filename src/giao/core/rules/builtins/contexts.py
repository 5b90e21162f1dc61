"""Built-in functions on contexts."""

from __future__ import annotations

from typing import Any

from giao.core.rules.builtins.registry import builtin
from giao.core.rules.values import CONTEXT, STRING, kind_of, note


@builtin("get value(m: context, key: string) -> any")
def get_value(context: dict[str, Any], key: str) -> Any:
    return context[key] if key in context else note(f"The context has no entry {key!r}.")


@builtin("get value(context: context, keys: list<string>) -> any")
def get_nested_value(context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context
    for key in keys:
        if kind_of(value) != CONTEXT or kind_of(key) != STRING:
            return None
        value = get_value(value, key)
    return value


@builtin("get entries(m: context) -> list<context>")
def get_entries(context: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list<context>) -> context")
def context(entries: list[Any]) -> Any:
    result: dict[str, Any] = {}
    for entry in entries:
        if kind_of(entry) != CONTEXT or kind_of(entry.get("key")) != STRING or "value" not in entry:
            return note("context() takes entries with a key and a value.")
        if entry["key"] in result:
            return note(f"context() has two entries named {entry['key']!r}.")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put(context: context, key: string, value: any) -> context")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@builtin("context put(context: context, keys: list<string>, value: any) -> context")
def context_put_nested(context: dict[str, Any], keys: list[Any], value: Any) -> Any:
    """The value at the end of a path of keys; contexts on the way are made where they miss."""
    if not keys or any(kind_of(key) != STRING for key in keys):
        return note("context put() needs one key or more, all strings.")
    chain: list[dict[str, Any]] = [context]
    for key in keys[:-1]:
        inner = chain[-1].get(key)
        if inner is not None and kind_of(inner) != CONTEXT:
            return note(f"The entry {key!r} is not a context.")
        chain.append(inner or {})
    result = value
    for holder, key in zip(reversed(chain), reversed(keys), strict=True):
        result = {**holder, key: result}
    return result


@builtin("context merge(contexts: list<context>) -> context")
def context_merge(contexts: list[Any]) -> Any:
    """Later entries win; contexts inside are replaced, not merged."""
    if any(kind_of(part) != CONTEXT for part in contexts):
        return note("context merge() takes contexts only.")
    return {key: value for part in contexts for key, value in part.items()}
