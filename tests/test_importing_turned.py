"""What a spreadsheet made of what somebody typed: 1-5 became a day, 1.10 a fraction."""

import datetime as dt

import pytest

from core import datafiles
from core.importing.row import Numbered
from core.importing.rows import read_rows
from core.migration.import_columns import suggest
from core.simulation.reading import load
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from tests.sheets import WRITERS, Formula, Tab

WORKBOOKS = [kind for kind in WRITERS if kind != "csv"]
DAY = dt.date(2026, 5, 1)


def rows(kind, table, merged=(), mapping=None, **said):
    sheet = read_sheet(WRITERS[kind]([Tab("migracje", table, merged=merged)]))
    return list(read_rows(sheet, Said({**suggest(sheet.header), **(mapping or {})}, **said)))


def refused(found):
    return [(e.row, e.column, e.value, e.message.id) for row in found if isinstance(row, list) for e in row]


def taken(found):
    return [row.says for row in found if isinstance(row, Numbered)]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_day_is_no_order_no_telephone_and_no_client_and_joins_none_that_is_called_so(kind):
    header = ["nr zlecenia", "klient", "domena", "telefon"]
    table = [header, ["2026-05-01", "Ala", "a.pl", 501502503], [DAY, "Ola", "o.pl", DAY], ["7", DAY, "u.pl", None]]
    found = rows(kind, table)
    assert [(says.ref, says.contact_phone) for says in taken(found)] == [("2026-05-01", "501502503")]
    assert refused(found) == [
        (3, "nr zlecenia", "2026-05-01", "error.turned_date"),
        (3, "telefon", "2026-05-01", "error.turned_date"),
        (4, "klient", "2026-05-01", "error.turned_date"),
    ]


# What writes XLSB writes texts for a yes and a duration.
TURNED = [(kind, 1.1) for kind in WORKBOOKS] + [
    (kind, value) for kind in WORKBOOKS if kind != "xlsb" for value in (True, dt.timedelta(hours=30))
]


@pytest.mark.parametrize(("kind", "value"), TURNED)
def test_a_fraction_a_yes_and_a_duration_are_no_order(kind, value):
    found = rows(kind, [["nr zlecenia", "klient", "domena"], [value, "Ala", "a.pl"], [12, "Ola", "o.pl"]])
    assert [(row, column, id) for row, column, _, id in refused(found)] == [(2, "nr zlecenia", "error.turned_other")]
    assert [says.ref for says in taken(found)] == ["12"]


def test_a_merged_day_is_no_order_in_any_of_its_rows():
    table = [["nr zlecenia", "klient", "domena"], [DAY, "Ala", "a.pl"], [None, "Ala", "b.pl"]]
    found = rows("xlsx", table, merged=((1, 0, 2, 0),))
    assert [(row, id) for row, _, _, id in refused(found)] == [(2, "error.turned_date"), (3, "error.turned_date")]


def test_a_column_that_somebody_said_is_another_is_read_as_that_one():
    table = [["nr", "id", "domena"], ["Ala", DAY, "a.pl"]]
    found = rows("xlsx", table, mapping={"nr": "client", "id": "planned_at"})
    (says,) = taken(found)
    assert says.planned_at is not None and refused(found) == []
    kept = rows("xlsx", table, mapping={"nr": "client", "id": None})
    assert [row.extra for row in kept] == [{"id (inne)": "2026-05-01"}]


def test_a_cell_typed_anew_is_taken():
    table = [["nr zlecenia", "klient", "domena"], ["1-6", "Ala", "a.pl"]]
    assert [says.ref for says in taken(rows("xlsx", table))] == ["1-6"]


# -- the subscriptions are read alike


H = ["nr abonamentu", "klient", "pakiet", "początek okresu", "ważny do", "cena netto", "domeny", "skrzynki", "dysk GB"]
FROM, TO = dt.date(2025, 6, 1), dt.date(2026, 5, 31)


@pytest.fixture(scope="module")
def start():
    return datafiles.tariff().packages[0].name


def loaded(kind, *table, **given):
    return load(WRITERS[kind]([Tab("Arkusz", table)]), datafiles.tariff(), **given)


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_of_subscriptions_is_the_same_base_and_counts_alike(kind, start):
    found = loaded(
        kind,
        ["Abonamenty 2026"],
        H,
        ["00123", "Róża", start, FROM, TO, 199.5, 2, 5, 4.5],
        [124, "Ala", start.upper(), FROM, "31 maja 2026", "1\u00a0200,00 zł", "2 szt.", "5", "4,5 GB"],
        [125, "brak", start, 45809, 46173, None, 2, 5, 4],
        [],
        ["RAZEM", None, None, None, None, 398.5, 6, 15, 13],
        H,
        ["brak", "Bez numeru", start, FROM, TO, 199, 2, 5, 4],
        [126, "Bez ceny", start, FROM, TO, "n/d", 2, 5, 4],
    )
    base = found.subscriptions
    assert base.id.tolist() == ["00123", "124", "125"] and base.client.tolist() == ["Róża", "Ala", ""]
    assert base.price_net.tolist()[:2] == [19950, 120000] and base.price_net.tolist()[2] < 0
    assert len({*base.term_start.tolist()}) == len({*base.valid_until.tolist()}) == 1
    assert base.disk.tolist() == [4500, 4500, 4000]
    assert [(one.number, one.kind) for one in found.left_out] == [(1, "title"), (7, "total"), (8, "repeated_header")]
    assert [(one.row, *(error.field for error in one.errors)) for one in found.refused] == [
        (9, "id"), (10, "price_net"),
    ]  # fmt: skip
    assert found.read == len(base) + len(found.refused)
    kinds = [(one.row, one.kind) for one in found.repairs if one.row in (4, 5)]
    assert kinds == [(4, "month"), (4, "spaces"), (5, "serial"), (5, "serial")]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_what_a_spreadsheet_made_of_a_number_is_no_subscription_of_that_number(kind, start):
    found = loaded(
        kind, H, [DAY, "Ala", start, FROM, TO, 199, 2, 5, 4], ["2026-05-01", "Ola", start, FROM, TO, 1, 2, 5, 4]
    )
    assert [(one.row, one.errors[0].value, one.errors[0].message.id) for one in found.refused] == [
        (2, "2026-05-01", "error.turned_date")
    ]
    assert found.subscriptions.client.tolist() == ["Ola"]


def test_the_days_of_a_file_have_one_order_or_are_asked(start):
    rest = (199, 2, 5, 4)
    text = ["A", "Ala", start, "06/01/2025", "05/31/2026", *rest]
    assert loaded("xlsx", H, text).subscriptions.id.tolist() == ["A"]
    open_ = loaded("xlsx", H, ["A", "Ala", start, "06/01/2025", "06/05/2026", *rest])
    assert [one.kind for one in open_.questions] == ["date_order"] and open_.subscriptions.id.tolist() == []


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_price_that_no_formula_has_worked_out_is_not_the_lists(kind, start):
    found = loaded(kind, H, ["A", "Ala", start, FROM, TO, Formula("=1*2"), 2, 5, 4])
    assert [(one.row, one.errors[0].field, one.errors[0].message.id) for one in found.refused] == [
        (2, "price_net", "error.not_calculated")
    ]
