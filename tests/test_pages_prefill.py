"""A base that a manager keeps fills the calculator in; what was typed for one client never comes to the next."""

import re

import pytest
import sqlalchemy as sa

from core import datafiles
from core.database.tables import subscription
from core.database.transactions import writing
from core.desk.opening import open_store
from core.language import ENGLISH, LANGUAGES, POLISH
from core.quotes import subscription_base
from core.simulation.reading import load
from tests.migrations import MARIA, act
from tests.test_pages import everything, open_page
from tests.test_pages_subscriptions import bring

HEADER = "nr;klient;pakiet;od;do;cena;domeny;skrzynki;dysk;nazwy domen;service_start"
LINES = (
    "A-1;Kwiaciarnia Tulipan;firma;01.06.2026;31.05.2027;150,00;2;5;4,5;tulipan.pl;",
    "A-2;Warsztat *Pod Dębem*;sklep;01.05.2025;30.04.2027;;11;0;0;debem.pl;31.05.2020",
    "A-3;Dawna Firma;firma;05.11.2026;05.12.2026;;1;1;1;dawna.pl;",
)
FILE = "\n".join((HEADER, *LINES)).encode()


def keep():
    tariff = datafiles.tariff()
    return subscription_base.keep(open_store().engine, load(FILE, tariff), tariff, "baza.csv", "0" * 64, act(MARIA))


@pytest.fixture(autouse=True)
def _no_base_is_kept():
    yield
    subscription_base.forget(open_store().engine, act(MARIA))


def shown(app):
    return re.sub(r"[\\\u2060]", "", everything(app)).replace("\u00a0", " ")


def search(app, text, language=POLISH):
    app.text_input(key=f"quote_prefill_{language.code}").input(text).run()
    return app


def pick(app, number):
    app.button(key=f"quote_prefill_{number}").click().run()
    assert not app.exception
    return app


def field(app, name, language=POLISH):
    return next(
        w.value
        for kind in ("text_input", "selectbox")
        for w in app.get(kind)
        if w.key == f"quote_{language.code}_{name}"
    )


def test_without_a_base_the_calculator_says_where_one_is_kept():
    app = open_page("quote")
    assert POLISH.text("prefill.no_base") in shown(app) and not app.exception


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_a_subscription_is_found_and_fills_in_all_that_the_base_knows(language):
    keep()
    app = pick(search(open_page("quote", language), "tulipan.pl", language), "A-1")
    values = {name: field(app, name, language) for name in ("package", "domains", "mailboxes", "disk_gb")}
    assert values == {"package": "firma", "domains": "2", "mailboxes": "5", "disk_gb": "4.5"}
    assert field(app, "price_net", language) == language.amount("150.00")
    assert app.query_params["term_start"] == "2026-06-01" and app.query_params["valid_until"] == "2027-05-31"
    assert app.query_params["subscription"] == "A-1"
    assert language.text(
        "prefill.of_base", name="baza.csv", day=subscription_base.kept(open_store().engine).kept_at.date()
    ) in shown(app)
    assert app.query_params.get("example", "target") == "target"


def test_a_service_that_began_earlier_and_a_longer_term_come_along():
    keep()
    app = pick(search(open_page("quote"), "A-2"), "A-2")
    assert app.query_params["service_start"] == "2020-05-31"
    assert field(app, "target_period_months") == 24
    assert field(app, "price_net") == POLISH.amount("549.00")
    assert "Warsztat *Pod Dębem*" in shown(app)


def test_what_was_agreed_with_one_client_does_not_come_to_the_next():
    keep()
    app = pick(search(open_page("quote"), "A-1"), "A-1")
    for name, text in (
        ("adjust", "-10%"),
        ("adjust_reason", "stały klient"),
        ("agreed_on", "2026-12-01"),
        ("target_price_net", "1"),
        ("change_on", "2027-01-05"),
    ):
        app.text_input(key=f"quote_pl_{name}").input(text).run()
    app.button(key="quote_prefill_another").click().run()
    app = pick(search(app, "A-2"), "A-2")
    assert not {"adjust", "adjust_reason", "agreed_on", "target_price_net"} & app.query_params.keys()
    assert app.query_params["change_on"] == "2026-11-21" and app.query_params["subscription"] == "A-2"


def test_period_chosen_for_one_client_does_not_come_to_the_next_with_the_same_term():
    keep()
    app = pick(search(open_page("quote"), "A-1"), "A-1")
    app.selectbox(key="quote_pl_target_period_months").select(24).run()
    assert field(app, "target_period_months") == 24
    app.button(key="quote_prefill_another").click().run()
    app = pick(search(app, "A-1"), "A-1")
    assert field(app, "target_period_months") == 12


def test_a_link_that_names_a_subscription_is_filled_in_except_what_it_says():
    keep()
    app = open_page("quote", subscription="A-1", target="vps-m", mailboxes="9")
    assert (field(app, "package"), field(app, "target"), field(app, "mailboxes")) == ("firma", "vps-m", "9")
    assert field(app, "price_net") == POLISH.amount("150.00")
    app.text_input(key="quote_pl_domains").input("7").run()
    assert field(app, "domains") == "7" and app.query_params["subscription"] == "A-1"


def test_a_whole_link_stays_as_it_was_made_and_remembers_whose_it_is():
    keep()
    term = {"package": "sklep", "term_start": "2026-01-01", "valid_until": "2026-12-31"}
    given = {**term, "domains": "1", "mailboxes": "1", "disk_gb": "1"}
    app = open_page("quote", subscription="A-1", target="vps-m", change_on="2026-11-30", **given)
    assert field(app, "package") == "sklep" and app.query_params["subscription"] == "A-1"


def test_a_package_that_is_sold_no_more_is_to_be_chosen_before_anything_is_offered():
    keep()
    with writing(open_store().engine) as connection:
        connection.execute(sa.update(subscription).where(subscription.c.number == "A-2").values(package="dawny"))
    app = pick(search(open_page("quote"), "debem.pl"), "A-2")
    assert POLISH.text("prefill.no_package", package="dawny") in shown(app)
    app.selectbox(key="quote_pl_target").select("agencja").run()
    assert app.query_params["example"] == "package"
    app.selectbox(key="quote_pl_package").select("sklep").run()
    assert "example" not in app.query_params


def test_a_subscription_that_the_base_has_no_more_is_said_to_be_gone():
    keep()
    app = open_page("quote", subscription="A-9", package="firma")
    assert POLISH.text("prefill.gone") in shown(app) and "A-9" in shown(app)


def test_what_nobody_has_and_what_is_too_long_is_told():
    keep()
    app = search(open_page("quote", ENGLISH), "zzz", ENGLISH)
    assert "There is no such subscription." in shown(app)
    search(app, "a" * 1001, ENGLISH)
    assert len(app.error) == 1 and not app.exception


def as_person(app, person):
    app.selectbox(key="person_pl").select(person).run()
    return app


def test_a_manager_keeps_the_file_at_hand_and_removes_it():
    app = as_person(open_page("portfolio"), "maria")
    app = bring(app, HEADER, *LINES)
    app.button(key="kept_base_keep").click().run()
    assert not app.exception and not app.error
    engine = open_store().engine
    assert (subscription_base.kept(engine).name, subscription_base.kept(engine).rows) == ("baza.csv", 3)
    assert "Do wycen zachowano bazę „baza.csv”" in shown(app)
    app.button(key="kept_base_forget").click().run()
    assert subscription_base.kept(engine) is None


def test_others_see_what_is_kept_and_why_they_may_not_change_it():
    keep()
    app = bring(as_person(open_page("portfolio"), "anna"), HEADER, *LINES)
    assert app.button(key="kept_base_keep").disabled and app.button(key="kept_base_forget").disabled
    assert POLISH.text("error.may_not.base") in shown(app)


def test_samples_are_not_offered_to_be_kept():
    app = as_person(open_page("portfolio"), "maria")
    assert "kept_base_keep" not in {button.key for button in app.button}


def test_terms_a_day_too_long_are_read_as_meant_with_one_switch_which_the_link_keeps():
    app = bring(open_page("portfolio"), HEADER, *LINES)
    (toggle,) = [t for t in app.toggle if t.key.startswith("subscriptions_first_unpaid")]
    assert toggle.label.replace("\\", "") == POLISH.text("subscriptions.day_over", count=1)
    mark = app.query_params["base"]
    toggle.set_value(True).run()
    assert not app.exception and app.query_params["base"] == f"{mark}u"
    app.button(key="subscriptions_back").click().run()
    again = bring(open_page("portfolio", base=f"{mark}u"), HEADER, *LINES)
    assert next(t.value for t in again.toggle if t.key.startswith("subscriptions_first_unpaid"))


def test_what_is_kept_is_the_file_as_it_is_read():
    app = bring(as_person(open_page("portfolio"), "maria"), HEADER, *LINES)
    next(t for t in app.toggle if t.key.startswith("subscriptions_first_unpaid")).set_value(True).run()
    app.button(key="kept_base_keep").click().run()
    assert str(subscription_base.by_number(open_store().engine, "A-3").valid_until) == "2026-12-04"


def test_figures_of_another_base_than_the_links_are_grey_and_say_so():
    app = open_page("portfolio", base="12345678")
    assert POLISH.text("portfolio.of_another_base") in shown(app)
    assert POLISH.text("portfolio.of_another_base") not in shown(open_page("portfolio"))


def test_whoever_is_overdue_is_left_out_of_everything_and_the_link_says_so():
    app = open_page("portfolio")
    (toggle,) = [t for t in app.toggle if t.key.startswith("portfolio_without_overdue")]
    before = shown(app)
    assert "po terminie" in toggle.label and "2 000 abonamentów" in before
    toggle.set_value(True).run()
    assert app.query_params["overdue"] == "out" and not app.exception
    again = open_page("portfolio", overdue="out")
    assert next(t.value for t in again.toggle if t.key.startswith("portfolio_without_overdue"))
    out = int(re.search(r"pomiń (\d+)", toggle.label)[1])
    assert POLISH.text("portfolio.short.rows", count=2000 - out).replace("\u00a0", " ") in shown(again)


def test_base_in_which_everybody_is_overdue_says_so_instead_of_showing_nothing():
    line = "A-1;Kowalski;firma;01.11.2025;31.10.2026;;1;1;1;kowal.pl;"
    app = bring(open_page("portfolio", overdue="out"), HEADER, line)
    assert not app.exception and POLISH.text("portfolio.nobody_paid") in shown(app)
