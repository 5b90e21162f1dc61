"""Send events to giao from Python: retry, and a spool on disk that survives a killed process. Needs httpx alone.

from giao.client import Client, Event

with Client("https://giao.example.org", token, "service-desk", spool="events.spool") as giao:
    giao.send(Event("Opened", case="C-1042", time=now, data={"priority": "high"}, source="/crm"))
"""

from giao.client.client import Client, Rejection, Sent
from giao.client.errors import ClientError, NotAllowed, Unreachable
from giao.client.event import Event
from giao.client.spool import Spool

__all__ = ["Client", "ClientError", "Event", "NotAllowed", "Rejection", "Sent", "Spool", "Unreachable"]
