"""A quote beside an earlier one on the screen: a pasted link, and the link that a page was opened from."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.pricing.form import link_query
from core.pricing.quoted_result import SAID
from core.pricing.rules import OptionKind
from pages.parts.quote import comparison
from pages.parts.shared.words import plain
from tests.conftest import EASY, START
from tests.links import ADDRESS, DEARER, edited, link, old_link
from tests.test_pages import HOSTILE, everything, open_page


def harness():
    import streamlit as st

    from core.datafiles import read_tariff
    from core.language import LANGUAGES
    from core.pricing.quote import quote
    from core.pricing.request import parse_request
    from pages.parts.quote import comparison
    from tests.conftest import EASY

    tariff, state = read_tariff(EASY), st.session_state
    if not state.away:
        comparison.draw(quote(parse_request(state.asked), tariff), {}, tariff, LANGUAGES[state.code])


def screen(pasted, language=POLISH, **changes):
    app = AppTest.from_function(harness, default_timeout=120)
    app.session_state.asked, app.session_state.code, app.session_state.away = {**START, **changes}, language.code, False
    app.run()
    app.text_input(key=f"earlier_link_{language.code}").input(pasted).run()
    assert not app.exception, app.exception
    return app


def cells(app):
    """The rows of the tables on the screen, without escapes and no-break spaces."""
    rows = [row for table in app.table for row in table.value.values.tolist()]
    return [tuple(cell.replace("\\", "").replace("\u00a0", " ") for cell in row) for row in rows]


def test_screen_without_a_link_says_what_it_is_for_and_nothing_else():
    app = screen("  ")
    assert app.text_input[0].label == POLISH.text("field.earlier_link")
    assert everything(app).strip() == plain(POLISH.text("compare.empty"))


def test_screen_says_that_nothing_changed(desk):
    app = screen(link(desk.quote()))
    assert plain(POLISH.text("compare.same", net=POLISH.money(18400))) in everything(app)
    assert not cells(app)


def test_screen_shows_amounts_causes_and_changes_in_the_readers_format(desk):
    app = screen(link(desk.quote()), target="vps", change_on="2025-12-01", target_period_months=24)
    rows = cells(app)
    assert ("Wtedy", "", "184,00 zł", "[R1](tariff#r1)") in rows
    assert ("Dzień zmiany", "+2 445,19 zł", "3 137,15 zł", "[R4](tariff#r4) → [R5](tariff#r5)") in rows
    assert ("**Razem**", "**+2 953,15 zł**", "**3 137,15 zł**", "") in rows
    assert ("Pakiet docelowy", "Plus", "VPS") in rows and ("Okres", "12 miesięcy", "24 miesiące") in rows
    assert ("Dzień zmiany", "01.07.2025", "01.12.2025") in rows and ("Brutto", "226,32 zł", "3 858,69 zł") in rows
    english = cells(screen(link(desk.quote()), ENGLISH, change_on="2025-11-30"))
    assert (ENGLISH.field("change_on"), "1 Jul 2025", "30 Nov 2025") in english
    assert ("Day of the change", "−PLN 152.00", "PLN 32.00", "[R1](tariff#r1)") in english


def test_screen_names_readings_and_the_tariff_that_changed(desk):
    other = edited(('A5 = "counted"', 'A5 = "not_counted"'))
    rows = cells(screen(link(other.quote())))
    taken = tuple(POLISH.text(f"reading.A5.{choice}") for choice in ("not_counted", "counted"))
    assert (f"A5: {POLISH.text('question.A5')}", *taken) in rows
    assert ("Cennik", other.tariff.version, desk.tariff.version) in rows


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize(
    ("then", "now", "id"),
    [
        ({"package": "plus", "target": "basic"}, {"package": "plus", "target": "pro"}, "then_blocked"),
        ({"package": "plus", "target": "pro"}, {"package": "plus", "target": "basic"}, "now_blocked"),
        ({"package": "plus", "target": "basic"}, {"package": "pro", "target": "basic"}, "both_blocked"),
        ({"package": "plus", "target": "basic"}, {"package": "plus", "target": "basic"}, "same_blocked"),
        ({}, {"domains": 1}, "same_amount"),
    ],
)
def test_screen_says_where_there_is_no_amount_to_compare(desk, language, then, now, id):
    app = screen(link(desk.quote(**then)), language, **now)
    amount = {"then": 18400, "now": 18400, "net": 18400}
    rules = {"rule": "R8"} | ({"then": "R8", "now": "R8"} if id == "both_blocked" else {})
    values = {name: language.money(net) for name, net in amount.items()} | rules
    assert plain(language.text(f"compare.{id}", **values)) in everything(app)


def test_screen_says_where_the_link_carries_no_amount(desk):
    app = screen(old_link(desk.quote()), target="pro")
    assert plain(POLISH.text("compare.not_recorded")) in everything(app)


def test_screen_compares_the_option_that_is_chosen(desk):
    vps = {"package": "vps", "target": "plus"}
    app = screen(link(desk.quote(**vps)), **vps, domains=6)
    assert app.radio[0].value == OptionKind.ORDERED
    assert any("+50,00 zł" in row and "925,00 zł" in row for row in cells(app))
    app.radio[0].set_value(OptionKind.SELF).run()
    assert not any("925,00 zł" in row for row in cells(app))


def test_screen_says_when_two_different_options_are_compared(desk):
    app = screen(link(desk.quote(package="vps", target="plus")), target="vps")
    kinds = {"then": POLISH.text("option.self"), "now": POLISH.text("option.change")}
    assert plain(POLISH.text("compare.options", **kinds)) in everything(app)


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("hello", "to nie jest link wyceny"),
        (ADDRESS + "package=basic", "W linku: Pakiet docelowy: to pole jest wymagane"),
    ],
)
def test_screen_tells_a_broken_link(pasted, told):
    app = screen(pasted)
    assert any(plain(told) in error.value for error in app.error) and not app.markdown


@pytest.mark.parametrize("name", ["package", "target", "adjust_reason", "tariff", "rule", "net", "readings", "disk_gb"])
def test_hostile_text_of_a_link_is_shown_as_text(desk, name):
    given = {"adjust": "-10%", "adjust_reason": "x", name: f"a | b |\r\r| c {HOSTILE}"}
    app = screen(link(desk.quote(), **given))
    shown = [*everything(app).split("\n"), *(cell for table in app.table for cell in table.value.to_numpy().ravel())]
    hostile = [re.sub(r"\\.", "", text) for text in shown if "script" in text]
    assert hostile and not [text for text in hostile if re.search(r"[<*$`|\[]|:red|https?:(?!\u2060)", text)]


def test_pasted_link_survives_a_switch_of_language_and_a_visit_elsewhere(desk):
    app = screen(link(desk.quote()))
    for code, away in (("en", False), ("pl", False), ("pl", True), ("pl", False)):
        app.session_state.code, app.session_state.away = code, away
        app.run()
        if not away:
            assert app.text_input(key=f"earlier_link_{code}").value == link(desk.quote())
    app.text_input(key="earlier_link_pl").input("").run()
    assert everything(app).strip() == plain(POLISH.text("compare.empty"))


# -- what a page opened from a link says by itself


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_link_of_another_tariff_says_both_amounts(desk, language):
    now = edited(DEARER).quote(price_net="365.00")
    said = comparison.other_tariff(link_query(desk.quote()), now, language)
    for amount in (18400, 36800):
        assert language.money(amount) in said
    assert language.difference(18400) in said and desk.tariff.version in said and now.tariff_version in said


def test_link_of_another_tariff_names_the_options_that_changed(desk):
    vps = {"package": "vps", "target": "plus", "price_net": "1460.00"}
    now = edited(('{ from = 2, net = "145.00" }', '{ from = 2, net = "150.00" }')).quote(**vps)
    said = comparison.other_tariff(link_query(desk.quote(**vps)), now, POLISH)
    assert POLISH.text("option.ordered") in said and POLISH.text("option.self") not in said


def test_link_of_another_tariff_may_have_the_same_amounts(desk):
    now = edited(('net = "245.00"', 'net = "246.00"')).quote()
    said = comparison.other_tariff(link_query(desk.quote()), now, ENGLISH)
    assert said.endswith(ENGLISH.text("compare.amounts_stay"))


def test_older_link_of_another_tariff_says_that_amounts_may_differ(desk):
    said = comparison.other_tariff({"tariff": "easy-000000"}, desk.quote(), POLISH)
    assert said == POLISH.text("quote.other_tariff", then="easy-000000", now=desk.tariff.version)
    assert comparison.other_tariff(link_query(desk.quote()), desk.quote(), POLISH) is None
    assert comparison.other_tariff({}, desk.quote(), POLISH) is None


def test_page_opened_from_a_link_of_another_tariff_says_both_amounts(desk, tmp_path, monkeypatch):
    file = tmp_path / "tariff.toml"
    file.write_text(EASY.read_text(encoding="utf-8").replace(*DEARER), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(file))
    settings.cache_clear()
    try:
        app = open_page("quote", POLISH, **link_query(desk.quote()))
        (warning,) = [element.value for element in app.warning]
        assert plain(POLISH.money(18400)) in warning and plain(POLISH.money(36800)) in warning
        assert not set(SAID) & set(app.query_params)
        app.text_input(key="quote_pl_domains").input("1").run()
        assert plain(POLISH.money(18400)) not in app.warning[0].value
    finally:
        settings.cache_clear()
