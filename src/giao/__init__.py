"""Outsourced work under its agreement: promises kept, money owed, what is about to break.

    import giao
    log = giao.read_log("incidents.csv", giao.LogMapping(zone="Europe/Paris"))
    reading = giao.evaluate(log, giao.load_agreement("agreement.yaml"))
    giao.report(reading)                       # shows itself in a notebook; .save("report.html")
    giao.explain(reading, case="INC0000047")

What is listed in `__all__` is the library's face; it is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from giao.core import mining as mining
    from giao.core.agreement.check import check as check
    from giao.core.agreement.document.agreement import Agreement as Agreement
    from giao.core.agreement.errors import AgreementError as AgreementError
    from giao.core.agreement.errors import DocumentErrors as DocumentErrors
    from giao.core.agreement.evaluate import Evaluation as Evaluation
    from giao.core.agreement.evaluate import evaluate as evaluate
    from giao.core.agreement.facts import Facts as Facts
    from giao.core.agreement.facts import load_facts as load_facts
    from giao.core.agreement.load import json_schema as agreement_schema  # noqa: F401 - the name in __all__
    from giao.core.agreement.load import load_agreement as load_agreement
    from giao.core.agreement.load import parse_agreement as parse_agreement
    from giao.core.agreement.output import to_json as to_json
    from giao.core.agreement.output_schema import output_schema as output_schema
    from giao.core.agreement.replay import Replay as Replay
    from giao.core.agreement.replay import replay as replay
    from giao.core.agreement.store import open_reading as open_reading
    from giao.core.agreement.store import save_reading as save_reading
    from giao.core.log import EventLog as EventLog
    from giao.core.log import LogError as LogError
    from giao.core.log import LogMapping as LogMapping
    from giao.core.log import import_log as import_log
    from giao.core.log import load_mapping as load_mapping
    from giao.core.log import log_from_frame as log_from_frame
    from giao.core.log import open_log as open_log
    from giao.core.log import propose_mapping as propose_mapping
    from giao.core.log import read_log as read_log
    from giao.core.report.html import html_report as html_report
    from giao.core.report.notebook import explain as explain
    from giao.core.report.notebook import report as report
    from giao.core.report.plain_words import agreement_words as agreement_words
    from giao.core.report.plain_words import version_diffs as version_diffs

_FROM: dict[str, tuple[str, ...]] = {
    "giao.core.agreement.check": ("check",),
    "giao.core.agreement.document.agreement": ("Agreement",),
    "giao.core.agreement.errors": ("AgreementError", "DocumentErrors"),
    "giao.core.agreement.evaluate": ("Evaluation", "evaluate"),
    "giao.core.agreement.facts": ("Facts", "load_facts"),
    "giao.core.agreement.load": ("agreement_schema", "load_agreement", "parse_agreement"),
    "giao.core.agreement.output": ("to_json",),
    "giao.core.agreement.output_schema": ("output_schema",),
    "giao.core.agreement.replay": ("Replay", "replay"),
    "giao.core.agreement.store": ("open_reading", "save_reading"),
    "giao.core.log": (
        "EventLog",
        "LogError",
        "LogMapping",
        "import_log",
        "load_mapping",
        "log_from_frame",
        "open_log",
        "propose_mapping",
        "read_log",
    ),
    "giao.core.report.html": ("html_report",),
    "giao.core.report.notebook": ("explain", "report"),
    "giao.core.report.plain_words": ("agreement_words", "version_diffs"),
}
_PLACES = {name: module for module, names in _FROM.items() for name in names}
_OTHER_NAMES = {"agreement_schema": "json_schema"}

_ROOMS = {"mining": "giao.core.mining"}
"""Rooms that are offered whole: giao.mining.explore(…)."""

__all__ = [*sorted(_PLACES), *_ROOMS, "__version__"]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562), once."""
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("giao")
    elif name in _ROOMS:
        found = import_module(_ROOMS[name])
    elif name in _PLACES:
        found = getattr(import_module(_PLACES[name]), _OTHER_NAMES.get(name, name))
    else:
        raise AttributeError(f"module 'giao' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
