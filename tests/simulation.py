"""Bases and scenarios for the tests of simulations."""

import datetime as dt

import numpy as np

from core.pricing import calendar
from core.pricing.situation import FROM_LIST
from core.simulation.scenario_texts import parse
from core.simulation.subscriptions import NOT_TOLD, Subscriptions, texts
from tests.portfolio import random_changes

TODAY = dt.date(2025, 7, 1)


def day(text):
    return calendar.number(dt.date.fromisoformat(text))


def base_of(tariff, *rows):
    """Subscriptions given as (package, term_start, valid_until) and what else differs from nothing used."""
    known = [
        {"price_net": FROM_LIST, "domains": 0, "mailboxes": 0, "disk": 0, "service_start": NOT_TOLD, **row[3]}
        for row in rows
    ]
    return Subscriptions(
        id=texts([f"S-{n}" for n in range(len(rows))]),
        client=texts([row.get("client", f"Firma {n}") for n, row in enumerate(known)]),
        names=texts([row.get("names", "") for row in known]),
        package=np.array([tariff.index[row[0]] for row in rows], np.int64),
        term_start=np.array([day(row[1]) for row in rows], np.int64),
        valid_until=np.array([day(row[2]) for row in rows], np.int64),
        **{
            name: np.array([row[name] for row in known], np.int64)
            for name in ("price_net", "domains", "mailboxes", "disk", "service_start")
        },
    )


def random_base(rows, seed):
    """Subscriptions of every kind, most of whose terms are running on TODAY."""
    changes = random_changes(rows, seed)
    shift = day("2025-07-01") - changes.change_on
    # Half of the bases' services began a year before the term.
    started = np.where(np.arange(rows) % 2, calendar.months_later(changes.term_start + shift, -12), NOT_TOLD)
    return Subscriptions(
        id=texts([f"S-{n}" for n in range(rows)]),
        client=texts([f"Firma {n % 7}" for n in range(rows)]),
        names=texts([""] * rows),
        package=changes.package,
        term_start=changes.term_start + shift,
        valid_until=changes.valid_until + shift,
        price_net=changes.price_net,
        domains=changes.domains,
        mailboxes=changes.mailboxes,
        disk=changes.disk,
        service_start=started,
    )


def scenario(tariff, today=TODAY, **given):
    return parse({name: str(value) for name, value in given.items()}, tariff, today)
