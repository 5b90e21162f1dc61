"""What can go wrong with calendars.

CalendarError (ValueError)   the calendars contradict themselves: an unknown name, a cycle
HorizonError (ValueError)    an instant for which open time is not known: no holiday data, never open again
"""


class CalendarError(ValueError):
    """Calendars that do not fit together. The message names the calendar, the path to it, and the mend."""


class HorizonError(ValueError):
    """Open time that cannot be known: past the years of the holiday data, or a budget that never runs out.

    A calendar never guesses: it extends its horizon, or it raises this.
    """
