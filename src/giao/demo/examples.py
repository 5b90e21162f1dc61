"""The two examples: which log, which agreement, which facts, and the instant at which each stands.

`python -m giao demo` shows them in the browser; the library's tests and the bench use the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts, load_facts, to_us
from giao.core.agreement.load import load_agreement
from giao.core.log import ImportReport, LogMapping, import_log, load_mapping, open_log
from giao.core.log.folder import is_log_folder
from giao.core.log.model import EventLog
from giao.demo.starts import MAPPING as STARTS_MAPPING
from giao.demo.starts import write_with_starts

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Example:
    """One engagement of the demonstration. `as_of` is local to the agreement's zone; `supports`: the vendor's operational
    level agreements, each with whether it shares it.
    """

    name: str
    source: Path
    as_of: str
    prepare: Callable[[Path, Path], Path] | None = None
    prepared_mapping: LogMapping | None = None
    supports: tuple[tuple[str, bool], ...] = ()

    @property
    def agreement_file(self) -> Path:
        return DATA / f"{self.name}.yaml"

    @property
    def facts_file(self) -> Path:
        return DATA / f"{self.name}.facts.yaml"

    @property
    def mapping_file(self) -> Path:
        return DATA / f"{self.name}.mapping.yaml"

    def support_file(self, name: str) -> Path:
        return DATA / f"{self.name}.{name}.yaml"

    def versions(self) -> list[Agreement]:
        return load_agreement(self.agreement_file)

    def zone(self) -> ZoneInfo:
        return zone_of(self.versions()[0])

    def facts(self) -> Facts:
        return load_facts(self.facts_file, self.zone())

    def mapping(self) -> LogMapping:
        """How the file to import is read (the mapping file tells the same of the source as it is published)."""
        return self.prepared_mapping or load_mapping(self.mapping_file)

    def as_of_us(self) -> int:
        """The instant at which the example stands, UTC microseconds."""
        return to_us(datetime.fromisoformat(self.as_of), self.zone())

    def write_source(self, folder: Path) -> Path:
        """The file to import: as it was published, or prepared (with a row for each begin)."""
        return self.prepare(self.source, folder / f"{self.name}.csv") if self.prepare else self.source

    def import_into(self, folder: Path) -> ImportReport:
        """Import the log into a sealed folder, replacing one that is there."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = folder.parent / f".{folder.name}.source"
        draft.mkdir(exist_ok=True)
        try:
            source = self.write_source(draft)
            return import_log(source, folder, self.mapping(), replace=True)
        finally:
            for file in draft.iterdir():
                file.unlink()
            draft.rmdir()

    def log(self, folder: Path) -> EventLog:
        """The sealed log below `folder`, imported when it is not there yet."""
        place = folder / f"{self.name}.log"
        if not is_log_folder(place):
            self.import_into(place)
        return open_log(place)


SERVICE_DESK = Example(
    "service-desk",
    DATA / "servicenow-incidents.csv.zip",
    "2016-05-12T18:00",
    supports=(("first-line", True), ("second-line", False)),
)
LOAN_APPLICATIONS = Example(
    "loan-applications", DATA / "loanapp.csv.gz", "2023-05-05T09:30", write_with_starts, STARTS_MAPPING
)
EXAMPLES = (SERVICE_DESK, LOAN_APPLICATIONS)
