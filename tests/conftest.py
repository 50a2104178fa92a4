"""What every test may use: the easy tariff, a change to start from, and empty databases."""

import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from core.database.transactions import engine
from core.database.upgrade import upgrade
from core.datafiles import read_tariff
from core.ground.settings import settings as desk_settings
from core.language import POLISH
from core.offer.document import document
from core.offer.offer import Offer
from core.pricing.quote import Option, Quote, quote
from core.pricing.request import QuoteRequest, parse_request
from core.pricing.tariff import Tariff
from core.quotes.store import Quotes
from core.store.store import Store
from tests import offers, postgres, quick
from tests.importer import Importer

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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not quick.asked_for(config):
        return None
    slow = collection_path.name in ("browser", "lab") if collection_path.is_dir() else not quick.may_be(collection_path)
    return slow or None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--by-the-clock",
        action="store_true",
        help="those tests alone that keep hours with caches, on a quiet machine",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if quick.is_quick(item):
            item.add_marker("quick")
    _choose_by_the_clock(config, items)


def _choose_by_the_clock(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that keep hours with caches where others run beside them; with the option, all but those."""
    if not (alone := config.option.by_the_clock) and not hasattr(config, "workerinput"):
        return
    left_out = [item for item in items if (item.get_closest_marker("by_the_clock") is not None) != alone]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.option.by_the_clock and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        # Some tests were asked for by name, and none of them keeps hours.
        session.exitstatus = pytest.ExitCode.OK


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


@pytest.fixture
def offer(desk: Desk) -> Callable[..., Offer]:
    """Makes an offer in one line: `offer({"customer_name": "Róża"}, target="pro")`."""
    return partial(offers.make, desk)


@pytest.fixture
def words(tariff: Tariff) -> Callable[..., dict[str, Any]]:
    """Puts an offer into words: `words(offer(), ENGLISH)`."""
    names = {package.id: package.name for package in tariff.packages}
    return lambda offer, language=POLISH, **more: document(offer, names, language, **more)


@pytest.fixture(autouse=True)
def _main_stays_main() -> Iterator[None]:
    """A page run by Streamlit's test runner takes the place of the main module, which new processes begin with."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True, scope="session")
def _frozen_clock() -> None:
    os.environ["FROZEN_NOW"] = "2026-11-21T12:00:00+01:00"
    # Nobody looks at anything by itself while something else is tested.
    os.environ["WATCH"] = "off"
    # Some module has asked for the settings when it was imported.
    desk_settings.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def _never_the_desks_own_database(tmp_path_factory) -> Iterator[None]:
    url = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'desk.sqlite3'}"
    os.environ["DATABASE_URL"] = url
    desk_settings.cache_clear()
    yield
    engine(url).dispose()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("template") / "desk.sqlite3"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(_sqlite_template, tmp_path) -> Iterator[str]:
    """Give an empty SQLite database of the present schema; whoever calls `engine_of` for it disposes of the engine."""
    url = f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'desk.sqlite3')}"
    yield url
    engine(url).dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server; gives the URL of its database `postgres`. Who asks for it bears `postgres.MARKS`."""
    programs = postgres.binaries()
    if programs is None:
        pytest.fail(postgres.MISSING) if os.environ.get("CI") == "true" else pytest.skip(postgres.MISSING)
    with postgres.serve(programs) as url:
        postgres.run(url, "CREATE DATABASE template")
        upgrade(url.replace("/postgres?", "/template?"))
        yield url


@pytest.fixture
def postgres_url(postgres_server) -> Iterator[str]:
    """Give an empty PostgreSQL database of the present schema."""
    name = f"desk_{uuid.uuid4().hex}"
    url = postgres_server.replace("/postgres?", f"/{name}?")
    postgres.run(postgres_server, f"CREATE DATABASE {name} TEMPLATE template")
    yield url
    engine(url).dispose()
    postgres.run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres.MARKS)])
def database_url(request) -> str:
    """Give an empty database of the present schema, once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def quotes(database_url) -> Quotes:
    """The quotes of an empty database, once on SQLite and once on PostgreSQL."""
    return Quotes(engine(database_url))


@pytest.fixture
def one(sqlite_url) -> Quotes:
    """The quotes of an empty database on SQLite, for what does not depend on it."""
    return Quotes(engine(sqlite_url))


@pytest.fixture
def desk_url(monkeypatch, sqlite_url) -> Iterator[str]:
    """An empty desk of its own for a test of pages, without samples."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SAMPLES", "false")
    desk_settings.cache_clear()
    yield sqlite_url
    desk_settings.cache_clear()


@pytest.fixture
def sampled(monkeypatch) -> None:
    """Let the desk begin with samples."""
    monkeypatch.setenv("SAMPLES", "true")
    desk_settings.cache_clear()


@pytest.fixture
def store(desk_url) -> Store:
    return Store(engine(desk_url))


@pytest.fixture
def importer(database_url) -> Importer:
    """Imports into an empty desk, once on SQLite and once on PostgreSQL."""
    return Importer(database_url)


@pytest.fixture
def lite(sqlite_url) -> Importer:
    """The same on SQLite alone, where the database makes no difference."""
    return Importer(sqlite_url)


@pytest.fixture
def stored(store) -> Quotes:
    """The quotes of the desk of a test of pages."""
    return Quotes(store.engine)
