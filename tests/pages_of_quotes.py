"""What tests of the pages of saved quotes share: the year of the easy tariff, quotes saved in it, what a page shows."""

import datetime as dt

import pytest

from core import datafiles
from core.datafiles import read_tariff
from core.ground.settings import settings
from core.language import LANGUAGES, POLISH
from core.migration.moves import Act
from core.offer.customer import Customer
from core.quotes.saved import Draft
from tests.conftest import EASY, Desk
from tests.test_pages import everything, open_page

NOW = dt.datetime(2025, 6, 20, 10, tzinfo=dt.UTC)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


@pytest.fixture(autouse=True)
def _the_year_of_the_easy_tariff(monkeypatch):
    monkeypatch.setenv("TARIFF_FILE", str(EASY))
    monkeypatch.setenv("FROZEN_NOW", NOW.isoformat())
    settings.cache_clear()
    yield
    settings.cache_clear()


def act(person="anna", now=NOW):
    return Act(datafiles.process(), datafiles.team().person(person), now)


def save(quotes, client="Róża", person="anna", now=NOW, valid_until=dt.date(2025, 6, 30), asked=None, **draft):
    """Save the change of the easy tariff: basic to plus on the first of July, 184.00 net."""
    tariff = read_tariff(EASY)
    quote = Desk(tariff).quote(**(asked or {}))
    offered = tuple(option.kind for option in quote.options if option.available)
    customer = client if isinstance(client, Customer) else Customer(client)
    given = {"quote": quote, "offered": offered, "customer": customer, "contact": "Janina Przykładowa"}
    made = Draft(**given, language="pl", valid_until=valid_until, **draft)
    return quotes.save(act(person, now), made, tariff)


def opened(saved, person="anna", language=POLISH):
    app = open_page("saved", language, number=saved.number)
    if person:
        app.selectbox(key=f"person_{language.code}").select(person).run()
        assert not app.exception, app.exception
    return app


def texts(app):
    return (everything(app) + "\n".join(toast.value for toast in app.toast)).replace("\\", "")


def buttons(app):
    return {button.key: button for button in app.button}
