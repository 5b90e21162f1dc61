"""Business time: "how long" and "until when", for one instant and for millions, exact to the microsecond.

    spec = CalendarSpec.model_validate({"zone": "Asia/Ho_Chi_Minh", "hours": {...}, "holidays": "VN"})
    office = compile_calendars({"office": spec}, first, last)["office"]
    office.between(a, b); office.add(a, duration); office.between_many(starts, ends)

Where things live: `hours`, `dates`, `spec` read the document; `public_days` the holidays of the world; `days` decides
one local day; `offsets` knows the zone; `layout` puts days on the line of instants (the rule for clock changes stands
there); `tables`, `business_days` answer; `calendar` joins them and keeps the horizon; `kernel` is the compiled layer.
"""

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
