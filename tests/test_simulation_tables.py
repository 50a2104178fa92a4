"""The lists of a simulation, their files, and the way from a row to its quote."""

import csv
import datetime as dt
import io
import zipfile

import numpy as np
import openpyxl
import pytest

from core.ground.messages import Grosze, InputError, Message
from core.language import ENGLISH, POLISH
from core.pricing.form import complete, parse_form
from core.pricing.money import to_grosze
from core.pricing.quote import quote
from core.simulation.figures import calls, compare, refused
from core.simulation.files import About, as_csv, as_xlsx, as_zip
from core.simulation.link import call_query, is_simulated, quote_query, simulated_scenario, tariff_texts, texts
from core.simulation.scenario_texts import FIELDS, parse
from core.simulation.simulate import simulate, unchanged
from core.simulation.tables import Table, call_list, customers, refused_list, rule_id
from tests.portfolio import option_of
from tests.simulation import TODAY, base_of, random_base, scenario

YEAR = ("2025-01-01", "2025-12-31")
EVERYTHING = {
    "name": "Wiosna", "packages": "basic,plus", "client": "firma",
    "ends_from": "2025-01-01", "ends_until": "2026-12-31",
    "target": "vps", "change_on": "2025-09-01", "move_ordered": "1", "prices_from": "2025-08-01", "percent": "-3.5",
    "A5": "not_counted", "window_days": "30", "tiers": "1:95.00;2:145.00", "price.vps.12": "1500.00",
}  # fmt: skip


@pytest.fixture
def small(tariff):
    base = base_of(
        tariff,
        ("basic", *YEAR, {"client": "=HYPERLINK(1)", "domains": 3}),
        ("basic", "2024-05-20", "2025-05-19", {"client": "Dawna; „Róża”"}),
        ("vps", *YEAR, {}),
        ("pro", *YEAR, {}),
    )
    return simulate(base, scenario(tariff, target="vps", packages="basic,vps"), tariff, TODAY)


def listed(found, tariff):
    reference = simulate(found.base, unchanged(found.scenario, TODAY), tariff, TODAY)
    delta = compare(found, reference, 12).delta
    return customers(found, delta, np.arange(len(found.base)), POLISH)


def about(found, tariff):
    return About(tariff.version, {"A": found.scenario}, names_of(tariff), base="baza.csv")


def names_of(tariff):
    return {package.id: package.name for package in tariff.packages}


def rows_of(data, language=POLISH):
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_every_row_says_what_becomes_of_it(small, tariff):
    rows = [dict(zip(listed(small, tariff).header(POLISH), row, strict=True)) for row in listed(small, tariff).rows]
    assert [row["Co się dzieje"] for row in rows] == [
        "zmienia", "po okresie karencji: nowe zamówienie", "ma już ten pakiet", "bez zmian",
    ]  # fmt: skip
    # 3.00 more for 184 days, and 145.00 for three domains; then a VPS for 1460.00 instead of Basic for 365.00.
    assert rows[0]["W dniu zmiany netto"] == 55_200 + 14_500 and rows[0]["W dniu zmiany brutto"] == 85_731
    assert rows[0]["Różnica"] == 55_200 + 14_500 + 146_000 - 36_500 and rows[0]["12 mies."] == 55_200 + 14_500 + 146_000
    assert (rows[0]["Pakiet"], rows[0]["Pakiet po zmianie"], rows[0]["Reguła"]) == (
        "Basic", "VPS", "R4 · Współdzielony na VPS z dopłatą za pozostałe dni",
    )  # fmt: skip
    assert rows[1]["12 mies."] is None and rows[1]["W dniu zmiany netto"] is None
    assert (rows[3]["Pakiet po zmianie"], rows[3]["Reguła"], rows[3]["12 mies."]) == ("Pro", "", 109_500)


@pytest.mark.parametrize(
    ("language", "net", "said"),
    [
        (POLISH, "697,00", "A: Pakiet docelowy: VPS; Dzień zmiany: 01.07.2025; Obecne pakiety: Basic, VPS"),
        (ENGLISH, "697.00", "A: Target package: VPS; Day of the change: 1 Jul 2025; Current packages: Basic, VPS"),
    ],
    ids=lambda it: getattr(it, "code", ""),
)
def test_csv_names_tariff_and_scenario_in_words_and_runs_no_formula(small, tariff, language, net, said):
    rows = rows_of(as_csv(about(small, tariff), listed(small, tariff), language))
    assert len(rows) == 4
    assert rows[0][language.text("portfolio.column.client")] == "'=HYPERLINK(1)"
    assert rows[1][language.text("portfolio.column.client")] == "Dawna; „Róża”"
    assert rows[0][language.text("portfolio.column.net")] == net
    assert rows[0][language.text("portfolio.column.valid_until")] == "2025-12-31"
    assert {row[language.text("portfolio.column.tariff")] for row in rows} == {tariff.version}
    assert {row[language.text("portfolio.column.base")] for row in rows} == {"baza.csv"}
    assert {row[language.text("portfolio.column.scenario")] for row in rows} == {said}


def test_file_of_several_scenarios_names_each_and_what_they_are_compared_with(small, tariff):
    other = scenario(tariff, percent="5")
    several = About(tariff.version, {"A": small.scenario, "=B": other}, names_of(tariff), "Nikt nie zmienia")
    row, *_ = rows_of(as_csv(several, listed(small, tariff), POLISH))
    assert row["Scenariusz"] == (
        "A: Pakiet docelowy: VPS; Dzień zmiany: 01.07.2025; Obecne pakiety: Basic, VPS"
        " | =B: Pakiet docelowy: Nikt nie zmienia pakietu, tylko przedłużenia"
        "; Dzień zmiany: 01.07.2025; Obecne pakiety: Wszystkie pakiety"
        "; Nowe ceny od: 01.07.2025; Zmiana wszystkich cen, %: 5"
    )
    assert row["W porównaniu z"] == "Nikt nie zmienia"
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(several, listed(small, tariff), POLISH)))
    lines = list(book["Scenariusz"].values)
    assert (
        ("Scenariusz", "'=B") in lines
        and ("Zmiana wszystkich cen, %", "5") in lines
        and lines[-1][1] == "Nikt nie zmienia"
    )


def test_scenario_with_prices_of_its_own_names_the_tariff_it_stands_on(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}))
    found = simulate(base, scenario(tariff, percent="5"), tariff, TODAY)
    (row,) = rows_of(as_csv(about(found, tariff), listed(found, tariff), POLISH))
    assert row["Cennik"] == tariff.version != found.tariff.version
    assert row["Scenariusz"].endswith("Nowe ceny od: 01.07.2025; Zmiana wszystkich cen, %: 5")


def test_workbook_has_numbers_dates_and_a_sheet_about_the_scenario(small, tariff):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(about(small, tariff), listed(small, tariff), POLISH)))
    lines = list(book["Lista"].values)
    row = dict(zip(lines[0], lines[1], strict=True))
    assert row["W dniu zmiany netto"] == 697 and row["Okres w dniu zmiany od"].isoformat() == "2025-01-01T00:00:00"
    assert row["Klient"] == "'=HYPERLINK(1)" and book["Lista"]["B2"].data_type == "s"
    lines = dict(list(book["Scenariusz"].values)[1:])
    assert lines == {
        "Baza": "baza.csv",
        "Cennik": tariff.version,
        "Scenariusz": "A",
        "Pakiet docelowy": "VPS",
        "Dzień zmiany": "01.07.2025",
        "Obecne pakiety": "Basic, VPS",
    }


def test_packed_csv_is_the_csv(small, tariff):
    with zipfile.ZipFile(io.BytesIO(as_zip(about(small, tariff), listed(small, tariff), POLISH, "s.csv"))) as packed:
        assert packed.read("s.csv") == as_csv(about(small, tariff), listed(small, tariff), POLISH)


def test_blocks_of_a_long_list_are_seamless(tariff, monkeypatch):
    monkeypatch.setattr("core.simulation.tables._BLOCK", 7)
    base = random_base(30, 1)
    found = simulate(base, scenario(tariff, target="plus"), tariff, TODAY)
    order = np.arange(30)[::-1]
    rows = list(customers(found, np.arange(30), order, POLISH).rows)
    assert [row[0] for row in rows] == [f"S-{n}" for n in order]
    known = found.of_rows(found.renewed.problem)[order] == 0
    assert [row[4] for row in rows] == [int(n) if priced else None for n, priced in zip(order, known, strict=True)]


def test_call_list_and_refused_list_say_when_and_how_much(tariff):
    base = base_of(
        tariff,
        ("basic", "2024-10-15", "2025-10-14", {"domains": 2}),
        ("basic", "2024-06-25", "2025-06-24", {}),
    )
    found = simulate(base, scenario(tariff, target="vps"), tariff, TODAY)
    table = call_list(found, calls(found), POLISH)
    last, dearer = (dict(zip(table.header(POLISH), row, strict=True)) for row in table.rows)
    # Thirty days after the end nothing of these terms applies: there is no amount to compare with.
    assert (last["Nr abonamentu"], last["Ostatni dzień"]) == ("S-1", dt.date(2025, 7, 25))
    assert last["Dlaczego"].startswith("ostatnia szansa")
    assert (last["Reguła później"], last["Dzień później netto"], last["Od razu więcej"]) == ("", None, None)
    assert (dearer["Nr abonamentu"], dearer["Ostatni dzień"]) == ("S-0", dt.date(2025, 7, 14))
    # The VPS is paid for three months sooner, but paid for it would have been: a day of 3.00 is what it saves.
    assert (dearer["Od razu więcej"], dearer["W 12 miesięcy więcej"]) == (145_700, -300)
    base = base_of(tariff, ("plus", "2024-07-10", "2025-07-09", {"mailboxes": 13, "disk": 10_250}))
    found = simulate(base, scenario(tariff, target="basic"), tariff, TODAY)
    table = refused_list(found, refused(found), POLISH)
    (row,) = (dict(zip(table.header(POLISH), row, strict=True)) for row in table.rows)
    assert (row["Skrzynki ponad limit"], row["Domeny ponad limit"], str(row["GB ponad limit"])) == (3, None, "0.25")


def test_table_words_its_own_columns():
    table = Table((Message("portfolio.column.client"), "A · Plus"), [("x", Grosze(1))])
    assert table.header(ENGLISH) == ["Client", "A · Plus"]


# -- links


def test_texts_of_a_scenario_make_the_same_scenario(tariff):
    found = parse(EVERYTHING, tariff, TODAY)
    assert texts(found) == EVERYTHING and parse(texts(found), tariff, TODAY) == found
    assert set(EVERYTHING) - {"price.vps.12"} <= set(FIELDS)


def test_days_left_blank_stand_in_the_link(tariff):
    found = parse({"percent": "5"}, tariff, TODAY)
    assert texts(found) == {"change_on": "2025-07-01", "prices_from": "2025-07-01", "percent": "5"}
    # Tomorrow the same texts ask the same.
    assert parse(texts(found), tariff, TODAY).tariff(tariff).version == found.tariff(tariff).version


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("target", ["plus", "vps"])
def test_row_opens_the_quote_that_it_was_priced_by(tariff, seed, target):
    base = random_base(60, seed)
    given = {"target": target, "change_on": "2025-08-20", "percent": "5", "A5": "not_counted", "move_ordered": "1"}
    found = simulate(base, scenario(tariff, **given), tariff, TODAY)
    net, met = found.of_rows(found.now), 0
    for row in range(60):
        place = found.situations.place[row]
        if not found.carried[place]:
            continue
        query = quote_query(found, row)
        link = {name: text for name, text in query.items() if is_simulated(name)}
        assert link == {"s.percent": "5", "s.prices_from": "2025-07-01", "s.A5": "not_counted"}
        under = simulated_scenario(link, tariff, TODAY).tariff(tariff)
        assert under.version == found.tariff.version
        form = complete({name: text for name, text in query.items() if name not in link}, under, TODAY)
        opened = quote(parse_form(form, under), under)
        assert option_of(opened, ordered=True).net == net[row] and opened.rule.id == rule_id(
            int(found.priced.rule[place])
        )
        met += 1
    assert met > 10


def test_call_opens_the_quote_of_its_last_day(tariff):
    base = base_of(tariff, ("basic", "2024-10-15", "2025-10-14", {"domains": 2, "disk": 1_500, "price_net": 30_000}))
    found = simulate(base, scenario(tariff, target="vps", change_on="2026-03-01"), tariff, TODAY)
    listed = calls(found)
    query = call_query(found, 0, int(listed.last[0]))
    assert (query["change_on"], query["term_start"], query["disk_gb"]) == ("2025-07-14", "2024-10-15", "1.5")
    opened = quote(parse_form(complete(query, tariff, TODAY), tariff), tariff)
    assert to_grosze(opened.request.price_net) == 30_000 and opened.options[0].net == listed.net_before[0]


def test_link_that_changes_nothing_is_priced_by_the_tariff_in_force(tariff):
    assert simulated_scenario({}, tariff, TODAY).tariff(tariff) is tariff
    assert tariff_texts(scenario(tariff, target="vps", client="x")) == {}
    assert not is_simulated("percent") and not is_simulated("s.client") and not is_simulated("s.")


def test_link_with_a_tariff_that_does_not_read_says_what(tariff):
    with pytest.raises(InputError) as error:
        simulated_scenario({"s.percent": "much", "s.window_days": "-1"}, tariff, TODAY)
    assert {mistake.field for mistake in error.value.errors} == {"scenario.percent", "scenario.window_days"}
