"""A workbook as rows: its merged cells, which of its sheets, which header; LibreOffice's, and our own exports."""

import datetime as dt
import re

import pytest
from odf.table import CoveredTableCell
from openpyxl.styles import numbers

from core.files.kept_upload import Held
from core.files.own_process import aside
from core.files.workbook import Sheet, workbook
from core.ground import file_limits
from core.ground.settings import ROOT
from core.importing import import_job
from core.importing.exporting import as_csv, as_xlsx
from core.migration.people import Team
from core.spreadsheet.choices import AS_PROPOSED, Reading
from core.spreadsheet.decoding import read_sheet
from core.spreadsheet.repair_kinds import Repair
from core.store.samples.loading import samples
from tests.as_read import cells, mistakes
from tests.migrations import ANNA, MARIA, NOW, PROCESS
from tests.workbooks import DAY, HEADER, by_xlsxwriter, cell, ods, xlsx

DATA = ROOT / "tests" / "data" / "office"


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
    assert file.size < file_limits.IN_PLACE and file.folder is not None
    with aside(import_job.read, file.content, AS_PROPOSED, folder=file.folder) as job:
        while not job.done(within=5):
            pass
        assert [line.cells for line in job.result().sheet.lines] == [("Alfa", "a.pl", "1")]
    file.let_go()
