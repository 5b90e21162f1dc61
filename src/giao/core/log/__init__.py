"""What happened: event logs in and out, one columnar schema.

log = read_log("incidents.csv", LogMapping(zone="Europe/Paris"))
log.events(["case", "activity", "time"])
"""

from giao.core.log.appending import append, restore_import, undo_import
from giao.core.log.errors import ImportFailed, ImportNeeds, LogError, LogUnreadable, Need
from giao.core.log.folder import open_log
from giao.core.log.importing import (
    ImportReport,
    import_log,
    log_from_frame,
    propose_mapping,
    read_log,
    safe_cell,
)
from giao.core.log.mapping import LogMapping, dump_mapping, load_mapping
from giao.core.log.model import Attribute, EventLog
from giao.core.log.propose import Proposal

__all__ = [
    "Attribute",
    "EventLog",
    "ImportFailed",
    "ImportNeeds",
    "ImportReport",
    "LogError",
    "LogMapping",
    "LogUnreadable",
    "Need",
    "Proposal",
    "append",
    "dump_mapping",
    "import_log",
    "load_mapping",
    "log_from_frame",
    "open_log",
    "propose_mapping",
    "read_log",
    "restore_import",
    "safe_cell",
    "undo_import",
]
