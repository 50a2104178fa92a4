"""The invented subscriptions: drawn alike at every time, moved so that today is among them, and priced."""

import datetime as dt

import numpy as np
import pytest

from core import datafiles
from core.ground.settings import ROOT
from core.pricing import calendar
from core.pricing.portfolio import price_many
from core.pricing.situation import FROM_LIST, Change
from core.simulation.samples import NAME, REFERENCE, sample_csv, samples


def test_the_sample_file_is_what_is_drawn():
    assert (ROOT / NAME).read_bytes() == sample_csv()


@pytest.mark.parametrize("today", [dt.date(2026, 11, 21), dt.date(2027, 2, 1), dt.date(2028, 2, 29)])
def test_samples_lie_around_today_and_keep_their_terms(today):
    tariff = datafiles.read_tariff(ROOT / "data" / "tariff.toml")
    loaded = samples(tariff, today)
    assert (loaded.read, loaded.refused, loaded.missing) == (2000, (), ())
    held, now = loaded.subscriptions, calendar.number(today)
    months = calendar.whole_months(held.term_start, held.valid_until + 1)
    assert set(months.tolist()) == {1, 12, 24}
    there = samples(tariff, REFERENCE).subscriptions
    assert (months == calendar.whole_months(there.term_start, there.valid_until + 1)).all()
    left = held.valid_until - now
    assert ((left < 0) & (left >= -30)).sum() >= 5
    assert ((left >= 0) & (left < 30)).sum() >= 50
    assert (left > 200).sum() >= 200 and (held.term_start <= now + 31).all()
    assert set(held.package.tolist()) == set(range(len(tariff.packages)))
    assert 0.05 < (held.price_net != FROM_LIST).mean() < 0.5
    assert len(set(held.client.tolist())) < len(held)


def test_samples_can_be_priced():
    tariff = datafiles.read_tariff(ROOT / "data" / "tariff.toml")
    today = dt.date(2026, 11, 21)
    held = samples(tariff, today).subscriptions
    changes = Change(
        package=held.package,
        target=tariff.index["agencja"],
        term_start=held.term_start,
        valid_until=held.valid_until,
        change_on=np.maximum(calendar.number(today), held.term_start),
        domains=held.domains,
        mailboxes=held.mailboxes,
        disk=held.disk,
        price_net=held.price_net,
    )
    priced = price_many(changes, tariff)
    assert not priced.problem.any()


def test_the_samples_name_as_many_domains_as_they_count_and_each_once():
    loaded = samples(datafiles.read_tariff(ROOT / "data" / "tariff.toml"), REFERENCE)
    names = " ".join(loaded.subscriptions.names.tolist()).split()
    assert (loaded.uneven, loaded.invented) == (0, True)
    assert len(names) == len(set(names)) == loaded.subscriptions.domains.sum()
    assert all(name.endswith(".example") for name in names)
