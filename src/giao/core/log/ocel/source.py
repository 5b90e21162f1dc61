"""An object-centric file as a source of rows: flattened on the type that the mapping names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from giao.core.log.frame_source import FrameSource
from giao.core.log.mapping import AttributeType, LogMapping
from giao.core.log.ocel.flatten import flatten
from giao.core.log.ocel.reading import read_objects
from giao.core.told import told

ATTRIBUTE_TYPES: Mapping[str, AttributeType] = {
    "integer": "number",
    "float": "number",
    "boolean": "boolean",
    "time": "date and time",
}


class ObjectSource(FrameSource):
    """`objects` is the whole log; an import keeps it beside the flattened one."""

    def __init__(self, path: Path, mapping: LogMapping) -> None:
        self.objects = read_objects(path, zone=mapping.zone)
        flat = flatten(self.objects, mapping.object_type, resource_type=mapping.resource_type)
        super().__init__(flat.frame, path.name, null_values=mapping.null_values)
        self.flat = flat
        self.detected = {
            "format": "ocel",
            "object_type": flat.object_type,
            "object_types": self.objects.types,
            "events": flat.events,
            "shared_events": flat.shared,
            "events_outside": flat.outside,
        }
        self.warnings = list(self.objects.warnings)
        if flat.shared:
            self.warnings.append(
                told(
                    "ocel.shared",
                    "{shared} of {events} events belong to several {type}: each stands in every one of these cases",
                    shared=flat.shared,
                    events=flat.events,
                    type=flat.object_type,
                )
            )

    def presets(self) -> Mapping[str, object]:
        typed = {
            name: ATTRIBUTE_TYPES[kind]
            for name, kind in self.flat.types.items()
            if kind in ATTRIBUTE_TYPES and self._bears(name, kind)
        }
        found: dict[str, object] = {
            "shape": "event",
            "case": "case",
            "activity": "activity",
            "time": "time",
            "sequence": "seq",
            "object_type": self.flat.object_type,
            "types": typed,
        }
        return found | ({"resource": "resource"} if "resource" in self.flat.frame.columns else {})

    def _bears(self, name: str, kind: str) -> bool:
        """Whether the values are what the source declares (some declare wrongly): else they stay text."""
        values = self.flat.frame[name].drop_nulls()
        patterns = {
            "integer": r"^[+-]?\d{1,18}$",
            "float": r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$",
            "boolean": "^(true|false)$",
        }
        return kind in patterns and bool(values.str.contains(patterns[kind]).all())
