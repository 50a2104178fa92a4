"""Four realistic office files come in with at most three clicks, and not one value is invented or lost."""

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from core import datafiles
from core.database.transactions import engine
from core.files.formula_safe import taken_back
from core.ground.words import fold
from core.importing.exporting import as_csv
from core.importing.planned import Plan
from core.importing.planning import plan
from core.importing.writing import apply, remembered
from core.migration.act import Act
from core.migration.people import CONSOLE
from core.spreadsheet.choices import AS_PROPOSED, Said
from core.spreadsheet.decoding import read_sheet
from core.store.store import Store
from tests import office
from tests.office import Held, New, Office, Refused
from tests.office_billing import BILLING
from tests.office_excel import EXCEL
from tests.office_google import GOOGLE_CSV, GOOGLE_XLSX
from tests.office_libreoffice import LIBREOFFICE

FILES = (EXCEL, GOOGLE_CSV, GOOGLE_XLSX, LIBREOFFICE, BILLING)

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
MOST_DECISIONS = 3
FOLDER = Path(__file__).parent / "data" / "office"
ACT = Act(datafiles.process(), CONSOLE, dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC))


@pytest.fixture
def lite(sqlite_url) -> Store:
    return Store(engine(sqlite_url))


def brought_in(store: Store, file: Office) -> Plan:
    """Import a file as a person would who clicks what `file.decisions` counts."""
    data = file.data()
    sheet = read_sheet(data, AS_PROPOSED)
    assert sheet.name == file.sheet or not file.sheet
    mapping = remembered(store, sheet.header).mapping
    excluded = frozenset(file.excluded)
    said = Said(mapping, excluded, statuses={fold(theirs): ours for theirs, ours in file.statuses.items()})
    made = plan(sheet, said, store.all(), ACT, datafiles.team())
    apply(store, made, sheet, data, said, ACT)
    return made


def stored(store: Store) -> dict[str, dict[str, str]]:
    """Return everything that is known of each domain, by our own headers, blank cells left out."""
    exported = as_csv(store.all(), datafiles.team()).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(exported, newline=""), delimiter=";")
    return {row["domena"]: {name: taken_back(cell) for name, cell in row.items() if cell} for row in rows}


def expected_of(becomes: New) -> dict[str, dict[str, str]]:
    """Return what must be stored of each domain of a row: counts and notes are the first one's."""
    domains = becomes.stored["domena"].split("\n")
    of_first = ("uwagi", "liczba skrzynek", "liczba stron")
    return {
        domain: {name: text for name, text in becomes.stored.items() if domain == domains[0] or name not in of_first}
        | {"domena": domain}
        for domain in domains
    }


def told(row: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    """Return what is stored of a domain in the words of what is expected."""
    found = dict(row)
    # How often it was changed, and whose turn it is where no file says so, follow from the rest.
    del found["wersja pulpitu"]
    if "czeka na" not in expected:
        found.pop("czeka na", None)
    if "nr zlecenia" not in expected and re.fullmatch(r"P-[0-9]+", found["nr zlecenia"]):
        del found["nr zlecenia"]
    if "telefon" in found:
        # Grouped as it stood, or not: the same telephone.
        found["telefon"] = re.sub(r"(?<=[0-9)])[ -](?=[0-9])|[()]", "", found["telefon"])
    return found


@each_file
def test_an_office_file_is_as_odd_as_real_ones(file):
    kind = file.name.split("_")[0]
    assert len({odd for one in FILES if one.name.startswith(kind) for odd in one.peculiarities}) >= 30
    assert file.decisions <= MOST_DECISIONS


@each_file
def test_every_line_becomes_what_it_should(lite, file):
    wrong = surprises(brought_in(lite, file), file)
    assert not wrong, "\n".join(map(str, wrong))


def surprises(made: Plan, file: Office) -> list[object]:
    """Return the lines of which something else became than what should, and what."""
    outcomes = {row.row: row for row in made.rows}
    wrong = []
    for number, line in file.numbered:
        row = outcomes.get(number)
        found = row.outcome if row else None
        columns = {error.column for error in row.errors} if row else set()
        match line.becomes:
            case New(or_refused=or_refused):
                right = found == "new" or (found == "rejected" and not columns.isdisjoint(or_refused))
            case Refused(allowed):
                right = found == "rejected" and not columns.isdisjoint(allowed)
            case Held(lacks):
                right = found == "conflict" and row is not None and lacks in row.lacks
            case office.LEFT_OUT:
                right = found == "left_out"
            case office.STAYS_OUT:
                right = found in ("left_out", "rejected")
            case office.SAME:
                right = found == "unchanged"
            case _:
                # A line that only says how the file is to be read may be counted as left out, too.
                right = found is None or (found == "left_out" and number == 1)
        if not right:
            why = [(error.column, error.message) for error in row.errors] if row else []
            wrong.append((number, line.odd, line.becomes, found, why))
    return wrong


@each_file
def test_every_stored_value_is_one_that_stood_in_the_file_and_none_is_missing(lite, file):
    expected = expected_in(brought_in(lite, file), file)
    assert {domain: told(row, expected.get(domain, {})) for domain, row in stored(lite).items()} == expected


def expected_in(made: Plan, file: Office) -> dict[str, dict[str, str]]:
    """Return what must be stored of each domain."""
    came_in = {row.row for row in made.rows if row.outcome == "new"}
    expected: dict[str, dict[str, str]] = {}
    for number, line in file.numbered:
        if isinstance(line.becomes, New) and (number in came_in or not line.becomes.or_refused):
            expected |= expected_of(line.becomes)
    return expected


@each_file
def test_what_was_read_is_new_changed_unchanged_conflicts_rejected_and_left_out(lite, file):
    made = brought_in(lite, file)
    assert made.read == sum(made.counts.values()) == len({row.row for row in made.rows})
    data_lines = [number for number, line in file.numbered if line.becomes not in (office.HEADER, office.BLANK)]
    assert {row.row for row in made.rows} - {1} == {*data_lines} - {1}


@each_file
def test_the_same_file_again_changes_nothing(lite, file):
    first = brought_in(lite, file)
    again = brought_in(lite, file)
    assert again.counts["new"] == again.counts["changed"] == 0
    known = {row.row for row in first.rows if row.outcome in ("new", "unchanged")}
    assert {row.row for row in again.rows if row.outcome == "unchanged"} == known


def test_a_file_that_libreoffice_saved_says_the_same(lite):
    # It calculates what was never calculated, as it opens the file.
    lines = tuple(
        replace(line, becomes=office.new(client="Zeta", domain="zeta-proba.pl", websites="7")[0])
        if line.odd == ("a formula that was never calculated",)
        else line
        for line in LIBREOFFICE.lines
    )
    saved = replace(LIBREOFFICE, lines=lines, write=lambda lines: (FOLDER / "migracje.ods").read_bytes())
    made = brought_in(lite, saved)
    assert not surprises(made, saved)
    expected = expected_in(made, saved)
    assert {domain: told(row, expected.get(domain, {})) for domain, row in stored(lite).items()} == expected


REPAIRED = {
    "a date as its serial number", "www before a domain", "an address instead of a domain", "a month in words",
    "a month of three letters and a year of two", "a port behind a domain", "an address from a form",
    "a guarded reference", "a name garbled before", "a row in UTF-8",
}  # fmt: skip
"""What is read otherwise than it stands, and so has to be told with what stood there."""


@each_file
def test_a_repair_is_told_with_its_line(lite, file):
    made = brought_in(lite, file)
    told_of = {repair.row for repair in made.repairs}
    came_in = {row.row for row in made.rows if row.outcome == "new"}
    repaired = {number for number, line in file.numbered if REPAIRED & {*line.odd}} & came_in
    assert repaired <= told_of
    plain = [repair for repair in made.repairs if repair.old == repair.new or not repair.kind]
    assert not plain
