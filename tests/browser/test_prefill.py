"""Five everyday questions on a phone, the client at the ear: few taps and keys where the subscription is known."""

import re

import pytest
from playwright.sync_api import expect

from core import datafiles
from core.database.transactions import engine_of
from core.database.upgrade import upgrade
from core.quotes import subscription_base
from core.simulation.reading import load
from tests.browser.conftest import button, idle, serve
from tests.browser.counted import counted
from tests.browser.test_journeys import choose, open_room
from tests.migrations import MARIA, act

HEADER = "nr;klient;pakiet;od;do;cena;domeny;skrzynki;dysk;nazwy domen"
TULIPAN = "A-10003;Kwiaciarnia Tulipan;firma;01.06.2026;31.05.2027;199,00;8;5;4,5;tulipan.pl kwiaty-tulipan.pl"
OTHERS = [f"A-{n};Firma {n};sklep;01.06.2026;31.05.2027;;1;1;1;firma{n}.pl" for n in range(20_000, 20_050)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk whose database has a base that a manager kept."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'desk.sqlite3'}"
    upgrade(url)
    tariff = datafiles.tariff()
    engine = engine_of(url)
    subscription_base.keep(
        engine, load("\n".join((HEADER, TULIPAN, *OTHERS)).encode(), tariff), tariff, "baza.csv", "", act(MARIA)
    )
    engine.dispose()
    with serve(DATABASE_URL=url, SAMPLES="false") as address:
        yield address


def find(page, text):
    """Find the subscription and take it: two taps."""
    field = page.get_by_test_id("stMain").get_by_role("searchbox", name=re.compile("Abonament"))
    field.click()
    field.press_sequentially(text)
    button(page, re.compile("A-10003")).click()
    expect(page.locator(".st-key-quote_subscription")).to_contain_text("Kwiaciarnia Tulipan")
    idle(page)


def confirm(page):
    """The example's target is what the client asks about: one tap says so."""
    button(page, "Te dane się zgadzają").click()
    expect(page.get_by_text("Przykład")).to_have_count(0)


def change_to(page, package):
    """Choose the package to change to, scrolled to where a thumb reaches it: at the edge the page would still move."""
    target = page.get_by_test_id("stMain").get_by_role("combobox", name="Pakiet docelowy")
    target.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    choose(page, "Pakiet docelowy", package)


def field(page, name):
    return page.get_by_test_id("stMain").get_by_role("textbox", name=re.compile(name))


def what_does_it_cost_today(page):
    find(page, "10003")
    confirm(page)
    expect(page.locator(".st-key-quote_bar")).to_contain_text("68,38\u00a0zł")


def and_on_renewal(page):
    find(page, "10003")
    confirm(page)
    text = "Kolejne przedłużenie 01.06.2027: Sklep na 12\u00a0miesięcy, 329,00\u00a0zł netto."
    expect(page.get_by_test_id("stMain").get_by_text(text)).to_be_visible()


def with_ten_percent_off(page):
    find(page, "10003")
    confirm(page)
    page.get_by_test_id("stMain").get_by_text("Próbna cena, rabat").click()
    off = field(page, "Rabat")
    off.click()
    off.press_sequentially("-10%")
    off.press("Tab")
    field(page, "Powód").press_sequentially("x")
    field(page, "Powód").press("Enter")
    expect(page.locator(".st-key-quote_bar")).to_contain_text("61,54\u00a0zł")


def to_a_vps_now(page):
    find(page, "tulip")
    change_to(page, "VPS M · serwer VPS")
    expect(page.locator(".st-key-quote_bar")).to_contain_text("605,30\u00a0zł")


def what_would_waiting_cost(page):
    find(page, "tulip")
    change_to(page, "VPS M · serwer VPS")
    open_room(page, "Kiedy zmienić")
    expect(page.get_by_test_id("stMain").get_by_text(re.compile("28.02.2027|01.03.2027")).first).to_be_visible()


QUESTIONS = (what_does_it_cost_today, and_on_renewal, with_ten_percent_off, to_a_vps_now, what_would_waiting_cost)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_an_everyday_question_takes_few_taps_and_keys_on_a_phone(open_page, desk, question):
    page = open_page(f"{desk}/quote", width=390, height=844)
    idle(page)
    with counted(page) as hands:
        question(page)
    assert hands.taps <= 6 and hands.keys <= 12, hands
    assert "subscription=A-10003" in page.url
