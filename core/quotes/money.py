"""What quotes and migrations bring in, month by month of Warsaw.

    saved        quotes written down in the month
    sent         quotes that the client got in it; one accepted straight away was got on that day
    accepted     quotes taken in it, at what the way that was chosen costs
    rate         of the quotes sent in the month, those accepted so far; a version that a newer one replaced counts for
                 nothing here: it is the newer one that the client decides on
    median days  from being sent to being accepted, of the quotes accepted in the month
    fees         of migrations, by the tariff: finished in the month, or open and agreed for it

All amounts are net grosze. Of a quote that offers several ways, undecided, the one suggested first counts.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from core.files.formula_safe import neutral
from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.language import Language
from core.migration.fee import fee_of
from core.migration.migration import Migration
from core.pricing.alike import half_up
from core.pricing.money import to_decimal
from core.pricing.tariff import Tariff
from core.quotes.saved import QuoteEvent, Saved, State, way

_NOTHING = Grosze(0)


@dataclass(slots=True)
class Sum:
    """So many, and what they come to, net."""

    count: int = 0
    net: Grosze = _NOTHING

    def add(self, net: int) -> None:
        """Count one more."""
        self.count, self.net = self.count + 1, Grosze(self.net + net)


@dataclass(slots=True)
class Month:
    """A month by its first day; None: open migrations without an agreed day, and ends that nobody knows the day of."""

    first: dt.date | None
    saved: Sum = field(default_factory=Sum)
    sent: Sum = field(default_factory=Sum)
    accepted: Sum = field(default_factory=Sum)
    finished: Sum = field(default_factory=Sum)
    open: Sum = field(default_factory=Sum)
    decided_on: int = 0
    """Quotes sent in the month that no newer one replaced."""
    taken: int = 0
    """Those of them that were accepted so far."""
    days: list[int] = field(default_factory=list)
    """From sent to accepted, of each quote accepted in the month of which both days are known."""

    @property
    def rate(self) -> int | None:
        """Whole percent of the quotes sent in the month that were accepted so far; None where none was sent."""
        return int(half_up(100 * self.taken, self.decided_on)) if self.decided_on else None

    @property
    def median_days(self) -> Decimal | None:
        """Days from sent to accepted; None where nothing was accepted."""
        return Decimal(str(median(self.days))) if self.days else None


def by_month(
    quotes: Iterable[Saved],
    histories: Mapping[int, Sequence[QuoteEvent]],
    migrations: Iterable[Migration],
    tariff: Tariff,
    today: dt.date,
) -> list[Month]:
    """Return the months in which there was anything, the newest first, that of no known day last.

    `histories`: what happened to the quotes, by their ids; `tariff` and `today`: what the fees are priced by.
    """
    months: dict[dt.date | None, Month] = {}

    def month(at: dt.datetime | None) -> Month:
        first = at.astimezone(WARSAW).date().replace(day=1) if at else None
        return months.setdefault(first, Month(first))

    for saved in quotes:
        _count(saved, histories[saved.id], month)
    for m in migrations:
        net = fee_of(m, tariff, today)
        if net is not None:
            closed = m.stage == "closed"
            there = month(m.entered.get("closed") if closed else m.planned_at)
            (there.finished if closed else there.open).add(net)
    return sorted(months.values(), key=lambda found: found.first or dt.date.min, reverse=True)


def _count(saved: Saved, events: Sequence[QuoteEvent], month: Callable[[dt.datetime | None], Month]) -> None:
    nets = {amount.kind: amount.net for amount in saved.amounts}
    suggested = saved.amounts[0].net
    month(saved.saved_at).saved.add(suggested)
    steps = {step.state: step for step in way(events)}
    accepted = steps.get(State.ACCEPTED)
    sent = steps.get(State.SENT)
    if got := sent or accepted:
        then = month(got.at)
        then.sent.add(suggested)
        if not saved.replaced_by:
            then.decided_on += 1
            then.taken += accepted is not None
    if accepted is None:
        return
    now = month(accepted.at)
    now.accepted.add(nets[accepted.chosen] if accepted.chosen else suggested)
    if sent is not None:
        now.days.append((accepted.at.astimezone(WARSAW).date() - sent.at.astimezone(WARSAW).date()).days)


_COLUMNS = (
    *("month", "saved", "saved_net", "sent", "sent_net", "accepted", "accepted_net", "rate", "median_days"),
    *("finished", "finished_net", "open", "open_net"),
)


def as_csv(months: Iterable[Month], language: Language) -> bytes:
    """Return the months as CSV for the reader's spreadsheet: UTF-8 with a byte order mark, `;`, its decimals."""
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    write([neutral(language.text(f"money.{column}")) for column in _COLUMNS])
    decimal = language.separators[0]
    for found in months:
        write([_cell(value, decimal) for value in _row(found, language)])
    return file.getvalue().encode("utf-8-sig")


def _row(found: Month, language: Language) -> list[object]:
    sums = [value for one in (found.saved, found.sent, found.accepted) for value in (one.count, one.net)]
    fees = [value for one in (found.finished, found.open) for value in (one.count, one.net)]
    first = f"{found.first:%Y-%m}" if found.first else language.text("money.no_day")
    return [first, *sums, found.rate, found.median_days, *fees]


def _cell(value: object, decimal: str) -> str:
    if isinstance(value, Grosze):
        value = to_decimal(value)
    return "" if value is None else neutral(str(value).replace(".", decimal))
