"""What a migration brings in: the migration fee of the tariff for its domains, by the pricing core."""

import datetime as dt

from core.clock import WARSAW
from core.messages import Grosze
from core.pipeline.migration import Migration
from core.pipeline.stages import FIRST_OF_DOMAINS
from core.pricing import calendar
from core.pricing.tariff import Tariff


def fee_of(m: Migration, tariff: Tariff, today: dt.date) -> Grosze | None:
    """Return the net fee of the whole order in grosze; None where none applies, or no price list covers its day.

    Priced on the agreed day, else the day the moving began (rework begins it again), else today.
    """
    if not m.fee_applies or m.cancelled is not None:
        return None
    moved = m.planned_at or m.entered.get(FIRST_OF_DOMAINS)
    day = moved.astimezone(WARSAW).date() if moved else today
    if calendar.number(day) < tariff.first_day:
        return None
    return Grosze(tariff.on(calendar.number(day)).migration_fee(len(m.active)))
