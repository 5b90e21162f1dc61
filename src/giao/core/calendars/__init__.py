"""Business time: "how long" and "until when", for one instant and for millions, exact to the microsecond."""

from giao.core.calendars.calendar import Calendar
from giao.core.calendars.compile import ALWAYS, always, compile_calendar, compile_calendars
from giao.core.calendars.dates import DateSpan
from giao.core.calendars.errors import CalendarError, HorizonError
from giao.core.calendars.spec import CalendarSpec, CalendarVersion
from giao.core.calendars.tables import BEYOND, KernelTables

__all__ = [
    "ALWAYS",
    "BEYOND",
    "Calendar",
    "CalendarError",
    "CalendarSpec",
    "CalendarVersion",
    "DateSpan",
    "HorizonError",
    "KernelTables",
    "always",
    "compile_calendar",
    "compile_calendars",
]
