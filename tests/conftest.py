"""What every test may use: the easy tariff, and a change to start from."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from core.datafiles import read_tariff
from core.pricing.quote import Option, Quote, quote
from core.pricing.request import QuoteRequest, parse_request
from core.pricing.tariff import Tariff

# Machines are noisy: no test is timed.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

EASY = Path(__file__).parent / "data" / "tariff.toml"

# The term is the year 2025, 365 days at 1.00 a day; its end (the first unpaid day) is 2026-01-01.
START = {
    "package": "basic",
    "target": "plus",
    "term_start": "2025-01-01",
    "valid_until": "2025-12-31",
    "change_on": "2025-07-01",
    "domains": 2,
    "mailboxes": 5,
    "disk_gb": "5",
}


@pytest.fixture(scope="session")
def tariff() -> Tariff:
    return read_tariff(EASY)


class Desk:
    """Asks for quotes in one line: `desk.option(change_on="2025-12-01")`."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff

    def request(self, **changes: object) -> QuoteRequest:
        return parse_request({**START, **changes})

    def quote(self, **changes: object) -> Quote:
        return quote(self.request(**changes), self.tariff)

    def option(self, kind: str | None = None, **changes: object) -> Option:
        found = self.quote(**changes)
        options = {option.kind.value: option for option in found.options}
        if kind is None:
            (kind,) = options
        return options[kind]

    def reading(self, **choices: str) -> "Desk":
        return Desk(self.tariff.with_readings(**choices))


@pytest.fixture(scope="session")
def desk(tariff: Tariff) -> Desk:
    return Desk(tariff)


@pytest.fixture(autouse=True, scope="session")
def _frozen_clock() -> None:
    os.environ["FROZEN_NOW"] = "2026-11-21T12:00:00+01:00"
