"""What each cell becomes, in files that other programs wrote: LibreOffice (tests/data/office) and five libraries."""

import datetime as dt
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import odf.table as odf
import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P

from core.ground.clock import WARSAW
from core.importing.row import Numbered
from core.importing.rows import read_rows
from core.spreadsheet.choices import AS_PROPOSED, Reading, Said
from core.spreadsheet.decoding import Sheet, read_sheet
from core.spreadsheet.repair_kinds import NOT_CALCULATED
from tests.sheets import WRITERS, Formula, Tab, by_odfpy, by_openpyxl, by_xlsxwriter, by_xlwt

FOLDER = Path(__file__).parent / "data" / "office"
FORMATS = ("ods", "xlsx", "xls")
every_format = pytest.mark.parametrize("format", FORMATS)


@cache
def read(name: str, sheet: str | None = None) -> Sheet:
    return read_sheet((FOLDER / name).read_bytes(), Reading(sheet=sheet))


def column(sheet: Sheet, name: str = "wartość") -> list[str]:
    place = sheet.header.index(name)
    return [line.cells[place] for line in sheet.lines]


def refused_as(sheet: Sheet, id: str) -> list[bool]:
    """Return of each row whether it is refused because of its third cell, where that is a column of a kind of ours."""
    client, domain, third = sheet.header
    rows = read_rows(sheet, Said({client: "client", domain: "domain", third: id}))
    return [isinstance(row, list) and {error.column for error in row} == {third} for row in rows]


# -- by LibreOffice

CELLS = {
    "a telephone, a number of eleven digits": "48501502503",
    "a whole number": "12",
    "a fraction": "329,5",
    "an amount of money": "329,5",
    "a percentage": "0,1",
    "digits as a text": "000123",
    "digits in a cell that is formatted as text": "000123",
    "a number shown with leading noughts": "123",
    "a text with an apostrophe of its own": "'000123",
    "PRAWDA": "tak",
    "FAŁSZ": "nie",
    "a day": "2026-12-31",
    "a moment": "2026-12-31 14:30",
    "a moment with seconds": "2026-12-31 14:30:15",
    "a time of day": "14:30:00",
    "a duration": "30:15:00",
    "a number of 16 digits": "1,23457E+15",
    "a day's serial number": "46263",
    "a day as a text": "31.12.2026",
    "a number that lost its digits, as a text": "4,86E+10",
    "a word": "tak",
    "a negative number": "-5",
    "nought": "0",
    "a tenth": "0,1",
}


@every_format
def test_a_cell_of_libreoffice_becomes_the_text_that_loses_nothing(format):
    assert dict(zip(CELLS, column(read(f"cells.{format}")), strict=True)) == CELLS


AS_LIBREOFFICE_SHOWS_IT = {
    "a percentage": "10%",
    "PRAWDA": "PRAWDA",
    "FAŁSZ": "FAŁSZ",
    "a day": "31.12.2026",
    "a moment": "2026-12-31 14:30:00",
    "a number of 16 digits": "1234567890123456",
}


@pytest.mark.parametrize("encoding", ["utf8", "cp1250"])
def test_a_csv_of_libreoffice_is_read_as_it_shows_its_cells(encoding):
    sheet = read(f"cells_{encoding}.csv")
    assert (sheet.kind, sheet.delimiter, sheet.header) == ("csv", ";", ("klient", "domena", "wartość"))
    assert dict(zip(CELLS, column(sheet), strict=True)) == CELLS | AS_LIBREOFFICE_SHOWS_IT


FORMULAS = {
    "a text": "Plus M",
    "a whole number": "42",
    "a fraction": "329,5",
    "a day": "2026-12-31",
    "a moment": "2026-12-31 14:30",
    "true": "tak",
    "false": "nie",
    "nought, calculated": "0",
    "a blank text": "",
    "not available": "#N/D!",
    "divided by nought": "#DZIEL/0!",
    "a text and a number": "#ARG!",
    "no such function": "#NAZWA?",
    "a root of a negative number": "#ARG!",
    "two cells": "k1k1.pl",
    "Polish letters": "żżż",
    "a link": "alfa-proba.pl",
}
OTHERWISE = {
    # As numbers, which a column of yes and no reads the same.
    **{(format, "true"): {"1", "tak"} for format in ("xlsx", "xls")},
    **{(format, "false"): {"0", "nie"} for format in ("xlsx", "xls")},
    # It says Err:502 itself.
    ("ods", "a root of a negative number"): {"Err:502", "#LICZBA!", "#ARG!"},
    ("xls", "a root of a negative number"): {"#LICZBA!", "#ARG!"},
}


@every_format
def test_a_formula_of_libreoffice_becomes_its_result(format):
    found = dict(zip(FORMULAS, column(read(f"formulas.{format}")), strict=True))
    assert {
        name: FORMULAS[name] if text in OTHERWISE.get((format, name), ()) else text for name, text in found.items()
    } == FORMULAS


@every_format
def test_a_workbook_of_a_mac_counts_its_days_from_1904(format):
    assert column(read(f"mac.{format}"))[:3] == ["2026-12-31", "2026-12-31 14:30", "12"]


@every_format
def test_the_first_day_of_a_mac_is_no_date_of_ours(format):
    assert refused_as(read(f"mac.{format}"), "on_package") == [False, False, True, True]


@every_format
def test_days_around_the_29_february_1900_that_excel_invented_are_no_dates_of_ours(format):
    assert refused_as(read(f"old.{format}"), "on_package") == [True] * 4


@every_format
def test_durations_and_times_of_day_are_no_dates(format):
    refused = dict(zip(CELLS, refused_as(read(f"cells.{format}"), "planned_at"), strict=True))
    dates = {"a day", "a moment", "a moment with seconds", "a day's serial number", "a day as a text"}
    assert {name for name, was in refused.items() if not was} == dates


LAYOUT = [
    (5, ("Alfa", "a1.pl", "Mini", "pierwszy")),
    (6, ("Alfa", "a2.pl", "Mini", "scalony")),
    (7, ("Beta", "b1.pl", "Plus", "ukryty")),
    (8, ("Gama", "g1.pl", "Plus", "odfiltrowany")),
    (9, ("Delta", "d1.pl", "", "bez pakietu")),
    (13, ("Zeta", "z1.pl", "x", "x")),
    (14, ("t1.pl", "t1.pl", "Mini", "ten sam")),
]


@every_format
def test_blank_rows_and_columns_merged_hidden_and_filtered_rows_are_where_they_stand(format):
    # A million formatted rows below are none; what is hidden or filtered is data.
    sheet = read(f"layout.{format}")
    assert (sheet.name, sheet.header_row, sheet.header) == ("migracje", 4, ("klient", "domena", "pakiet", "uwagi"))
    assert [(line.number, line.cells) for line in sheet.lines] == LAYOUT
    assert [(left.number, left.kind) for left in sheet.left_out] == [(3, "title")]


@every_format
def test_what_a_merged_cell_says_of_its_other_rows_is_told(format):
    assert [(repair.row, repair.kind, repair.new) for repair in read(f"layout.{format}").mended if repair.row == 6] == [
        (6, "merged", "Alfa")
    ]


@every_format
def test_a_sheet_in_sight_is_proposed_and_a_hidden_one_can_be_chosen(format):
    assert set(read(f"layout.{format}").names) >= {"migracje", "tajne"}
    assert column(read(f"layout.{format}", "tajne")) == ["ukryte"]


@pytest.mark.parametrize("format", ["ods", "xlsx"])
def test_rows_that_the_file_holds_once_are_as_many_as_it_says(format):
    sheet = read(f"repeated.{format}")
    assert [(line.number, line.cells) for line in sheet.lines] == [
        *((number, ("Alfa", "alfa.pl", "3")) for number in range(2, 6)),
        (6, ("Beta", "beta.pl", "5")),
        (1007, ("Gama", "gama.pl", "7")),
    ]


RICH = [
    "z dymkiem",
    "alfa-proba.pl",
    "Firma Plus M",
    "pierwsza\ndruga",
    "dwie  spacje",
    "twarda\u00a0spacja",
    "a & b < c",
    "przed ewa@alfa.pl po\nwiersz",
    "",
    # A box with text lies over these two, which is not theirs.
    "pod ramką",
    "",
]


@pytest.mark.parametrize("name", ["rich.ods", "rich.xlsx", "rich.xls", "rich_utf8.csv"])
def test_comments_and_boxes_are_no_text_of_a_cell_and_links_letters_and_lines_are(name):
    assert column(read(name)) == RICH


# -- by the libraries

KINDS = ("xlsx", "xls", "xlsb", "ods")
TYPED: dict[object, str] = {
    48501502503: "48501502503",
    12: "12",
    329.5: "329,5",
    0.1 + 0.2: "0,3",
    -5: "-5",
    0: "0",
    dt.date(2026, 12, 31): "2026-12-31",
    dt.datetime.fromisoformat("2026-12-31T14:30"): "2026-12-31 14:30",
    "000123": "000123",
    "=1+1": "=1+1",
    "#N/D!": "#N/D!",
    "4,86E+10": "4,86E+10",
    "wiersz\ndrugi": "wiersz\ndrugi",
    "zażółć gęślą jaźń": "zażółć gęślą jaźń",
    202611200000001234: "2,02611E+17",
    None: "",
}


def table(values: Sequence[object]) -> list[Tab]:
    header = ["klient", "domena", "wartość"]
    return [Tab("migracje", [header, *([f"k{n}", f"k{n}.pl", value] for n, value in enumerate(values))])]


@pytest.mark.parametrize("kind", KINDS)
def test_a_typed_cell_becomes_the_same_text_in_every_kind_of_workbook(kind):
    sheet = read_sheet(WRITERS[kind](table([*TYPED, True, False])), AS_PROPOSED)
    assert sheet.kind == kind
    assert column(sheet) == [*TYPED.values(), "tak", "nie"]


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt, by_odfpy])
def test_times_of_day_and_durations_are_hours_minutes_and_seconds(write):
    sheet = read_sheet(write(table([dt.time(14, 30), dt.timedelta(hours=30, minutes=15)])), AS_PROPOSED)
    assert column(sheet) == ["14:30:00", "30:15:00"]


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt, by_odfpy])
def test_a_formula_that_nothing_has_calculated_is_no_blank_cell_and_no_nought(write):
    sheet = read_sheet(write(table([Formula("=6*7"), 5, Formula('="a"')])), AS_PROPOSED)
    assert column(sheet) == [NOT_CALCULATED, "5", NOT_CALCULATED]


@pytest.mark.parametrize("write", [by_xlsxwriter, by_odfpy])
def test_a_formula_with_a_result_is_its_result(write):
    sheet = read_sheet(write(table([Formula("=6*7", 42), Formula('="a"', "a"), Formula("=1", 0.5)])), AS_PROPOSED)
    assert column(sheet) == ["42", "a", "0,5"]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_merged_cell_stands_in_every_row_that_it_covers(kind):
    rows = [["klient", "domena"], ["Alfa", "a1.pl"], [None, "a2.pl"], ["Beta", "b1.pl"]]
    sheet = read_sheet(WRITERS[kind]([Tab("migracje", rows, merged=((1, 0, 2, 0),))]), AS_PROPOSED)
    assert [line.cells for line in sheet.lines] == [("Alfa", "a1.pl"), ("Alfa", "a2.pl"), ("Beta", "b1.pl")]


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_and_empty_sheets_before_are_passed_over(kind):
    data = WRITERS[kind]([Tab("ukryty", [["klient", "domena"]], hidden=True), *table([1])])
    sheet = read_sheet(data, AS_PROPOSED)
    assert (sheet.name, column(sheet)) == ("migracje", ["1"])


# A sheet of one row is none that pyxlsbwriter can write: what should filter it stands there by halves.
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_a_file_of_nothing_but_a_header_has_no_rows(kind):
    assert not read_sheet(WRITERS[kind](table([])), AS_PROPOSED).lines


def test_a_text_whose_cell_has_no_type_is_a_text():
    """As the examples of odfpy write them, and LibreOffice shows them."""
    document = OpenDocumentSpreadsheet()
    sheet = odf.Table(name="migracje")
    for row in (("klient", "domena"), ("Alfa", "alfa.pl")):
        line = odf.TableRow()
        for value in row:
            cell = odf.TableCell()
            cell.addElement(P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    document.write(file)
    assert [line.cells for line in read_sheet(file.getvalue(), AS_PROPOSED).lines] == [("Alfa", "alfa.pl")]


@pytest.mark.parametrize("shown", ['[=0]"";dd.mm.yyyy', '[<>0]dd.mm.yyyy;""'])
def test_a_day_shown_by_a_format_that_hides_nought_is_a_day_in_a_column_of_days(shown):
    """Such formats hide 0.01.1900; the libraries take such a day for a number, which a column of days reads again."""
    book = openpyxl.Workbook()
    book.active.append(["klient", "domena", "wartość"])
    book.active.append(["Alfa", "alfa.pl", dt.date(2026, 11, 3)])
    book.active["C2"].number_format = shown
    file = io.BytesIO()
    book.save(file)
    sheet = read_sheet(file.getvalue(), AS_PROPOSED)
    (row,) = read_rows(sheet, Said({"klient": "client", "domena": "domain", "wartość": "on_package"}))
    assert isinstance(row, Numbered) and row.says.on_package.at.astimezone(WARSAW).date() == dt.date(2026, 11, 3)
