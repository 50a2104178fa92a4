"""The page of simulations as Streamlit runs it: scenarios, their links, and everything one can write wrong."""

import datetime as dt
import re

import pytest

from core.language import ENGLISH, LANGUAGES, POLISH
from core.pricing.readings import CHOICES
from core.simulation.scenario_texts import FIELDS
from pages.parts.portfolio.scenario_sections import SECTIONS
from pages.parts.portfolio.scenario_tables import edited
from tests.test_pages import HOSTILE, _easy_tariff, everything, open_page  # noqa: F401
from tests.test_simulation_scenario import WRONG


def shown(text):
    """Return markdown as it is read."""
    return re.sub(r"[\\\u2060]", "", text).replace("\u00a0", " ")


def key(app, field, language=POLISH):
    """Return the key of a widget, whose number tells how often the form began anew."""
    form = app.session_state["_portfolio_form"]
    return f"scenario_{language.code}_{form['edited']}{form['drawn']}_{field}"


def section(app, name):
    return app.button(key=f"scenario_section_{name}").click().run()


def scenarios(app):
    return [shown(b.label) for b in app.button if b.key.startswith("scenario_edit_")]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_first_visit_shows_an_example_and_says_so(language):
    app = open_page("portfolio", language)
    assert shown(app.info[0].value) == language.text("scenario.example")
    assert scenarios(app) == ["A · Plus → Pro, " + language.value(dt.date(2026, 12, 21))]
    assert app.query_params["a.target"] == "pro" and app.query_params["a.change_on"] == "2026-12-21"
    for name in SECTIONS:
        section(app, name)
        assert not app.exception and "scenario." not in everything(app)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_field_that_is_wrong_is_told_at_once_and_stays(language):
    texts = {name: text for name, (text, _) in WRONG.items()} | {"tiers": "1:abc", "price.plus.12": "abc"}
    app = open_page("portfolio", language, **{f"a.{name}": text for name, text in texts.items()})
    assert len(app.error) == len(texts) == len(FIELDS) + 1
    errors = "\n".join(shown(error.value) for error in app.error)
    for field in WRONG:
        assert language.text(f"field.scenario.{field}") in errors
    assert f"Plus, {language.text('quote.months', count=12)}" in errors
    assert {name: app.query_params[f"a.{name}"] for name in texts} == texts
    for name in SECTIONS:
        section(app, name)
        assert len(app.error) == len(texts) and not app.exception


def test_hostile_texts_are_shown_as_text():
    app = open_page("portfolio", **{f"a.{name}": HOSTILE for name in (*FIELDS, "price.basic.12", f"price.{HOSTILE}")})
    for name in SECTIONS:
        section(app, name)
        assert app.error and not app.exception
        assert all("<script>" not in element.value for element in [*app.error, *app.markdown, *app.caption])
    named = open_page("portfolio", **{"a.name": "**b** :smile:", "a.change_on": "2026-12-01"})
    assert named.button(key="scenario_edit_a").label == "A · \\*\\*b\\*\\* \\:smile\\:"


def test_link_fills_every_widget():
    link = {
        "name": "Podwyżka",
        "packages": "basic,plus",
        "client": "kwiat",
        "ends_from": "2026-12-01",
        "ends_until": "2026-12-31",
        "target": "vps",
        "change_on": "2026-12-11",
        "move_ordered": "1",
        "prices_from": "2026-12-15",
        "percent": "-3,5",
        "A7": "price_only",
        "grace_days": "60",
        "tiers": "1:100;5:150",
        "price.basic.12": "300",
    }
    app = open_page("portfolio", ENGLISH, **{f"a.{name}": text for name, text in link.items()})
    assert not app.error and not app.info

    def value(kind, field):
        return getattr(app, kind)(key=key(app, field, ENGLISH)).value

    assert value("text_input", "name") == "Podwyżka" and value("text_input", "client") == "kwiat"
    assert value("multiselect", "packages") == ["basic", "plus"] and value("selectbox", "target") == "vps"
    assert value("text_input", "ends_from") == "01/12/2026"
    assert value("text_input", "ends_until") == "31/12/2026"
    assert value("text_input", "change_on") == "11/12/2026" and value("slider", "days") == 20
    assert value("toggle", "move_ordered") is True
    section(app, "prices")
    assert value("text_input", "prices_from") == "15/12/2026"
    assert value("text_input", "percent") == "-3,5" and value("slider", "percent_slider") == -4
    assert "Basic, 12 months: 352.23 → 300.00" in shown(everything(app))
    section(app, "readings")
    assert value("selectbox", "A7") == "price_only" and value("selectbox", "A1") == "renewal"
    section(app, "terms")
    assert value("text_input", "grace_days") == "60" and value("text_input", "vps_months") == ""
    assert [b.label for b in app.button if b.key.startswith("scenario_section_")][1:] == [
        ENGLISH.text("scenario.section", section=ENGLISH.text(f"scenario.{name}"), changed=changed)
        for name, changed in (("prices", 2), ("readings", 1), ("terms", 2))
    ]
    assert {name: app.query_params[f"a.{name}"] for name in link} == link


def test_what_is_typed_reaches_the_address_and_the_name():
    app = open_page("portfolio")
    app.text_input(key=key(app, "client")).input("kwiat").run()
    assert app.query_params["a.client"] == "kwiat" and not app.info
    app.multiselect(key=key(app, "packages")).set_value(["basic", "plus", "pro"]).run()
    app.selectbox(key=key(app, "target")).select("vps").run()
    app.toggle(key=key(app, "move_ordered")).set_value(True).run()
    assert app.query_params["a.packages"] == "basic,plus,pro" and app.query_params["a.move_ordered"] == "1"
    assert scenarios(app) == ["A · Basic, Plus +1 → VPS, 21.12.2026 · wybrani klienci"]
    app.selectbox(key=key(app, "target")).select("").run()
    assert "a.target" not in app.query_params
    section(app, "readings").selectbox(key=key(app, "A1")).select("surcharge").run()
    section(app, "terms").text_input(key=key(app, "grace_days")).input("40").run()
    assert scenarios(app) == ["A · inne zasady: 2 · wybrani klienci"]
    section(app, "readings").selectbox(key=key(app, "A1")).select("renewal").run()
    assert "a.A1" not in app.query_params and app.query_params["a.grace_days"] == "40"


def test_slider_and_date_move_together():
    app = open_page("portfolio")
    app.slider(key=key(app, "days")).set_value(10).run()
    assert app.text_input(key=key(app, "change_on")).value == "01.12.2026"
    assert app.query_params["a.change_on"] == "2026-12-01"
    app.text_input(key=key(app, "change_on")).input("26.11.2026").run()
    assert app.slider(key=key(app, "days")).value == 5
    app.text_input(key=key(app, "change_on")).input("01.11.2028").run()
    assert app.slider(key=key(app, "days")).value == 365 and not app.error
    app.text_input(key=key(app, "change_on")).input("20.11.2026").run()
    assert len(app.error) == 1 and app.query_params["a.change_on"] == "2026-11-20"


def test_slider_and_text_of_the_percentage_move_together_and_write_their_day():
    app = section(open_page("portfolio"), "prices")
    app.slider(key=key(app, "percent_slider")).set_value(5).run()
    assert app.text_input(key=key(app, "percent")).value == "5"
    assert (app.query_params["a.percent"], app.query_params["a.prices_from"]) == ("5", "2026-11-21")
    assert "ceny +5% od 21.11.2026" in scenarios(app)[0]
    app.text_input(key=key(app, "percent")).input("-12,25").run()
    assert app.slider(key=key(app, "percent_slider")).value == -12 and "ceny −12,25%" in scenarios(app)[0]
    app.text_input(key=key(app, "percent")).input("dużo").run()
    assert len(app.error) == 1 and app.text_input(key=key(app, "percent")).value == "dużo"
    app.slider(key=key(app, "percent_slider")).set_value(1).run()
    assert not app.error and app.text_input(key=key(app, "percent")).value == "1"
    app.slider(key=key(app, "percent_slider")).set_value(0).run()
    assert "a.percent" not in app.query_params


def test_section_goes_back_to_the_tariff():
    link = {
        "a.percent": "5",
        "a.price.basic.12": "1",
        "a.prices_from": "2026-12-01",
        "a.A1": "surcharge",
        "a.name": "x",
    }
    app = section(open_page("portfolio", **link), "prices")
    app.button(key="scenario_reset_prices").click().run()
    assert [name for name in link if name in app.query_params] == ["a.A1", "a.name"]
    assert app.text_input(key=key(app, "percent")).value == ""
    section(app, "readings").button(key="scenario_reset_readings").click().run()
    assert app.selectbox(key=key(app, "A1")).value == "renewal"


def test_up_to_four_scenarios_stand_side_by_side_and_keep_what_is_theirs():
    app = open_page("portfolio", **{"a.name": "Pierwszy", "a.target": "pro", "a.change_on": "2026-12-01"})
    app.button(key="scenario_add").click().run()
    assert app.query_params["b.target"] == "pro" and "b.name" not in app.query_params
    app.selectbox(key=key(app, "target")).select("vps").run()
    assert scenarios(app) == ["A · Pierwszy", "B · wszyscy → VPS, 01.12.2026"]
    app.button(key="scenario_edit_a").click().run()
    assert app.selectbox(key=key(app, "target")).value == "pro"
    assert (app.query_params["a.target"], app.query_params["b.target"]) == ("pro", "vps")
    app.text_input(key=key(app, "client")).input("kwiat").run()
    for _ in range(2):
        app.button(key="scenario_add").click().run()
    assert "scenario_add" not in [button.key for button in app.button]
    assert app.query_params["d.client"] == "kwiat" and "b.client" not in app.query_params
    app.button(key="scenario_edit_b").click().run()
    app.button(key="scenario_remove").click().run()
    assert [label[0] for label in scenarios(app)] == ["A", "C", "D"]
    assert "b.target" not in app.query_params
    assert app.text_input(key=key(app, "client")).value == "kwiat"
    for _ in range(2):
        app.button(key="scenario_remove").click().run()
    assert len(scenarios(app)) == 1 and "scenario_remove" not in [button.key for button in app.button]
    app.button(key="scenario_add").click().run()
    assert len(scenarios(app)) == 2


def test_mistake_of_a_scenario_that_is_not_open_is_told_with_its_letter():
    app = open_page("portfolio", **{"a.target": "pro", "b.percent": "x"})
    assert len(app.error) == 1 and shown(app.error[0].value).startswith("Scenariusz B: Zmiana wszystkich cen")
    assert scenarios(app) == ["A · wszyscy → Pro, 21.11.2026", "B · do poprawy"]


def test_scenarios_survive_a_switch_of_language_and_a_visit_elsewhere():
    app = open_page("portfolio", **{"a.target": "pro", "b.percent": "5", "b.price.basic.12": "1,50"})
    app.button(key="scenario_edit_b").click().run()
    for language in (ENGLISH, POLISH):
        app.radio(key="lang").set_value(language.name).run()
        app.text_input(key=key(app, "client", language)).input(f"x{language.code}").run()
    app.switch_page("pages/tariff.py").run()
    app.switch_page("pages/portfolio.py").run()
    assert not app.exception
    assert app.text_input(key=key(app, "client")).value == "xpl"
    assert (app.query_params["a.target"], app.query_params["b.price.basic.12"]) == ("pro", "1,50")


def test_going_back_brings_the_scenario_before():
    app = open_page("portfolio", **{"a.target": "pro", "a.change_on": "2026-12-01"})
    app.query_params.clear()
    for name, text in {"lang": "Polski", "c.target": "vps", "c.change_on": "2026-12-02"}.items():
        app.query_params[name] = text
    app.run()
    assert scenarios(app) == ["C · wszyscy → VPS, 02.12.2026"]
    assert app.selectbox(key=key(app, "target")).value == "vps"


def test_questions_are_all_in_the_form():
    app = section(open_page("portfolio"), "readings")
    for question in CHOICES:
        assert app.selectbox(key=key(app, question)).label.startswith(question)


def test_rows_are_what_an_editor_reports():
    rows = [{"from": "1", "net": "95"}, {"from": "2", "net": "145"}, {"from": "6", "net": "195"}]
    delta = {
        "edited_rows": {0: {"net": " 100 "}, 2: {"net": None}},
        "deleted_rows": [1],
        "added_rows": [{"from": "9", "_index": 3}, {}],
    }
    assert edited(rows, delta) == [
        {"from": "1", "net": "100"},
        {"from": "6", "net": ""},
        {"from": "9", "net": ""},
        {"from": "", "net": ""},
    ]
    assert rows[0]["net"] == "95"


def test_day_that_is_cleared_is_today_and_the_scenario_stays():
    app = open_page("portfolio", **{"a.target": "pro", "a.change_on": "2026-12-01", "b.change_on": "2026-12-02"})
    app.text_input(key=key(app, "change_on")).input("").run()
    assert app.text_input(key=key(app, "change_on")).value == "21.11.2026"
    assert app.query_params["a.change_on"] == "2026-11-21" and len(scenarios(app)) == 2
    section(app, "prices").text_input(key=key(app, "prices_from")).input("").run()
    assert app.query_params["a.prices_from"] == "2026-11-21"


def test_text_that_is_no_day_is_told_and_stays_in_its_field_beside_all_the_others():
    app = open_page("portfolio", **{"a.target": "pro", "a.change_on": "2026-12-01"})
    app.text_input(key=key(app, "client")).input("kwiat").run()
    app.text_input(key=key(app, "change_on")).input("30.02.2027").run()
    (error,) = app.error
    assert "28.02.2027" in shown(error.value)
    assert [app.text_input(key=key(app, name)).value for name in ("change_on", "client")] == ["30.02.2027", "kwiat"]
    assert app.query_params["a.client"] == "kwiat" and app.query_params["a.target"] == "pro"
    app.text_input(key=key(app, "change_on")).input("28 lut 2027").run()
    assert not app.error and app.query_params["a.change_on"] == "2027-02-28"
    assert app.text_input(key=key(app, "change_on")).value == "28.02.2027"
    assert app.slider(key=key(app, "days")).value == 99


def test_slot_of_a_link_without_a_day_gets_today_for_good():
    assert open_page("portfolio", **{"b.target": "pro"}).query_params["b.change_on"] == "2026-11-21"
