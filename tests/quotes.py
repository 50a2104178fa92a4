"""What tests of saved quotes share: a client, drafts priced at the easy tariff, and who saves them."""

import datetime as dt

from core.offer.customer import Customer
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from core.quotes.saved import Draft, Saved
from core.quotes.store import Quotes
from tests.migrations import ANNA, act

MONDAY = dt.datetime(2025, 6, 2, 10, tzinfo=dt.UTC)
"""The day on which quotes are saved: noon in Warsaw. The change is on 2025-07-01."""
DAY = dt.timedelta(days=1)
ROSE = Customer("Róża i Spółka", "5261040828", ("ul. Długa 1", "00-238 Warszawa"))

UPGRADE = {"package": "basic", "target": "plus", "domains": 2, "mailboxes": 5, "disk_gb": "5"}
TO_VPS = {**UPGRADE, "target": "vps"}
FROM_VPS = {**UPGRADE, "package": "vps", "target": "plus", "change_on": "2025-12-20"}
YEAR = {"term_start": "2025-01-01", "valid_until": "2025-12-31", "change_on": "2025-07-01"}


def draft(tariff, change=UPGRADE, *, offered=(), customer=ROSE, valid_until=dt.date(2025, 6, 16), **more):
    """Return a draft; all ways that are available are offered where none is named."""
    priced = quote(parse_request({**YEAR, **change}), tariff)
    kinds = offered or tuple(option.kind for option in priced.options if option.available)
    return Draft(priced, tuple(map(OptionKind, kinds)), customer, "Anna Bobrowska", "pl", valid_until, **more)


def by(person=ANNA, now=MONDAY):
    return act(person, now)


def save(quotes: Quotes, tariff, *args, by_=None, **more) -> Saved:
    return quotes.save(by_ or by(), draft(tariff, *args, **more), tariff)
