"""What tests of saved quotes share: a client, drafts priced at the easy tariff, and who saves them."""

import datetime as dt

import pytest

from core.ground.messages import InputError
from core.offer.customer import Customer
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from core.quotes.saved import Draft, Saved
from core.quotes.store import Quotes
from core.store.store import Store
from tests.migrations import ANNA, act

MONDAY = dt.datetime(2025, 6, 2, 10, tzinfo=dt.UTC)
"""The day on which quotes are saved: noon in Warsaw. The change is on 2025-07-01."""
DAY = dt.timedelta(days=1)
TODAY = MONDAY.date()
LAST = dt.date(2025, 6, 16)
"""The day until which the drafts are valid."""
ROSE = Customer("Róża i Spółka", "5261040828", ("ul. Długa 1", "00-238 Warszawa"))

UPGRADE = {"package": "basic", "target": "plus", "domains": 2, "mailboxes": 5, "disk_gb": "5"}
TO_VPS = {**UPGRADE, "target": "vps"}
FROM_VPS = {**UPGRADE, "package": "vps", "target": "plus", "change_on": "2025-12-20"}
OF_DOMAINS = {"a.pl": {"display": "a.pl", "mailboxes": 3}, "b.pl": {"display": "b.pl"}}
YEAR = {"term_start": "2025-01-01", "valid_until": "2025-12-31", "change_on": "2025-07-01"}


def draft(tariff, change=UPGRADE, *, offered=(), customer=ROSE, valid_until=LAST, **more):
    """Return a draft; all ways that are available are offered where none is named."""
    priced = quote(parse_request({**YEAR, **change}), tariff)
    kinds = offered or tuple(option.kind for option in priced.options if option.available)
    return Draft(priced, tuple(map(OptionKind, kinds)), customer, "Anna Bobrowska", "pl", valid_until, **more)


def by(person=ANNA, now=MONDAY):
    return act(person, now)


def save(quotes: Quotes, tariff, *args, by_=None, **more) -> Saved:
    return quotes.save(by_ or by(), draft(tariff, *args, **more), tariff)


def counts():
    return {"package": "basic", "domains": 2, "mailboxes": 5, "disk_gb": "5"}


def begin(quotes, **values):
    return Store(quotes.engine).register(by(), {"client": "Róża", **values}, {"a.pl": {"display": "a.pl"}}).migration


def kinds(quotes, number, today=TODAY):
    return [(happened.kind, happened.item) for happened in quotes.events(number, today)]


def refusal(deed, *args, **more):
    with pytest.raises(InputError) as refused:
        deed(*args, **more)
    return [(mistake.field, mistake.message.id) for mistake in refused.value.errors]
