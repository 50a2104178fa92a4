"""The rooms of the simulations' page as Streamlit runs them, over the samples and over a file of one's own."""

import datetime as dt
import re

import pytest

from core import datafiles
from core.ground.messages import Grosze
from core.language import ENGLISH, LANGUAGES, POLISH
from core.pricing.readings import CHOICES
from core.simulation import figures
from core.simulation.samples import samples
from core.simulation.scenario_texts import parse
from core.simulation.simulate import simulate, unchanged
from tests.test_pages import HOSTILE, everything, metrics, open_page
from tests.test_pages_subscriptions import bring

TODAY = dt.date(2026, 11, 21)
UP = {"a.packages": "firma", "a.target": "sklep", "a.change_on": "2026-12-21"}
DOWN = {"a.packages": "sklep", "a.target": "firma", "a.change_on": "2026-12-21"}
ROOMS = ("side_by_side", "differences", "cash", "boundaries", "readings", "refused", "days", "rows")
HEADER = "nr abonamentu;klient;pakiet;początek okresu;ważny do;domeny;skrzynki;dysk GB"


def go(app, room, language=POLISH):
    app.session_state[f"portfolio_rooms_{language.code}"] = language.text(f"portfolio.room.{room}")
    app.run()
    assert not app.exception, app.exception
    return app


def simulated(texts):
    tariff = datafiles.tariff()
    scenario = parse({name[2:]: text for name, text in texts.items()}, tariff, TODAY)
    base = samples(tariff, TODAY).subscriptions
    return simulate(base, scenario, tariff, TODAY), simulate(base, unchanged(scenario, TODAY), tariff, TODAY)


def table(app, *columns):
    """Return the table that has these columns."""
    return next(frame.value for frame in app.dataframe if set(columns) <= set(frame.value.columns))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "texts",
    [UP, DOWN, {"a.change_on": "2026-12-01"}, {**UP, "b.percent": "5", "b.prices_from": "2027-01-01"}],
    ids=["up", "down", "nobody", "two"],
)
def test_room_opens_in_both_languages(room, language, texts):
    app = go(open_page("portfolio", language, **texts), room, language)
    assert not [
        line for line in everything(app).split("\n") if line.lstrip("* ").startswith(("portfolio.", "scenario."))
    ]
    assert not app.error
    for frame in app.dataframe:
        assert not [column for column in frame.value.columns if str(column).startswith("portfolio.")]


def test_answer_in_short_is_that_of_the_core():
    found, nobody = simulated(UP)
    came, difference = figures.totals(found), figures.compare(found, nobody, 12)
    shown = metrics(open_page("portfolio", **UP))
    money = [POLISH.money(came.cash[span]).replace("\u00a0", " ") for span in (figures.NOW, 12)]
    assert shown == [*money, str(difference.more.count), str(difference.less.count)]
    assert came.carried > 500


def test_scenarios_stand_side_by_side():
    texts = {**UP, "b.percent": "5", "b.prices_from": "2027-01-01", "b.change_on": "2026-12-01", "b.name": "Podwyżka"}
    app = go(open_page("portfolio", **texts), "side_by_side")
    frame = table(app, "Bez zmian", "B · Podwyżka")
    found, _ = simulated({name: text for name, text in texts.items() if name.startswith("a.")})
    line = frame.set_index("Co").loc["Przez 12 miesięcy od dziś"]
    assert line.iloc[1] == POLISH.money(figures.totals(found).cash[12]) and len(set(line)) == 3
    assert all(set(row) - {"0", POLISH.money(Grosze(0))} for row in frame.iloc[:, 1:].itertuples(index=False))


def test_room_and_choices_stay_through_a_switch_of_language():
    app = go(open_page("portfolio", **UP), "differences")
    app.selectbox(key="portfolio_span_pl").select(0).run()
    app.radio(key="lang").set_value(ENGLISH.name).run()
    assert app.selectbox(key="portfolio_span_en").value == 0 and not app.exception


def test_two_scenarios_are_compared_with_each_other():
    texts = {**UP, "b.packages": "firma", "b.target": "sklep", "b.change_on": "2026-12-21"}
    app = go(open_page("portfolio", **texts), "differences")
    app.selectbox(key="portfolio_against_pl").select("b").run()
    assert "Nikt nie zapłaci inaczej" in "".join(info.value for info in app.info)


def test_file_of_ones_own_is_simulated_and_every_row_opens_its_quote():
    app = open_page("portfolio", **UP, **{"a.percent": "-5"})
    good = "A-1;Róża;firma;01.06.2026;31.05.2027;3;10;5,5"
    bad = "A-2;Kowal;złoty;01.06.2026;31.05.2027;3;10;5"
    go(bring(app, HEADER, good, bad), "rows")
    rows = table(app, "Wycena")
    assert rows["Nr abonamentu"].tolist() == ["A-1"]
    link = rows["Wycena"][0]
    assert link.startswith("quote?package=firma&target=sklep&change_on=2026-12-21&domains=3&mailboxes=10&disk_gb=5.5")
    assert link.endswith("s.prices_from=2026-11-21&s.percent=-5&term_start=2026-06-01&valid_until=2027-05-31"
                         "&target_period_months=12")  # fmt: skip
    quote = open_page("quote", **dict(part.split("=") for part in link.removeprefix("quote?").split("&")))
    assert metrics(quote)[1] == rows["W dniu zmiany netto"][0].replace("\u00a0", " ")
    assert "z symulacji" in everything(quote)


def test_simulated_quote_makes_no_offer_and_goes_back_to_the_tariff_in_force():
    query = {"package": "firma", "target": "sklep", "term_start": "2026-06-01", "valid_until": "2027-05-31",
             "change_on": "2026-12-21", "domains": "3", "mailboxes": "10", "disk_gb": "5"}  # fmt: skip
    real = metrics(open_page("quote", **query))
    app = open_page("quote", **query, **{"s.percent": "50", "s.prices_from": "2026-11-21"})
    assert metrics(app) != real
    app.session_state["quote_rooms_pl"] = POLISH.text("offer.tab")
    app.run()
    assert (
        "To wycena z symulacji" in everything(app).replace("\\", "") and not app.text_input(key="quote_pl_adjust").value
    )
    next(button for button in app.button if button.label == POLISH.text("quote.in_force")).click().run()
    assert metrics(app) == real and not [name for name in app.query_params if name.startswith("s.")]


def test_link_with_a_simulated_tariff_that_does_not_read_shows_no_price():
    query = {"package": "firma", "target": "sklep", "term_start": "2026-06-01", "valid_until": "2027-05-31",
             "change_on": "2026-12-21", "domains": "3", "mailboxes": "10", "disk_gb": "5"}  # fmt: skip
    app = open_page("quote", **query, **{"s.percent": "dużo"})
    assert not app.metric and "dużo" in app.error[0].value


@pytest.mark.parametrize("room", ["differences", "boundaries", "rows"])
def test_hostile_names_are_shown_as_text(room):
    app = open_page("portfolio", **UP, **{"a.name": HOSTILE[:40]})
    go(bring(app, HEADER, f"A-1;{HOSTILE};firma;02.12.2025;24.12.2026;3;10;5"), room)
    assert HOSTILE in [cell for frame in app.dataframe for cell in frame.value.to_numpy().ravel()]
    assert "<script>" not in everything(app)


@pytest.mark.parametrize("texts", [{"a.percent": "1e99999999"}, {"a.price.firma.0001" + "9" * 5000: "5"}])
def test_numbers_without_end_in_a_link_are_told_at_once(texts):
    app = open_page("portfolio", **UP, **texts)
    app.button(key="scenario_section_prices").click().run()
    assert app.error and not app.exception


def test_thousand_mistakes_of_a_link_are_counted():
    texts = {f"a.price.nothing.{n}": "x" for n in range(500)}
    app = open_page("portfolio", **UP, **texts)
    assert len(app.error) == 30 and "470" in everything(app)


def test_link_says_that_it_was_made_with_another_base():
    app = open_page("portfolio", **UP, base="0123abcd")
    assert "na innej bazie" in app.warning[0].value and app.query_params["base"] == "0123abcd"
    bring(app, HEADER, "A-1;Róża;firma;01.06.2026;31.05.2027;3;10;5")
    mark = app.query_params["base"]
    assert "na innej bazie" not in everything(app) and len(mark) == 8 and mark != "0123abcd"
    next(button for button in app.button if button.label == POLISH.text("subscriptions.back")).click().run()
    assert "base" not in app.query_params and "na innej bazie" not in everything(app)


def test_who_is_meant_by_nothing_is_told():
    app = open_page("portfolio", **UP, **{"a.client": "zzzzqqq"})
    assert "Żaden abonament nie pasuje" in app.warning[0].value


def test_one_scenario_that_does_not_read_hides_no_other():
    app = open_page("portfolio", **UP, **{"b.percent": "dużo", "b.change_on": "2026-12-01"})
    assert app.error and metrics(app)


def test_every_ambiguous_sentence_is_listed_and_those_without_effect_in_one_line():
    app = go(open_page("portfolio", **UP), "readings")
    frame = table(app, "Zapis", "Różnica netto")
    (idle,) = [c.value for c in app.caption if c.value.startswith("Nikogo tu nie dotyczą")]
    without = set(re.findall(r"A[0-9]+", idle))
    assert set(frame["Zapis"]) | without == set(CHOICES) and without and not set(frame["Zapis"]) & without
    assert "0" not in frame["Abonamenty, których dotyczy"].tolist()


def test_hostile_name_of_a_scenario_is_no_markup_in_a_chart():
    app = go(open_page("portfolio", **UP, **{"a.name": "<a href=x>y</a> <b>Z</b>"}), "cash")
    (chart,) = app.get("plotly_chart")
    assert "&lt;a href=x&gt;" in chart.proto.spec and "<a href" not in chart.proto.spec


def test_base_with_nobody_to_change_says_so_in_every_room():
    app = bring(open_page("portfolio", **UP), HEADER, "A-1;Róża;vps-m;01.06.2026;31.05.2027;3;10;5")
    for room in ("boundaries", "readings", "refused", "days"):
        assert "nikt nie zmienia pakietu" in "".join(info.value for info in go(app, room).info)
