"""What every part of the document shares: strictness, text in two languages, event patterns."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from giao.core.told import told


class Part(BaseModel):
    """A part of the document: immutable, unknown keys refused (a typing mistake must never be silent)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


Condition = Annotated[str, Field(description="A FEEL expression, e.g. Amount >= 500", min_length=1)]


def _words(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


Words = Annotated[
    dict[str, str],
    BeforeValidator(_words, json_schema_input_type=str | dict[str, str]),
    Field(description="Text, or texts by language: {en: …, vi: …}"),
]


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_many, json_schema_input_type=str | list[str])]


class Pattern(Part):
    """Which events are meant: activity and/or lifecycle and/or a condition on the attributes at that event."""

    activity: Names | None = None
    lifecycle: Names | None = None
    where: Condition | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Pattern:
        if self.activity is None and self.lifecycle is None and self.where is None:
            raise ValueError(
                told("document.pattern_empty", "an event pattern needs activity, lifecycle or where")
            )
        return self


def _patterns(value: Any) -> Any:
    if isinstance(value, str):
        return [{"activity": value}]
    if isinstance(value, dict | Pattern):
        return [value]
    if isinstance(value, list):
        return [{"activity": item} if isinstance(item, str) else item for item in value]
    return value


Patterns = Annotated[
    list[Pattern],
    BeforeValidator(_patterns, json_schema_input_type=str | Pattern | list[str | Pattern]),
    Field(min_length=1, description="One pattern, a list (any of them), or just the name of an activity"),
]
