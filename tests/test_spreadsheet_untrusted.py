"""Workbooks that are not to be trusted: broken, bombs, whole worlds of blank cells, other files under their name."""

import io
import random
import struct
import zipfile

import pytest
import xlwt
from odf.table import Table, TableRow

from core.ground.messages import InputError
from core.spreadsheet import packed, unseen_xlsx
from core.spreadsheet.decoding import read_sheet
from tests.as_read import cells, mistakes
from tests.workbooks import HEADER, by_xlsxwriter, cell, changed, ods, xls, xlsx


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
    end = b"</table:table>"
    bomb = changed(ods(["klient", "domena"]), "content.xml", lambda part: part.replace(end, row.encode() + end))
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
    merged = b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    data = changed(xlsx(("a", rows)), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", merged))
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
