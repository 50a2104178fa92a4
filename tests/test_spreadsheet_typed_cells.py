"""Workbooks as five libraries write them: every typed cell becomes a text, and nothing is invented."""

import datetime as dt
import random

import pytest
import xlwt

from core.simulation import columns as subscriptions
from core.spreadsheet.decoding import open_sheet, read_sheet
from core.spreadsheet.repair_kinds import NOT_CALCULATED
from core.spreadsheet.typed_cells import number, said
from tests.as_read import cells
from tests.workbooks import DAY, HEADER, MOMENT, by_xlsxwriter, cell, changed, ods, xls, xlsb, xlsx


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (48501502503, "48501502503"),
        (48501502503.0, "48501502503"),
        (-7.0, "-7"),
        (329.5, "329,5"),
        (0.1 + 0.2, "0,3"),
        (0.0000015, "0,0000015"),
        (999_999_999_999_999.0, "999999999999999"),
        (1.2345678901234567e18, "1,23457E+18"),
        (1e21, "1E+21"),
        (True, "tak"),
        (False, "nie"),
        (DAY, "2026-12-31"),
        (MOMENT, "2026-12-31 14:30"),
        (dt.datetime.combine(DAY, dt.time()), "2026-12-31"),
        (MOMENT.replace(second=5), "2026-12-31 14:30:05"),
        (MOMENT - dt.timedelta(microseconds=400), "2026-12-31 14:30"),
        (dt.time(14, 30), "14:30:00"),
        (dt.timedelta(hours=30, minutes=14, seconds=59, microseconds=994_000), "30:15:00"),
        (dt.timedelta(hours=-1), "-01:00:00"),
        (" a ", "a"),
    ],
)
def test_a_typed_cell_says_what_it_holds(value, text):
    assert said(value) == text


def test_no_number_is_an_exponent_unless_digits_are_lost():
    chance = random.Random(1)
    for _ in range(500):
        value = chance.choice([1, -1]) * chance.random() * 10.0 ** chance.randint(-12, 14)
        assert float(number(value).replace(",", ".")) == pytest.approx(value, rel=1e-14) and "E" not in number(value)


def test_openpyxl_writes_and_every_cell_comes_back():
    def formats(book):
        book["migracje"]["C2"].number_format = "0"

    row = ["Róża", "a.pl", 48501502503, 329.5, DAY, MOMENT, dt.time(14, 30), dt.timedelta(hours=30), True, "#N/A"]
    header = [*HEADER, "kwota", "dzień", "chwila", "godzina", "trwa", "tak", "błąd"]
    data = xlsx(("migracje", [header, row]), change=formats)
    assert cells(data) == [
        ("Róża", "a.pl", "48501502503", "329,5", "2026-12-31", "2026-12-31 14:30", "14:30:00", "30:00:00", "tak",
         "#N/D!"),
    ]  # fmt: skip
    assert read_sheet(data).kind == "xlsx"


def test_xls_comes_back_and_so_do_its_errors_and_formulas():
    def fill(sheet):
        day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
        long = xlwt.easyxf(num_format_str="[h]:mm:ss")
        for place, name in enumerate([*HEADER, "dzień", "trwa", "tak", "formuła", "błąd"]):
            sheet.write(0, place, name)
        sheet.write(1, 0, "Róża")
        sheet.write(1, 1, "a.pl")
        sheet.write(1, 2, 48501502503)
        sheet.write(1, 3, DAY, day)
        sheet.write(1, 4, 1.25, long)
        sheet.write(1, 5, False)
        sheet.write(1, 6, xlwt.Formula("1+1"))
        sheet.row(1).set_cell_error(7, 0x2A)

    data = xls(fill)
    assert cells(data) == [("Róża", "a.pl", "48501502503", "2026-12-31", "30:00:00", "nie", NOT_CALCULATED, "#N/D!")]
    assert read_sheet(data).kind == "xls"


def test_xlsb_comes_back_and_hidden_sheets_are_named_last(tmp_path):
    rows = [[*HEADER, "dzień", "tak"], ["Róża", "a.pl", 48501502503, DAY, True]]
    data = xlsb(tmp_path, ("ukryty", rows, True), ("migracje", rows, False))
    sheet = read_sheet(data)
    assert (sheet.kind, sheet.name, sheet.names) == ("xlsb", "migracje", ("migracje", "ukryty"))
    assert [line.cells for line in sheet.lines] == [("Róża", "a.pl", "48501502503", "2026-12-31", "tak")]


def test_ods_comes_back_with_durations_booleans_and_errors():
    data = ods(
        [*HEADER, "dzień", "trwa", "tak", "formuła", "błąd", "prawda"],
        [
            "Róża",
            "a.pl",
            cell("48501502503", "float", value="48501502503"),
            cell("31.12.2026", "date", datevalue="2026-12-31"),
            cell("30:15", "time", timevalue="PT30H15M00S"),
            cell("PRAWDA", "boolean", booleanvalue="true"),
            cell("", "", formula="of:=1+1"),
            cell("#N/D!", "string", formula="of:=NA()", stringvalue=""),
            cell("PRAWDA", "float", value="1", formula="of:=TRUE()"),
        ],
    )
    sheet = read_sheet(data)
    assert [line.cells for line in sheet.lines] == [
        ("Róża", "a.pl", "48501502503", "2026-12-31", "30:15:00", "tak", NOT_CALCULATED, "#N/D!", "tak"),
    ]  # fmt: skip
    assert sheet.kind == "ods"


def test_a_text_that_looks_like_a_duration_stays_a_text():
    assert cells(ods(HEADER, ["PT30H15M00S", "a.pl", "TRUE"])) == [("PT30H15M00S", "a.pl", "TRUE")]


@pytest.mark.parametrize(
    ("error", "polish"),
    [
        ("#N/A", "#N/D!"), ("#VALUE!", "#ARG!"), ("#REF!", "#ADR!"), ("#DIV/0!", "#DZIEL/0!"),
        ("#NAME?", "#NAZWA?"), ("#NUM!", "#LICZBA!"), ("#NULL!", "#ZERO!"),
    ],
)  # fmt: skip
def test_error_cells_are_told_by_their_polish_names(error, polish):
    assert cells(xlsx(("a", [HEADER, ["Alfa", "a.pl", error]]))) == [("Alfa", "a.pl", polish)]


def test_a_formula_that_nothing_has_worked_out_is_told():
    def fill(book, sheet):
        sheet.write_row(0, 0, HEADER)
        sheet.write(1, 0, "Alfa")
        sheet.write_formula(1, 1, "=A2", None, "a.pl")
        sheet.write_formula(1, 2, "=1+1")

    # XlsxWriter says 0 of each, and that nobody has worked it out.
    assert cells(by_xlsxwriter(fill)) == [("Alfa", "a.pl", NOT_CALCULATED)]
    assert cells(xlsx(("a", [HEADER, ["Alfa", "=A2", "=1+1"]]))) == [("Alfa", NOT_CALCULATED, NOT_CALCULATED)]


def test_a_formula_in_the_last_row_without_a_result_is_not_lost():
    assert cells(xlsx(("a", [HEADER, ["=A9", "=A9", "=A9"]]))) == [(NOT_CALCULATED,) * 3]


def calculated(data):
    """Return a workbook as Excel saves it, which does not leave the work to others."""
    return changed(data, "xl/workbook.xml", lambda part: part.replace(b'fullCalcOnLoad="1"', b""))


def test_a_formulas_zero_is_a_zero_but_where_a_price_is_asked():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["nr abonamentu", "klient", "pakiet", "cena netto", "domeny"])
        sheet.write_row(1, 0, ["A-1", "Alfa", "Firma"])
        sheet.write_formula(1, 3, "=0", None, 0)
        sheet.write_formula(1, 4, "=0", None, 0)

    data = calculated(by_xlsxwriter(fill))
    (block,) = open_sheet(data, columns=subscriptions.COLUMNS).blocks()
    assert [*zip(*block.columns, strict=True)] == [("A-1", "Alfa", "Firma", NOT_CALCULATED, "0")]


def test_an_empty_text_is_a_formulas_result_too():
    def fill(book, sheet):
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["Alfa", "a.pl"])
        sheet.write_formula(1, 2, '=""', None, "x")

    data = changed(by_xlsxwriter(fill), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<v>x</v>", b"<v></v>"))
    assert cells(data) == [("Alfa", "a.pl", "")]


def test_days_of_a_mac_are_the_same_days():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["klient", "domena", "termin"])
        sheet.write_row(1, 0, ["Alfa", "a.pl"])
        sheet.write_datetime(1, 2, MOMENT, book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))

    assert cells(by_xlsxwriter(fill, date_1904=True)) == cells(by_xlsxwriter(fill)) == [
        ("Alfa", "a.pl", "2026-12-31 14:30")
    ]  # fmt: skip


def test_days_before_march_1900_are_what_excel_shows():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["klient", "domena", "termin"])
        sheet.write_row(1, 0, ["Alfa", "a.pl"])
        sheet.write_number(1, 2, 15, book.add_format({"num_format": "dd.mm.yyyy"}))

    assert cells(by_xlsxwriter(fill)) == [("Alfa", "a.pl", "1900-01-15")]
