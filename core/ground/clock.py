"""The only place that asks what time it is."""

import datetime as dt
from zoneinfo import ZoneInfo

from core.ground.settings import settings

WARSAW = ZoneInfo("Europe/Warsaw")


def now() -> dt.datetime:
    """Return the time in UTC; that of the setting FROZEN_NOW where there is one."""
    return settings().frozen_now or dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the place


def today() -> dt.date:
    """Return the date in Europe/Warsaw, where the customers are."""
    return now().astimezone(WARSAW).date()
