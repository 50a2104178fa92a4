"""Working time: the desk's own minutes, those of its working days, one day after the other."""

import bisect
import datetime as dt

from core.ground.clock import WARSAW
from core.ground.workdays import is_working_day

OPENS = 8
DAY = 525
"""Minutes of a working day, until 16:45: what is begun then is done before five."""


class WorkingTime:
    """Time as the desk's own minutes: those of its working days, one day after the other."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now.astimezone(dt.UTC)
        self.today = now.astimezone(WARSAW).date()
        around = (self.today + dt.timedelta(days) for days in range(-400, 60))
        self._days = [day for day in around if is_working_day(day)]

    def minutes(self, at: dt.datetime) -> int:
        """Return the minute of a moment; for one outside working hours the next that is within."""
        local = at.astimezone(WARSAW)
        day = bisect.bisect_left(self._days, local.date())
        if self._days[day] != local.date():
            return day * DAY
        return day * DAY + min(max((local.hour - OPENS) * 60 + local.minute, 0), DAY)

    def moment(self, minutes: int) -> dt.datetime:
        """Return the moment of a minute, UTC."""
        day, minute = divmod(minutes, DAY)
        opens = dt.datetime.combine(self._days[day], dt.time(OPENS), WARSAW)
        return (opens + dt.timedelta(minutes=minute)).astimezone(dt.UTC)

    def open(self, at: dt.datetime) -> bool:
        """Whether the desk is open."""
        local = at.astimezone(WARSAW)
        return is_working_day(local.date()) and OPENS <= local.hour < OPENS + 9

    def working_day(self, n: int) -> dt.date:
        """Return the n-th working day after today, or before it where n is negative; for 0 today or the next one."""
        here = bisect.bisect_left(self._days, self.today)
        return self._days[here + n - (n > 0 and self._days[here] != self.today)]

    def soon(self) -> dt.datetime:
        """Return an hour of today that is still to come; of the next working day where there is none."""
        hour = self.now.astimezone(WARSAW).hour
        if not is_working_day(self.today):
            return agreed(self.working_day(0), 10)
        return agreed(self.working_day(1), 10) if hour >= 16 else agreed(self.today, min(max(10, hour + 2), 16))


def agreed(day: dt.date, hour: int | None) -> dt.datetime:
    """Return the moment of an agreed day, UTC: midnight in Warsaw where no hour was agreed."""
    return dt.datetime.combine(day, dt.time(hour or 0), WARSAW).astimezone(dt.UTC)
