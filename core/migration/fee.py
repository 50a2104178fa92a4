"""What a migration brings in: the migration fee of the tariff for its domains, by the pricing core."""

import datetime as dt
from dataclasses import dataclass

from core.ground.clock import WARSAW
from core.ground.messages import Grosze, Message
from core.ground.words import fold
from core.migration.migration import Migration
from core.migration.stages import FIRST_OF_DOMAINS
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import Package


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of a whole order, net grosze, and how it came about: for so many domains, on a day."""

    net: Grosze
    domains: int
    day: dt.date
    working: Message


def fee_of(m: Migration, tariff: Tariff, today: dt.date) -> Grosze | None:
    """Return the net fee of the whole order in grosze; None where none applies, or no price list covers its day."""
    fee = fee_with_working(m, tariff, today)
    return fee.net if fee else None


def fee_with_working(m: Migration, tariff: Tariff, today: dt.date) -> Fee | None:
    """Return the fee with its working; None where none applies, or no price list covers its day."""
    if not m.fee_applies or m.cancelled is not None:
        return None
    day, domains = day_of_fee(m, today), len(m.active)
    if calendar.number(day) < tariff.first_day:
        return None
    terms = tariff.on(calendar.number(day))
    return Fee(Grosze(terms.migration_fee(domains)), domains, day, terms.tier(domains).working)


def day_of_fee(m: Migration, today: dt.date) -> dt.date:
    """Return the day that prices are taken from: the agreed one, else when the moving began, else today.

    (Rework begins the moving again; the agreed day stays.)
    """
    moved = m.planned_at or m.entered.get(FIRST_OF_DOMAINS)
    return moved.astimezone(WARSAW).date() if moved else today


def package_of(m: Migration, tariff: Tariff) -> Package | None:
    """Return the package that the text in a migration means, by id or name; None where the tariff has none such."""
    wanted = fold(m.package)
    return next((p for p in tariff.packages if wanted and wanted in (fold(p.id), fold(p.name))), None)


def quote_query(m: Migration, tariff: Tariff, today: dt.date) -> dict[str, str]:
    """Return what a migration says of its quote, as texts of the calculator's form: the day, the counts, the package.

    The package is left out where the text in the migration is none of the tariff's, by id or name.
    """
    package = package_of(m, tariff)
    mailboxes = [d.mailboxes for d in m.active if d.mailboxes is not None]
    texts = {
        "target": package.id if package else "",
        "change_on": day_of_fee(m, today).isoformat(),
        "domains": str(len(m.active)),
        "mailboxes": str(sum(mailboxes)) if mailboxes else "",
    }
    return {name: text for name, text in texts.items() if text}
