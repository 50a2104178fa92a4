"""Workbooks as five libraries and LibreOffice write them: every typed cell becomes a text, and nothing is invented."""

import datetime as dt
import io
import random
import re
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.styles import numbers
from pyxlsbwriter import XlsbWriter

from core.files.aside import aside
from core.files.held import Held
from core.files.workbook import Sheet, workbook
from core.ground import limits
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.importing import brought
from core.importing.exporting import as_csv, as_xlsx
from core.migration.people import Team
from core.simulation import columns as subscriptions
from core.spreadsheet import packed, unseen_xlsx
from core.spreadsheet.decoding import open_sheet, read_sheet
from core.spreadsheet.repairs import NOT_CALCULATED, Repair
from core.spreadsheet.said import AS_PROPOSED, Reading
from core.spreadsheet.typed_cells import number, said
from core.store.samples.loading import samples
from tests.migrations import ANNA, MARIA, NOW, PROCESS

DATA = ROOT / "tests" / "data" / "office"

HEADER = ["klient", "domena", "telefon"]
DAY = dt.date(2026, 12, 31)
MOMENT = dt.datetime.combine(DAY, dt.time(14, 30))


def xlsx(*sheets, change=lambda book: None):
    """Return what openpyxl writes: sheets as (name, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter(fill, **options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("migracje"))
    return file.getvalue()


def xls(fill):
    book = xlwt.Workbook()
    fill(book.add_sheet("migracje"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods(*rows, change=lambda document: None):
    document = OpenDocumentSpreadsheet()
    table = Table(name="migracje")
    for row in rows:
        line = TableRow()
        for one in row:
            line.addElement(one if hasattr(one, "addElement") else cell(one))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def cell(text, kind="string", **given):
    found = TableCell(valuetype=kind, **given) if kind else TableCell(**given)
    if text:
        found.addElement(P(text=str(text)))
    return found


def xlsb(tmp_path, *sheets):
    path = tmp_path / "one.xlsb"
    with XlsbWriter(str(path)) as book:
        for name, rows, hidden in sheets:
            book.add_sheet(name, hidden)
            book.write_sheet(rows)
    return path.read_bytes()


def cells(data, **given):
    return [line.cells for line in read_sheet(data, Reading(**given)).lines]


def repacked(data, name, old, new):
    """Return a packed workbook with something else in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            text = before.read(part)
            after.writestr(part, text.replace(old, new) if part.endswith(name) else text)
    return file.getvalue()


def mistakes(data, **given):
    with pytest.raises(InputError) as refused:
        read_sheet(data, Reading(**given))
    return [(error.field, error.message.id) for error in refused.value.errors]


# -- cells


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


def changed(data, name, change):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return file.getvalue()


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


# -- merged cells


def merged(book):
    book["a"].merge_cells("A2:A4")
    book["a"].merge_cells("B2:C2")


ROWS = [[*HEADER, "uwagi"], ["Alfa", "a.pl"], [None, "b.pl"], [None, None], ["Beta", "c.pl"]]


def test_a_merged_cell_fills_the_rows_below_it_and_says_so():
    sheet = read_sheet(xlsx(("a", ROWS), change=merged))
    assert [(line.number, line.cells[:3]) for line in sheet.lines] == [
        (2, ("Alfa", "a.pl", "")), (3, ("Alfa", "b.pl", "")), (5, ("Beta", "c.pl", "")),
    ]  # fmt: skip
    assert [*sheet.mended] == [Repair(3, "klient", "merged", "", "Alfa")]


def test_without_that_repair_a_value_is_its_first_cells_alone():
    sheet = read_sheet(xlsx(("a", ROWS), change=merged), Reading(off=frozenset({"merged"})))
    assert [line.cells[0] for line in sheet.lines] == ["Alfa", "", "Beta"] and not sheet.mended


def test_merged_cells_of_an_ods_are_filled_too():
    covered = CoveredTableCell()
    data = ods(HEADER, [cell("Alfa", numberrowsspanned=2), "a.pl", "1"], [covered, "b.pl", "2"])
    assert cells(data) == [("Alfa", "a.pl", "1"), ("Alfa", "b.pl", "2")]


# -- which sheet, which header


def test_the_first_sheet_in_sight_with_a_known_header_is_proposed_and_another_can_be_chosen():
    def hide(book):
        book["ukryty"].sheet_state = "hidden"

    data = xlsx(
        ("ukryty", [HEADER, ["Ukryta", "u.pl", 1]]),
        ("opis", [["Zestawienie z listopada"], ["Anna Lis"]]),
        ("puste", []),
        ("migracje", [HEADER, ["Alfa", "a.pl", 1]]),
        change=hide,
    )
    sheet = read_sheet(data)
    assert (sheet.name, sheet.names) == ("migracje", ("opis", "puste", "migracje", "ukryty"))
    assert cells(data, sheet="ukryty") == [("Ukryta", "u.pl", "1")]
    assert mistakes(data, sheet="puste") == [("file", "error.file_empty")]
    assert mistakes(data, sheet="inny") == [("sheet", "error.one_of")]


def test_without_a_known_header_the_first_sheet_with_cells_is_proposed():
    assert read_sheet(xlsx(("a", []), ("b", [["x", "y"], [1, 2]]), ("c", [["z"]]))).name == "b"


def test_title_rows_are_left_out_and_told_and_blank_rows_and_columns_are_nothing():
    rows = [[], ["Zestawienie, listopad 2026"], [], HEADER, ["Alfa", "a.pl", 5]]
    data = by_xlsxwriter(lambda book, sheet: [sheet.write_row(row, 1, cells) for row, cells in enumerate(rows)])
    sheet = read_sheet(data)
    assert (sheet.header, sheet.header_row) == (tuple(HEADER), 4)
    assert [(line.number, line.cells) for line in sheet.lines] == [(5, ("Alfa", "a.pl", "5"))]
    assert [(row.number, row.kind) for row in sheet.left_out] == [(2, "title")]
    assert [line.number for line in sheet.top] == [2, 4, 5]


def test_rows_are_as_wide_as_the_header_and_what_stands_beside_is_told():
    sheet = read_sheet(xlsx(("a", [HEADER, ["Alfa", "a.pl"], ["Beta", "b.pl", 1, None, "do sprawdzenia"]])))
    assert [(line.cells[:2], line.error and line.error.id) for line in sheet.lines] == [
        (("Alfa", "a.pl"), None), (("Beta", "b.pl"), "error.cells"),
    ]  # fmt: skip


def test_totals_and_repeated_headers_of_a_workbook_are_left_out():
    rows = [["klient", "domena", "liczba skrzynek"], ["Alfa", "a.pl", 3], ["klient", "domena", "liczba skrzynek"]]
    sheet = read_sheet(xlsx(("a", [*rows, ["Beta", "b.pl", 4], ["Razem:", None, 7]])))
    assert [line.cells[0] for line in sheet.lines] == ["Alfa", "Beta"]
    assert [(row.number, row.kind) for row in sheet.left_out] == [(3, "repeated_header"), (5, "total")]


def test_text_that_was_garbled_before_is_refused_by_its_row():
    sheet = read_sheet(xlsx(("a", [HEADER, ["Å¼Ã³Å‚w", "a.pl", 1], ["Żółw", "b.pl", 2]])))
    assert [line.error and line.error.values["probable"] for line in sheet.lines] == ["żółw", None]


# -- what is not to be trusted


def test_a_name_says_nothing_and_neither_does_a_small_file():
    # Whoever reads it has bytes alone: a workbook is one by its content.
    assert cells(xlsx(("a", [HEADER, ["Alfa", "a.pl", 1]]))) == [("Alfa", "a.pl", "1")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04" + b"x" * 100, "error.workbook_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 1000, "error.workbook_broken"),
        (b"%PDF-1.7", "error.not_csv"),
    ],
)
def test_what_is_no_workbook_is_refused(data, why):
    assert mistakes(data) == [("file", why)]


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return file.getvalue()


def test_a_document_or_an_archive_is_no_spreadsheet():
    assert mistakes(zipped(a="x")) == [("file", "error.not_csv")]
    assert mistakes(zipped(mimetype="application/vnd.oasis.opendocument.text")) == [("file", "error.not_csv")]


def test_a_workbook_without_a_cell_is_empty():
    assert mistakes(xlsx(("a", []))) == [("file", "error.file_empty")]


def test_a_workbook_that_is_cut_off_is_refused():
    data = xlsx(("a", [HEADER, ["Alfa", "a.pl", 1]]))
    for size in range(4, len(data), 97):
        assert mistakes(data[:size]) == [("file", "error.workbook_broken")]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_flipped_bytes_are_refused_or_read_but_never_a_surprise(kind):
    data = {
        "xlsx": lambda: xlsx(("a", [HEADER, ["Alfa", "a.pl", 1]])),
        "xls": lambda: xls(lambda sheet: [sheet.write(0, place, name) for place, name in enumerate(HEADER)]),
        "ods": lambda: ods(HEADER, ["Alfa", "a.pl", "1"]),
    }[kind]()
    chance = random.Random(kind)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(3):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        try:
            read_sheet(bytes(broken))
        except InputError as error:
            assert error.errors


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused_whatever_it_says(monkeypatch):
    monkeypatch.setattr(packed, "WORKBOOK", 1_000_000)
    data = zipped(**{"[Content_Types].xml": "", "xl/workbook.xml": b" " * 1_000_001})
    assert mistakes(data) == [("file", "error.workbook_large")]
    # The same, which says that it is of one byte.
    assert mistakes(data.replace(struct.pack("<I", 1_000_001), struct.pack("<I", 1))) == [
        ("file", "error.workbook_large")
    ]


@pytest.mark.parametrize("far", ['r="XFD1048576"', "r = 'XFD1048576'"])
def test_a_cell_in_the_last_corner_takes_no_memory(far):
    def move(part):
        return part.replace(b'r="C2"', far.encode())

    data = changed(xlsx(("a", [HEADER, ["Alfa", "a.pl", 1]])), "xl/worksheets/sheet1.xml", move)
    assert mistakes(data) == [("file", "error.workbook_wide")]


def test_a_cell_repeated_over_a_whole_ods_takes_no_memory():
    wide = cell("x", numbercolumnsrepeated=16_384)
    line = TableRow(numberrowsrepeated=1_048_570)
    line.addElement(wide)
    data = ods(HEADER, change=lambda document: document.getElementsByType(Table)[0].addElement(line))
    assert mistakes(data) == [("file", "error.workbook_wide")]


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="string"><text:p>'
        + 30_000 * "Z" + "</text:p></table:table-cell></table:table-row>",
        '<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="999999999"/>b</text:p>'
        "</table:table-cell></table:table-row>",
        '<table:table-row><table:table-cell office:value-type="string"><text:p>a'
        + 5_000 * '<text:s text:c="60000"/>' + "</text:p></table:table-cell></table:table-row>",
    ],
    ids=["repeated", "spaces", "many spaces"],
)  # fmt: skip
def test_letters_that_stand_nowhere_in_an_ods_take_no_memory(row):
    bomb = repacked(ods(["klient", "domena"]), "content.xml", b"</table:table>", row.encode() + b"</table:table>")
    assert mistakes(bomb) == [("file", "error.workbook_large")]


def test_a_text_that_stands_once_is_not_said_by_more_cells_than_could_be_written_out(monkeypatch):
    def fill(_, sheet):
        for row, name in enumerate(["klient", *2_000 * ["Z" * 30_000]]):
            sheet.write_row(row, 0, [name, f"a{row}.pl" if row else "domena"])

    data = by_xlsxwriter(fill)
    monkeypatch.setattr(unseen_xlsx, "WORKBOOK", 50_000_000)
    assert mistakes(data) == [("file", "error.workbook_large")]
    monkeypatch.setattr(unseen_xlsx, "WORKBOOK", 70_000_000)
    assert len(cells(data)) == 2_000


def test_of_merged_cells_that_lie_over_each_other_one_counts_however_many_there_are():
    areas = b"".join(b'<mergeCell ref="A%d:A99"/>' % row for row in range(2, 5))
    rows = [["klient", "domena"], *([name, "a.pl"] for name in ("K2", "K3", "K4", None))]
    data = repacked(
        xlsx(("a", rows)), "sheet1.xml", b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    )
    assert [client for client, _ in cells(data)] == ["K2", "K3", "K4", "K4"]


def test_entities_are_no_part_of_a_workbook():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'
    data = changed(xlsx(("a", [HEADER])), "xl/workbook.xml", lambda part: bomb)
    assert mistakes(data) == [("file", "error.workbook_broken")]


def test_a_sheet_with_many_columns_is_refused():
    assert mistakes(xlsx(("a", [[f"k{n}" for n in range(501)]]))) == [("file", "error.columns")]


def test_a_workbook_beyond_the_rows_of_an_import_is_refused(monkeypatch):
    monkeypatch.setattr("core.spreadsheet.decoding.MIGRATION_ROWS", 3)
    assert mistakes(xlsx(("a", [HEADER, *[["Alfa", "a.pl", n] for n in range(4)]]))) == [
        ("file", "error.too_many_rows")
    ]


def test_a_password_is_told_and_not_asked_for():
    def encrypt(part):
        return part.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")

    data = changed(ods(HEADER), "META-INF/manifest.xml", encrypt)
    assert mistakes(data) == [("file", "error.workbook_password")]
    # An XLSX with a password is an old container of one packed stream.
    assert mistakes(container("EncryptedPackage", b"x" * 5000)) == [("file", "error.workbook_password")]
    stream = struct.pack("<HHH", 0x2F, 2, 0) + struct.pack("<HH", 0x0A, 0)
    assert mistakes(container("Workbook", stream + bytes(5000))) == [("file", "error.workbook_password")]


def container(name, stream):
    """Return an OLE file with one stream."""
    document = xlwt.CompoundDoc.XlsDoc()
    file = io.BytesIO()
    document.save(file, stream)
    old, new = ("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))
    data = file.getvalue()
    at = data.index(old)
    entry = new + b"\0\0" + bytes(64 - len(new) - 2) + struct.pack("<H", len(new) + 2)
    return data[:at] + entry + data[at + 66 :]


# -- LibreOffice's


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saves_is_the_same_table_in_each_of_its_formats(kind):
    # Made with openpyxl, saved by LibreOffice 7.4 as each: a hidden sheet, a title, typed cells, formulas with errors.
    sheet = read_sheet((DATA / f"typed.{kind}").read_bytes())
    assert (sheet.kind, sheet.name, sheet.names, sheet.header_row) == (kind, "migracje", ("migracje", "ukryty"), 3)
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (4, ("Róża", "roza.pl", "48501502503", "329,5", "2026-12-31", "2026-12-31 14:30", "14:30:00", "30:15:00", "tak",
             "#DZIEL/0!", "2", "tak")),
        (5, ("Róża", "druga.pl", "48600000001", "0,25", "1999-01-02", "", "", "", "nie", "#N/D!", "0", "nie")),
    ]  # fmt: skip
    assert [(row.number, row.kind) for row in sheet.left_out] == [(1, "title"), (6, "repeated_header"), (7, "total")]
    assert [*sheet.mended] == [Repair(5, "klient", "merged", "", "Róża")]


# -- our own


def test_the_boards_two_exports_are_read_as_the_same_rows():
    team = Team(people=[MARIA, ANNA])
    migrations = [m for m, _ in samples(PROCESS, team, NOW)]
    from_csv, from_xlsx = (read_sheet(export(migrations, team)) for export in (as_csv, as_xlsx))
    iso = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
    assert len(from_csv.lines) > 60 and not from_csv.left_out and not from_xlsx.left_out
    for one, other in zip(from_csv.lines, from_xlsx.lines, strict=True):
        assert [iso.sub(r"\3-\2-\1", cell) if iso.match(cell) else cell for cell in one.cells] == [*other.cells]


def test_our_own_workbook_is_read_as_it_was_written():
    rows = [["Róża", DAY, dt.datetime(2026, 12, 31, 13, 30, tzinfo=dt.UTC), 7, None, "=1+1"]]
    data = workbook([Sheet("migracje", ["klient", "dzień", "chwila", "liczba", "nic", "formuła"], [10] * 6, rows)])
    assert cells(data) == [("Róża", "2026-12-31", "2026-12-31 14:30", "7", "", "'=1+1")]


def test_a_number_shown_as_a_day_is_a_day_in_any_column():
    def formats(book):
        book["a"]["C2"].number_format = numbers.FORMAT_DATE_XLSX14

    table = [["klient", "domena", "rok założenia"], ["Alfa", "a.pl", 46387]]
    assert cells(xlsx(("a", table), change=formats)) == [("Alfa", "a.pl", "2026-12-31")]


def test_a_workbook_is_read_in_a_process_of_its_own_however_small(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    file = Held(xlsx(("a", [HEADER, ["Alfa", "a.pl", 1]])))
    assert file.size < limits.IN_PLACE and file.folder is not None
    with aside(brought.read, file.content, AS_PROPOSED, folder=file.folder) as job:
        while not job.done(within=5):
            pass
        assert [line.cells for line in job.result().sheet.lines] == [("Alfa", "a.pl", "1")]
    file.let_go()
