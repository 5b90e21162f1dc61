"""Object-centric logs (OCEL 2.0): an event belongs to several objects. Read, kept whole, flattened on one type, written.

objects = read_objects("orders.sqlite", zone="Europe/Berlin")
objects.types                       # {"orders": 2000, "items": 8031, …}
log = objects.flatten("orders").log # an EventLog: a case an order
"""

from giao.core.log.ocel.flatten import Flat, flatten
from giao.core.log.ocel.from_log import objects_of
from giao.core.log.ocel.model import ObjectLog, OcelType
from giao.core.log.ocel.reading import is_object_log, read_objects
from giao.core.log.ocel.store import open_objects, save_objects
from giao.core.log.ocel.writing import write_json, write_sqlite

__all__ = [
    "Flat",
    "ObjectLog",
    "OcelType",
    "flatten",
    "is_object_log",
    "objects_of",
    "open_objects",
    "read_objects",
    "save_objects",
    "write_json",
    "write_sqlite",
]
