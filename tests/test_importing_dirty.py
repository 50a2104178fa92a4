"""2,000 dirty files come back as the clean table, or are refused by name of the fault: never as another value."""

import os
import re

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from core.dns.names import parse_name
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.ground.moments import When
from core.importing.row import Numbered
from core.importing.rows import read_rows
from core.migration.import_columns import BY_ID, suggest
from core.spreadsheet.choices import AS_PROPOSED, Said
from core.spreadsheet.decoding import read_sheet
from core.spreadsheet.mistakes import RowError
from tests.dirt import ELSE, FIELDS, WAYS, Row, dirty

EXAMPLES = int(os.environ.get("DIRTY", "400"))
"""Of each of five kinds of files."""


def told(id: str, value: object) -> object:
    """Return a value as it is compared: nothing as None, a telephone by its digits, a day without its midnight."""
    match value:
        case None | "" | ():
            return None
        case When():
            assert value.unit == "day", value
            return value.at.astimezone(WARSAW).date()
        case str() if id == "contact_phone":
            return re.sub(r"[^+0-9]", "", value) or value
        case str() if id == "domain":
            return (parse_name(value, id).ascii,)
        case tuple():
            return tuple(name.ascii for name in value)
    return value


def compare(row: Row, found: Numbered | list[RowError], header_of: dict[str, str], *, by_row: bool) -> None:
    """Hold a row to the table it was made of; `by_row`: it may be refused as a whole."""
    if isinstance(found, Numbered):
        assert not row.must, f"taken, though {row.must} cannot be known"
        said = {id: told(id, getattr(found.says, id)) for id in FIELDS}
        assert said == {id: told(id, row.clean[id]) for id in FIELDS}
        assert found.extra == ({ELSE: row.clean[ELSE]} if row.clean[ELSE] else {})
        return
    named = {error.column for error in found}
    allowed = {header_of[id] for id in row.may | row.must if id in header_of} | ({""} if by_row else set())
    assert named and named <= allowed, (named, found)


@pytest.mark.parametrize("kind", WAYS)
def test_a_dirty_file_comes_back_clean_or_is_refused_by_name_of_the_fault(kind):
    names = st.frozensets(st.sampled_from([way.__name__ for way in WAYS[kind]]), max_size=6)

    @settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @given(names, st.integers(0, 2**32 - 1))
    def comes_back(ways: frozenset[str], seed: int) -> None:
        data, table = dirty(kind, ways, seed)
        note(f"{table.header()}\n" + "\n".join(str([*row.cells.values()]) for row in table.rows))
        try:
            sheet = read_sheet(data, AS_PROPOSED)
        except InputError as error:
            # Where most rows are in another encoding than the header, no column has a name.
            assert table.rows_in_utf8 and {told.message.id for told in error.errors} == {"error.row_encoding"}, error
            return
        mapping = suggest(sheet.header)
        found = list(read_rows(sheet, Said(mapping)))
        assert len(found) == len(table.rows)
        left_out = {"title": table.above, "repeated_header": table.between, "total": table.below}
        expected = [kind for kind, rows in left_out.items() for row in rows if row]
        assert sorted(left.kind for left in sheet.left_out) == sorted(expected)
        header_of = {id: name for name, id in mapping.items() if id is not None}
        assert set(header_of) >= {id for id in table.columns if id in BY_ID}
        for row, said in zip(table.rows, found, strict=True):
            compare(row, said, header_of, by_row=table.rows_in_utf8 or "client" in row.may)

    comes_back()


@pytest.mark.parametrize("kind", WAYS)
def test_each_way_makes_another_file_of_some_table(kind):
    for way in WAYS[kind]:
        assert any(dirty(kind, frozenset({way.__name__}), n)[0] != dirty(kind, frozenset(), n)[0] for n in range(20))
