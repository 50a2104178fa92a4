"""The tariff of a scenario: other prices from a day on, other readings, thresholds and tiers at all times."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from core.pricing import calendar
from core.pricing.alike import half_up
from core.pricing.money import to_decimal
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import MigrationFees, PriceList, Tier

_BASIS = 10_000


# A slider asks for the same tariffs again and again, and what is worked out from one hangs on the object.
@lru_cache(64)
def changed_tariff(
    base: Tariff,
    prices_from: dt.date | None,
    percent: Decimal | None,
    prices: tuple[tuple[tuple[str, int], int], ...],
    readings: tuple[tuple[str, str], ...],
    terms: tuple[tuple[str, int], ...],
    tiers: tuple[tuple[int, int], ...] | None,
) -> Tariff:
    changed = base.with_readings(**dict(readings)) if readings else base
    file = changed.file.model_copy(
        update={
            "price_lists": list(_price_lists(base, prices_from, percent, prices)),
            "terms": [table.model_copy(update=dict(terms)) for table in base.file.terms],
            "migration_fees": [_with_tiers(fees, tiers) for fees in base.file.migration_fees],
        }
    )
    return base if file == base.file else Tariff(file)


def _price_lists(
    base: Tariff, day: dt.date | None, percent: Decimal | None, prices: tuple[tuple[tuple[str, int], int], ...]
) -> Iterator[PriceList]:
    if day is None or (percent is None and not prices):
        yield from base.file.price_lists
        return
    earlier = [list for list in base.file.price_lists if list.valid_from < day]
    yield from earlier
    valid = list_on(base, day)
    new = new_prices(valid.prices_net, percent, prices)
    # The same prices as until then are no new list.
    if valid not in earlier or new != valid.prices_net:
        yield PriceList.model_construct(valid_from=day, prices_net=new)


def list_on(tariff: Tariff, day: dt.date) -> PriceList:
    return tariff.shown_on(calendar.number(day)).price_list


def new_prices(
    prices_net: Mapping[str, Mapping[int, int]],
    percent: Decimal | None,
    prices: Iterable[tuple[tuple[str, int], int]],
) -> dict[str, dict[int, int]]:
    new = by_percent(prices_net, percent)
    for (package, months), net in prices:
        new.setdefault(package, {})[months] = net
    return new


def by_percent(prices_net: Mapping[str, Mapping[int, int]], percent: Decimal | None) -> dict[str, dict[int, int]]:
    share = _BASIS + int((percent or 0) * 100)
    return {
        id: {months: half_up(net * share, _BASIS) for months, net in by_period.items()}
        for id, by_period in prices_net.items()
    }


def _with_tiers(fees: MigrationFees, tiers: tuple[tuple[int, int], ...] | None) -> MigrationFees:
    """The fees with other tiers; a question that a tier settles stays with the tier from as many domains."""
    if tiers is None:
        return fees
    shared = {tier.first: tier.shared_with_previous for tier in fees.tiers}
    new = [Tier(first=first, net=str(to_decimal(net)), shared_with_previous=shared.get(first)) for first, net in tiers]
    return fees.model_copy(update={"tiers": new})
