"""Cells typed anew, as if they had stood in the file."""

from core.pipeline.corrected import as_corrected
from core.pipeline.decoding import read_sheet
from core.pipeline.said import Said

SHEET = read_sheet("klient;domena;skrzynki\nRóża;a.example;dużo\nJan;b.example\nEwa;c.example;1\n".encode())


def cells(corrected):
    sheet = as_corrected(SHEET, Said({}, corrected=corrected))
    assert [*sheet.lines] == [sheet.lines[place] for place in range(3)] == sheet.lines[:3] and len(sheet.lines) == 3
    return [line.cells for line in sheet.lines]


def test_cell_typed_anew_stands_in_its_row_and_the_file_stays_as_it_is():
    before = [line.cells for line in SHEET.lines]
    assert cells({(2, "skrzynki"): " 12 "}) == [("Róża", "a.example", "12"), *before[1:]]
    assert [line.cells for line in SHEET.lines] == before == cells({})


def test_correction_of_a_row_or_column_that_is_not_there_changes_nothing():
    before = [line.cells for line in SHEET.lines]
    assert cells({(9, "skrzynki"): "1", (2, "telefon"): "2", (3, "klient"): "x"}) == before
