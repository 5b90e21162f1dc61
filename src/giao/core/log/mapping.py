"""Which column of a source means what; saved beside the log so that next month's file is read the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from giao.core.log.errors import LogError
from giao.core.told import told

AttributeType = Literal["string", "number", "boolean", "date", "date and time", "days and time duration"]


class LogMapping(BaseModel):
    """How to read one kind of source. Columns are named by the source's own labels.

    `None` means "find it yourself"; what was found is written back, so that a saved mapping is complete.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Literal["event", "case", "snapshot"] | None = Field(
        default=None,
        description="event: a row an event; case: a row a case with several time columns (`times`); "
        "snapshot: a row the state of a case at one instant (`state`).",
    )
    case: str | None = None
    activity: str | None = None
    time: str | None = Field(
        default=None, description="When the event happened; the completion where there is a start."
    )
    start: str | None = Field(default=None, description="Begin of the activity instance that the row tells.")
    recorded: str | None = Field(default=None, description="When the event became known.")
    sequence: str | None = Field(
        default=None, description="The source's own order among events of the same time."
    )
    lifecycle: str | None = None
    resource: str | None = None
    group: str | None = None
    role: str | None = None
    cost: str | None = None
    times: dict[str, str] | None = Field(
        default=None,
        description="Time column -> activity. Shape case: every filled one is an event. Shape snapshot: an event of the "
        "case at the time that its first row tells, before that row (such as when a ticket was opened).",
    )
    later: list[str] = Field(
        default_factory=list,
        description="Shape snapshot with `times`: columns that were not yet known at these events.",
    )
    clears: list[str] | Literal["all"] | None = Field(
        default=None,
        description="Shape snapshot: columns whose null means that the value is gone (`all`: every attribute, and "
        "resource, group, role, cost). Otherwise a null leaves what was last set.",
    )
    state: str | None = Field(
        default=None, description="Shape snapshot: the column whose value is the activity."
    )
    tracked: list[str] | None = Field(
        default=None, description="Shape snapshot: columns whose change makes an event."
    )
    keep_unchanged: bool = Field(
        default=True, description="Shape snapshot: keep rows that change nothing tracked."
    )
    classifier: str | None = Field(
        default=None, description="XES: name of the classifier that gives the activity."
    )
    object_type: str | None = Field(
        default=None, description="OCEL: the object type that is the case; each object of it becomes one."
    )
    resource_type: str | None = Field(
        default=None, description="OCEL: the object type of those who do the work."
    )
    zone: str | None = Field(default=None, description="IANA zone of times that carry no offset.")
    date_format: str | None = Field(
        default=None, description="strftime pattern of the times, e.g. %d/%m/%Y %H:%M."
    )
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] = "."
    null_values: list[str] | None = Field(default=None, description="Texts that mean `no value`.")
    include: list[str] | None = Field(default=None, description="Keep only these attribute columns.")
    exclude: list[str] = Field(default_factory=list)
    types: dict[str, AttributeType] = Field(
        default_factory=dict, description="Types that must not be guessed."
    )
    hindsight: list[str] = Field(default_factory=list, description="Columns that hold only the final value.")
    personal: list[str] = Field(default_factory=list)
    pseudonymise: list[str] = Field(default_factory=list, description="Columns replaced by a keyed hash.")
    sheet: str | None = Field(default=None, description="Excel: name of the sheet; the first one otherwise.")

    def roles(self) -> dict[str, str]:
        """Core column -> the source's label, for the columns that are mapped."""
        pairs = {
            "case": self.case,
            "activity": self.state if self.shape == "snapshot" else self.activity,
            "time": self.time,
            "seq": self.sequence,
            "start": self.start,
            "recorded": self.recorded,
            "lifecycle": self.lifecycle,
            "resource": self.resource,
            "group": self.group,
            "role": self.role,
            "cost": self.cost,
        }
        return {role: label for role, label in pairs.items() if label is not None}

    @property
    def openings(self) -> list[str]:
        """Shape snapshot: activities of events that no row tells, one a case (`times`)."""
        return list((self.times or {}).values()) if self.shape == "snapshot" else []

    @property
    def events_of_a_row(self) -> int:
        """Events that a row of the source can become."""
        if self.shape == "case":
            return len(self.times or {})
        return len(self.openings) + 1

    def over(self, found: LogMapping) -> LogMapping:
        """This mapping, with what it leaves open taken from `found`."""
        said = {
            name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None
        }
        return found.model_copy(update=said)


def load_mapping(path: Path) -> LogMapping:
    """Read a mapping from a JSON or YAML file; errors name the file and the field."""
    try:
        data: Any = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        return LogMapping.model_validate(data or {})
    except OSError as error:
        raise LogError(
            told(
                "log.mapping_unreadable",
                "the mapping {path} cannot be read: {strerror}",
                path=path,
                strerror=error.strerror,
            )
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LogError(
            told(
                "log.mapping_form",
                "the mapping {path} is neither JSON nor YAML: {error}",
                path=path,
                error=error,
            )
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LogError(
            told(
                "log.mapping_wrong",
                "the mapping {path} is wrong at `{where}`: {said}; known fields are {names}",
                path=path,
                where=where,
                said=first["msg"],
                names=", ".join(LogMapping.model_fields),
            )
        ) from error


def dump_mapping(mapping: LogMapping) -> str:
    """The mapping as JSON text, only what differs from the defaults."""
    return (
        json.dumps(mapping.model_dump(exclude_defaults=True), ensure_ascii=False, indent=2, sort_keys=True)
        + "\n"
    )
