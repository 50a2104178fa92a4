"""The migrations as a workbook: the same cells as the CSV, with real dates and numbers, and nothing that runs."""

import csv
import datetime as dt
import io

import openpyxl
import pytest

from core.files.formula_safe import taken_back
from core.ground.clock import WARSAW
from core.importing.exporting import as_csv, as_xlsx
from core.migration import moves
from core.migration.import_columns import BY_ID, COLUMNS
from core.migration.people import Team
from core.store.samples.loading import samples
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, Life

TEAM = Team(people=[MARIA, ANNA])
DAY_ONLY = dt.datetime(2026, 11, 24, tzinfo=WARSAW).astimezone(dt.UTC)


def sheet(*migrations):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(migrations, TEAM)))
    (found,) = book.worksheets
    return found


def column(found, id):
    return found.cell(2, [c.id for c in COLUMNS].index(id) + 1)


def shown(cell):
    """Return a cell as a spreadsheet shows it."""
    if isinstance(cell.value, dt.datetime):
        return cell.value.strftime("%d.%m.%Y %H:%M" if "hh" in cell.number_format else "%d.%m.%Y")
    return "" if cell.value is None else str(cell.value)


def rows_of_csv(*migrations):
    return list(csv.reader(io.StringIO(as_csv(migrations, TEAM).decode("utf-8-sig")), delimiter=";"))


def test_workbook_agrees_with_the_csv_cell_by_cell():
    found = [m for m, _ in samples(PROCESS, TEAM, NOW)]
    rows = [[shown(cell) for cell in row] for row in sheet(*found).iter_rows()]
    assert rows == [[cell.replace("\r\n", "\n") for cell in row] for row in rows_of_csv(*found)]
    assert len(rows) > 60 and rows[0][:3] == ["nr zlecenia", "klient", "domena"]


def test_days_moments_and_counts_are_real():
    life = Life(planned_at=DAY_ONLY)
    life.do(moves.change, {"mailboxes": 12}, "a.pl")
    found = sheet(life.m)
    assert column(found, "planned_at").value == dt.datetime(2026, 11, 24)  # noqa: DTZ001 - a workbook has no zones
    assert column(found, "planned_at").number_format == "dd.mm.yyyy"
    entered = column(found, "on_package")
    assert (entered.value, entered.number_format) == (dt.datetime(2026, 11, 18, 12), "dd.mm.yyyy hh:mm")  # noqa: DTZ001
    assert column(found, "mailboxes").value == 12 and column(found, "mailboxes").data_type == "n"
    assert column(found, "websites").value is None


@pytest.mark.parametrize(
    "text", ["=1+1", "@x", "+48 600 100 200", "-1", '=HYPERLINK("http://evil.example")', "#N/A", "#REF!", "1.5", "TRUE"]
)
def test_text_stays_text_whatever_it_looks_like(text):
    life = Life(client=text, contact_phone=text)
    life.m.domains["a.pl"].extra = {text: text}
    found = sheet(life.m)
    cells = [column(found, "client"), column(found, "contact_phone"), *(row[-1] for row in found.iter_rows())]
    for cell in cells:
        assert cell.data_type == "s" and taken_back(cell.value) == text
        assert not cell.value.startswith(("=", "+", "-", "@"))


def test_what_a_workbook_cannot_hold_is_left_out_and_a_text_too_long_says_that_it_was_cut():
    life = Life()
    life.m.client = "Ró\x00ża\x1f"
    life.do(moves.note, "x" * 4000)
    life.m.notes *= 10
    found = sheet(life.m)
    assert column(found, "client").value == "Róża"
    assert column(found, "notes").value.endswith("x…") and len(column(found, "notes").value) == 32_767


@pytest.mark.parametrize("name", ["test", "dns", "closed", "held"])
def test_a_client_called_like_a_stage_keeps_its_name(name):
    m = Life(client=name, owner=name).m
    assert column(sheet(m), "client").value == name
    header, row = rows_of_csv(m)
    assert row[header.index("klient")] == row[header.index("opiekun")] == name


def test_header_is_bold_stays_in_sight_and_filters():
    lives = [Life(ref=f"P-{n}").m for n in range(3)]
    lives[0].domains["a.pl"].extra = {"priorytet": "wysoki"}
    found = sheet(*lives)
    assert all(cell.font.bold for cell in found[1]) and found.freeze_panes == "A2"
    last = openpyxl.utils.get_column_letter(len(COLUMNS) + 1)
    assert found.auto_filter.ref == f"A1:{last}4" and found[f"{last}2"].value == "wysoki"
    widths = {id: found.column_dimensions[column(found, id).column_letter].width for id in ("mailboxes", "notes")}
    assert widths["mailboxes"] < widths["notes"] and BY_ID["notes"].kind == "notes"


def test_no_migration_gives_a_header_alone():
    assert sheet().max_row == 1 and sheet().auto_filter.ref.endswith("1")


def test_the_same_migrations_give_the_same_cells():
    lives = [Life(ref="P-1", planned_at=NOW + DAY).m, Life(ref="P-2").m]
    first, second = ([[cell.value for cell in row] for row in sheet(*lives).iter_rows()] for _ in range(2))
    assert first == second
