"""Saving a quote from the calculator, run as Streamlit runs it."""

from decimal import Decimal

import pytest

from core.ground.messages import Grosze
from core.language import POLISH
from core.offer.customer import Customer
from core.offer.extras import Extras, FreeLine
from core.quotes import store as quotes_store
from core.quotes.calculator_link import renewal
from pages.parts.shared.words import plain
from tests.pages_of_quotes import (
    LANGUAGE,
    NOW,
    _the_year_of_the_easy_tariff,  # noqa: F401 - a fixture
    act,
    buttons,
    save,
    texts,
)
from tests.test_pages import everything, link, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


def calculator(person="anna", language=POLISH, client="Róża", **query):
    """Open the room of the offer for a client."""
    app = open_page("quote", language, **link(valid_until="2025-12-31"), **query)
    app.selectbox(key=f"person_{language.code}").select(person).run()
    app.session_state[f"quote_rooms_{language.code}"] = language.text("offer.tab")
    app.run()
    if client:
        app.text_input(key=f"offer_{language.code}_customer_name").input(client).run()
    assert not app.exception, app.exception
    return app


def press(app, way):
    app.button(key=f"saving_{way}").click().run()
    assert not app.exception, app.exception
    return app


@LANGUAGE
def test_saved_quote_has_a_number_and_its_offer_carries_it(stored, language):
    app = press(calculator(language=language), "save")
    (saved,) = stored.listed(quotes_store.Wanted(), NOW.date())
    assert (saved.number, saved.author, saved.customer.name, saved.state) == ("O/2025/0001", "anna", "Róża", "draft")
    assert saved.amounts[0].gross == 22632 and saved.language == language.code
    shown = texts(app)
    assert language.text("saving.saved", number=saved.number) in shown
    assert language.text("offer.until_change", number=saved.number, day=saved.valid_until) in shown


def test_click_that_comes_with_the_address_from_before_the_saving_undoes_nothing(stored):
    app = press(calculator(), "save")
    del app.query_params["replaces"]
    app.run()
    assert POLISH.text("saving.saved", number="O/2025/0001") in texts(app)
    assert app.query_params["replaces"] == "O/2025/0001"


def test_second_of_a_double_click_saves_nothing_even_where_the_page_forgot_the_first(stored):
    app = press(calculator(), "save")
    # As an old address that comes late makes it.
    del app.session_state["_saving_saved"]
    app.session_state["_saving_for"] = {}
    del app.query_params["replaces"]
    press(app.run(), "save")
    assert [saved.number for saved in stored.listed(quotes_store.Wanted(), NOW.date())] == ["O/2025/0001"]
    assert POLISH.text("saving.saved", number="O/2025/0001") in texts(app)
    assert app.query_params["replaces"] == "O/2025/0001"


def test_nothing_is_saved_for_nobody_or_by_somebody_who_only_looks(stored):
    assert not [key for key in buttons(calculator(client="")) if str(key).startswith("saving_")]
    app = calculator("wiktor")
    assert buttons(app)["saving_save"].disabled and plain(POLISH.text("error.may_not.work")) in everything(app)


def test_nothing_is_saved_from_an_example_or_a_simulation(stored):
    for query in ({"package": "basic"}, {**link(), "s.percent": "5"}):
        app = open_page("quote", **query)
        app.selectbox(key="person_pl").select("anna").run()
        app.session_state["quote_rooms_pl"] = POLISH.text("offer.tab")
        app.run()
        assert not [key for key in buttons(app) if str(key).startswith("saving_")] and not app.exception


def test_what_is_changed_after_saving_is_a_new_version_or_a_quote_of_its_own(stored):
    app = press(calculator(), "save")
    app.text_input(key="quote_pl_domains").input("3").run()
    assert {"saving_save_version", "saving_save_apart"} <= buttons(app).keys()
    press(app, "save_version")
    assert stored.one("O/2025/0001").replaced_by == "O/2025/0002"
    app.text_input(key="quote_pl_domains").input("4").run()
    press(app, "save_apart")
    assert (stored.one("O/2025/0003").replaces, stored.one("O/2025/0002").replaced_by) == ("", "")


def test_quote_for_another_client_is_one_of_its_own_at_the_first_button(stored):
    app = press(calculator(), "save")
    app.text_input(key="offer_pl_customer_name").input("Łąka").run()
    first = next(key for key in buttons(app) if key.startswith("saving_save"))
    assert first == "saving_save_apart"


def test_new_version_opens_with_the_client_of_the_old_one_and_what_was_charged_beside_the_rules(stored):
    beside = Extras((FreeLine("Odnowienie domeny", Grosze(8000), Decimal(23), True),))
    old = save(stored, Customer("Róża", "5261040828"), subscription="SUB-7", extras=beside)
    app = calculator(client="", **{name: text for name, text in renewal(old).items() if name not in link()})
    assert app.text_input(key="offer_pl_customer_name").value == "Róża"
    new = press(app, "save_version") and stored.one("O/2025/0002")
    assert (new.replaces, new.subscription, new.customer.nip) == (old.number, "SUB-7", "5261040828")
    assert new.extras == beside


def test_second_of_two_new_versions_is_told_of_the_first(stored):
    old = save(stored)
    app = calculator(replaces=old.number)
    save(stored, "Róża", "maria", replaces=old.number)
    press(app, "save_version")
    assert "Maria Lis" in texts(app) and stored.one("O/2025/0003") is None


def test_quote_opened_from_a_migration_belongs_to_it(store, stored):
    m = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"a.example": {"display": "a.example"}}).migration
    app = calculator(client="", migration="P-1")
    press(app, "save")
    assert stored.one("O/2025/0001").migration == m.id
    # Another client's link, opened in the same window, brings no migration along.
    app = calculator(client="", migration="P-1")
    app.button(key="saving_not_migration").click().run()
    press(app, "save")
    assert stored.one("O/2025/0002").migration is None and "migration" not in app.query_params
