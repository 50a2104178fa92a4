"""A table copied out of a panel (nazwa.pl, home.pl, cPanel, DirectAdmin): columns in any order, with a header or not.

Between cells stand tabs, semicolons, commas, or two and more blanks; or each cell has a line of its own, as some
browsers copy a table. Without a header a column is told by what is in it: types, addresses, numbers that only mail
servers have.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from core.dns.names import is_address
from core.ground.words import fold
from core.zonefile.finding import shown
from core.zonefile.panel_values import TEXTS, finish, full
from core.zonefile.record import Draft, ZoneFile
from core.zonefile.table_columns import CLASSES, HEADERS, Column, Line, columns_of, take_line, take_row
from core.zonefile.ttl_words import is_ttl
from core.zonefile.zone_name import needed, zone_name

TYPES = frozenset(
    (
        *("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "CAA", "NS", "SOA", "PTR", "SPF", "DKIM", "DMARC", "TLSA", "SSHFP"),
        *("NAPTR", "DS", "DNAME", "ALIAS", "ANAME", "HTTPS", "SVCB", "LOC", "HINFO", "URL", "REDIRECT", "FRAME"),
        *("CERT", "DNSKEY"),
    )
)
"""Words that a type's column has."""
_PRIORITIES = ("MX", "SRV")
_EMPTY = ("", "-")
"""What stands in a cell that has nothing."""
_CELL = re.compile(r'(?:"[^"]*"|[^ \u00a0]|[ \u00a0](?![ \u00a0]))+')
"""A cell where two blanks part them: those in quotes do not."""
_MASTER = re.compile(
    r"^\$(?:TTL|ORIGIN)\b|^;|\bSOA\b.{0,300}\(|^\S+\.[ \t].*[ \t]SOA[ \t]"
    rf"|[ \t]IN[ \t]{{1,40}}(?:[0-9]{{1,10}}[ \t]{{1,40}})?(?:{'|'.join(sorted(TYPES))})[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
"""What no panel's table has: directives, comments, classes, an SOA of an absolute name or in parentheses."""
_BEGIN_FILES = TYPES | {"$ORIGIN", "$TTL", "$GENERATE", "$INCLUDE"}
_LETTERS = 200_000
"""Letters by which it is told whether a text is a table."""
_CELLS = 40
"""Cells of a line that is read."""
_FIRST = 30
"""Lines within which a header stands, and by which a table is told."""
_SAMPLE = 400
"""Lines by which columns without a header are told."""


class _Table(NamedTuple):
    """Lines in cells. `fixed`: whether an empty cell is one; of blanks between cells nobody knows."""

    lines: list[Line]
    fixed: bool


def has_records(text: str) -> bool:
    """Tell whether a text has, outside of comments, a word that a zone file's line has: a type, or a directive."""
    return any(
        word.upper() in _BEGIN_FILES or word[:4].upper() == "TYPE"
        for line in text[:_LETTERS].split("\n")
        if line[:1] != ";"
        for word in re.split(r"[\s;]+", line)
    )


def looks_so(text: str) -> bool:
    """Tell whether a text is a table: cells of which one is a type, in lines that no zone file has."""
    if _MASTER.search(text[:_LETTERS]):
        return False
    table = _table(text, _SAMPLE)
    return _is_table(table.lines, len(table.lines))


def read_table(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of a table, `origin` its name; raises InputError on "origin" where nobody says it."""
    draft = Draft(needed(zone_name(origin)), dialect="table")
    table = _table(text)
    place = next((at for at, line in enumerate(table.lines[:_FIRST]) if columns_of(line.cells)), None)
    columns = columns_of(table.lines[place].cells) if place is not None else None
    rows = table.lines[place + 1 :] if place is not None else table.lines
    # A page's table has its header again below.
    rows = [line for line in rows if not columns_of(line.cells)]
    if place:
        for line in table.lines[:place]:
            draft.found("line_unreadable", line.number, text=shown(" ".join(line.cells)))
    headed = columns is not None
    columns = columns or _guessed(rows, draft.origin)
    if not headed and "ttl" in columns[: columns.index("type")] and "name" not in columns:
        # A host may be called by a number: where no column has names, nobody knows.
        first = columns.index("ttl")
        number = next((line.cells[first] for line in rows if len(line.cells) > first), "")
        draft.found("number_as_ttl", None, column=first + 1, text=shown(number))
    fitting = []
    for line in rows:
        if full(line.number, draft):
            break
        parted = not table.fixed and _is_text_parted(line.cells, columns)
        if parted and headed and len(line.cells) == len(columns):
            # The rest of the text, or what a column has that is not read: nobody knows.
            draft.found("line_unreadable", line.number, text=shown("  ".join(line.cells)))
        elif not parted and _fits(line.cells, columns, table.fixed):
            beyond = [cell for cell in line.cells[len(columns) :] if not _is_button(cell)]
            take_line(Line(line.number, [*line.cells[: len(columns)], *beyond]), columns, draft)
            fitting.append(line)
        else:
            said, more = _ragged(line.cells, columns)
            take_row(line.number, said, draft, more)
    _left_out(fitting, columns, draft)
    return finish(draft)


def _is_text_parted(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Tell whether a line is a text's with more behind its type than columns that are read."""
    kind = columns.index("type")
    if len(cells) <= kind or cells[kind].upper() not in TEXTS:
        return False
    return any(
        column == "nothing" and not _is_button(cell)
        for column, cell in zip(columns[kind + 1 :], cells[kind + 1 :], strict=False)
    )


def _fits(cells: Sequence[str], columns: Sequence[Column], fixed: bool) -> bool:
    """Tell whether each cell of a line stands in its column; of a table with tabs empty ones at the end may lack."""
    if _type_at(cells) is None:
        return fixed
    if cells[min(columns.index("type"), len(cells) - 1)].upper() not in TYPES:
        return False
    return len(cells) == len(columns) or (fixed and len(cells) > columns.index("value"))


def _left_out(rows: Sequence[Line], columns: Sequence[Column], draft: Draft) -> None:
    """Tell of columns that were not read, but for buttons."""
    for place, column in enumerate(columns):
        if column == "nothing":
            cells = (line.cells[place] for line in rows if place < len(line.cells))
            if found := next((cell for cell in cells if cell and not _is_button(cell)), ""):
                draft.found("column_left_out", None, column=place + 1, text=shown(found))


def _is_button(cell: str) -> bool:
    """Tell whether a cell says what can be done with a record: in words, or as a sign that no name and no value is."""
    if words := fold(cell).split() if len(cell) <= 60 else []:
        return all(HEADERS.get(word) == "nothing" for word in words)
    return 0 < len(cell) < 10 and all(unicodedata.category(sign) in ("So", "Sm", "Zs", "Mn") for sign in cell)


# -- cells


def _table(text: str, most: int | None = None) -> _Table:
    lines = [(number, line) for number, line in enumerate(text.split("\n", most or -1), 1) if line.strip()]
    if most:
        lines = lines[:most]
    for mark in ("\t", ";", ","):
        cells = [Line(number, [cell.strip() for cell in _cells(line, mark)]) for number, line in lines]
        if _is_table([line for line in cells if len(line.cells) > 2], len(lines)):
            return _Table(cells, True)
    if stacked := _stacked(lines):
        return stacked
    parted = [Line(number, [cell.strip() for cell in _CELL.findall(line.strip())]) for number, line in lines]
    parted = [line if len(line.cells) < _CELLS else Line(line.number, ["  ".join(line.cells)]) for line in parted]
    return _Table(parted, False)


def _is_table(lines: Sequence[Line], among: int) -> bool:
    """Tell whether lines in cells are a table: below a header, or most of so many are records."""
    typed = sum(_type_at(line.cells) is not None for line in lines)
    return 2 * typed > among or (typed > 0 and any(columns_of(line.cells) for line in lines[:_FIRST]))


def _cells(line: str, mark: str) -> list[str]:
    """Return the cells of a line; what has more than a record of anybody's stays one cell."""
    if mark not in line:
        return [line]
    cells: list[str] = []
    if mark != "\t" and '"' in line:
        try:
            # Strictly: strings one after another ("a" "b") are no cell of a CSV.
            cells = next(csv.reader([line], delimiter=mark, skipinitialspace=True, strict=True), [])
        except csv.Error:
            cells = _unquoted(line, mark)
    elif line.count(mark) < _CELLS:
        cells = line.split(mark)
    return cells if 0 < len(cells) < _CELLS else [line]


def _unquoted(line: str, mark: str) -> list[str]:
    """Return the cells of a line that is no CSV: of those in quotes the marks in them do not part them."""
    cells: list[str] = []
    if line.count(mark) >= _CELLS:
        return cells
    for cell in line.split(mark):
        if cells and cells[-1].lstrip().startswith('"') and cells[-1].count('"') % 2:
            cells[-1] += f"{mark}{cell}"
        else:
            cells.append(cell)
    return cells


def _type_at(cells: Sequence[str]) -> int | None:
    """Return which cell is a type: in capitals; else in any letters, but not the first one, which may be a name."""
    for place, cell in enumerate(cells):
        if cell in TYPES:
            return place
    return next((place for place, cell in enumerate(cells) if place and cell.upper() in TYPES), None)


def _stacked(lines: list[tuple[int, str]]) -> _Table | None:
    """Return the table of which each line is a cell; None where it is none.

    A type is in every row at the same place of it: from one to the next is a row, however many cells are missing.
    """
    cells = [(number, line.strip()) for number, line in lines]
    head = 0
    while head < min(len(cells), _FIRST) and fold(cells[head][1][:60]) in HEADERS and cells[head][1] not in TYPES:
        head += 1
    columns = columns_of([cell for _, cell in cells[:head]]) if head >= 2 else None
    rest = cells[head:] if columns else cells
    types = [place for place, (_, cell) in enumerate(rest) if cell in TYPES]
    if not types or (len(types) < 2 and not columns) or len(rest) < 2 * len(types) or len(rest) > 12 * len(types):
        return None
    before = columns.index("type") if columns else types[0]
    starts = [max(place - before, 0) for place in types]
    for row, (kind, start) in enumerate(zip(types, starts[1:], strict=False)):
        # The first cell of the next row is this one's value where this one has none: that row's name is empty.
        if not any(_may_be_value(rest[kind][1], cell) for _, cell in rest[kind + 1 : start]):
            starts[row + 1] = start + 1
    ends = [*starts[1:], len(rest)]
    rows = [
        Line(rest[start][0], [cell for _, cell in rest[start:end]])
        for start, end in zip(starts, ends, strict=True)
        if start < end
    ]
    if any(len(row.cells) > 12 for row in rows):
        return None
    header = [Line(cells[0][0], [cell for _, cell in cells[:head]])] if columns else []
    return _Table([*header, *rows], False)


# -- columns


def _guessed(rows: Sequence[Line], origin: str) -> tuple[Column, ...]:
    """Return what the columns are by what is in them."""
    sample = rows[:_SAMPLE]
    widths = Counter(len(line.cells) for line in sample if _type_at(line.cells) is not None)
    if not widths:
        return ("name", "type", "value")
    width = max(widths, key=lambda cells: (widths[cells], cells))
    # The widest one where lines with fewer cells are those that lack a priority.
    width = max([cells for cells in widths if cells <= width + 1], default=width)
    even = [line.cells for line in sample if len(line.cells) == width and _type_at(line.cells) is not None]
    kind = Counter(_type_at(cells) for cells in even).most_common(1)[0][0] or 0
    even = [cells for cells in even if _type_at(cells) == kind]
    columns: list[Column] = ["nothing"] * width
    columns[kind] = "type"
    texts: list[int] = []
    for place in range(width):
        if place != kind:
            if place or not kind or not origin.endswith(".arpa."):
                columns[place] = _of_numbers([(cells[kind].upper(), cells[place]) for cells in even])
            if columns[place] == "nothing" and any(cells[place] for cells in even):
                texts.append(place)
    _name_and_value(columns, _without_buttons(texts, even, kind, origin), even, kind, origin)
    _one_priority(columns, kind)
    return tuple(columns)


def _one_priority(columns: list[Column], kind: int) -> None:
    """Leave one column of priorities: beside the type or before the value; another one has small TTLs."""
    found = [place for place, column in enumerate(columns) if column == "priority"]
    if len(found) > 1:
        before = columns.index("value") - 1 if "value" in columns else -1
        kept = next((place for place in (kind + 1, before) if place in found), found[0])
        for place in found:
            if place != kept:
                columns[place] = "ttl"


def _without_buttons(texts: list[int], even: Sequence[Sequence[str]], kind: int, origin: str) -> list[int]:
    """Return the columns of texts but for those of buttons, which a name or a value may look like."""
    plain = [place for place in texts if not all(_is_button(cells[place]) for cells in even if cells[place])]
    if len(plain) != 1:
        return plain or texts[:2]
    (only,) = plain
    named = only < kind and all(_is_name(cells[only], origin) for cells in even)
    beside = next((place for place in texts if place != only and (place < only or (named and place > kind))), None)
    return plain if beside is None else [*plain, beside]


def _of_numbers(cells: list[tuple[str, str]]) -> Column:
    """Return whether a column has TTLs, priorities or classes; "nothing" where it has none of them."""
    said = [(kind, cell) for kind, cell in cells if cell not in _EMPTY]
    # In capitals: "in" may be a name.
    if all(cell in CLASSES for _, cell in said) and any(cell == "IN" for _, cell in said):
        return "class"
    if not said or not all(is_ttl(cell) for _, cell in said):
        return "nothing"
    others = [cell for kind, cell in said if kind not in _PRIORITIES]
    if others:
        return "priority" if all(cell == "0" for cell in others) else "ttl"
    return "priority" if all(_is_small(cell) for _, cell in said) else "ttl"


def _is_small(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and int(cell[:9]) < 300


def _name_and_value(
    columns: list[Column], texts: list[int], even: Sequence[Sequence[str]], kind: int, origin: str
) -> None:
    """Put in which of the columns of texts has names, and which values: by addresses, the zone's name, the order."""

    def values(place: int) -> int:
        return sum(_is_value(cells[kind].upper(), cells[place]) for cells in even)

    def names(place: int) -> int:
        return sum(_is_name(cells[place], origin) for cells in even)

    if not texts:
        return
    value = max(texts, key=lambda place: (values(place) - names(place), place))
    columns[value] = "value"
    left = [place for place in texts if place != value]
    if left:
        columns[max(left, key=lambda place: (names(place), -place))] = "name"


def _is_value(kind: str, cell: str) -> bool:
    if kind in ("A", "AAAA"):
        return is_address(cell)
    return kind in ("TXT", "SPF", "CAA", "SRV") and (" " in cell or "=" in cell)


def _may_be_value(kind: str, cell: str) -> bool:
    return is_address(cell) if kind in ("A", "AAAA") else not (is_ttl(cell) or cell in TYPES)


def _is_name(cell: str, origin: str) -> bool:
    low = f"{cell.lower().removesuffix('.')}."
    return cell in ("", "@", "*") or low == origin or low.endswith(f".{origin}") or "." not in cell


def _ragged(cells: Sequence[str], columns: Sequence[Column]) -> tuple[dict[Column, str], str]:
    """Return what a line says of which some cells are missing, and what of it has no column.

    The type is sure, and where it stands in its column so is what stands before it; numbers and texts of the rest are
    told by their order.
    """
    kind = _type_at(cells)
    if kind is None:
        return {}, " ".join(filter(None, cells))
    said: dict[Column, str] = {"type": cells[kind]}
    before, after, columns_left = _rest(()), _rest(cells[kind + 1 :]), columns
    if kind == columns.index("type"):
        known = [(column, cell) for column, cell in zip(columns[:kind], cells, strict=False) if column != "nothing"]
        if len({column for column, _ in known}) < len(known):
            return {}, " ".join(filter(None, cells))
        said.update(known)
        columns_left = columns[kind + 1 :]
    else:
        before = _rest(cells[:kind])
    if before.numbers and "name" in columns and not before.texts:
        # The name may be the number.
        return {}, " ".join(filter(None, cells))
    numbers = [*before.numbers, *after.numbers]
    found = _numbers(numbers, said["type"].upper(), columns_left)
    said.update(found)
    if "class" in columns and (rdclass := before.rdclass or after.rdclass):
        said["class"] = rdclass
    more = " ".join(numbers) if len(numbers) > len(found) else ""
    texts = [*before.texts, *after.texts]
    order = [column for column in columns_left if column in ("name", "value")]
    if len(order) < 2 or len(texts) < 2:
        # A single one is the value: a name may be empty.
        column: Column = "value" if "value" in order or not order else "name"
        if texts and said.get(column):
            more += "  ".join(texts)
        elif texts:
            said[column] = "  ".join(texts)
    elif order[0] == "name":
        said["name"], said["value"] = texts[0], "  ".join(texts[1:])
    else:
        said["value"], said["name"] = "  ".join(texts[:-1]), texts[-1]
    return said, more


class _Rest(NamedTuple):
    """Cells of which nobody knows the columns: numbers and a class, and the texts between them without buttons."""

    numbers: Sequence[str]
    texts: Sequence[str]
    rdclass: str = ""


def _rest(cells: Sequence[str]) -> _Rest:
    """Return cells by what they are; between two texts everything is text, as two blanks may stand in one."""
    left = [cell for cell in cells if cell]
    front: list[str] = []
    back: list[str] = []
    while left and (is_ttl(left[0]) or left[0] in _EMPTY or left[0] in CLASSES):
        front.append(left.pop(0))
    while left and (is_ttl(left[-1]) or left[-1] in _EMPTY or _is_button(left[-1])):
        back.insert(0, left.pop())
    rdclass = next((cell for cell in front if cell in CLASSES), "")
    return _Rest([cell for cell in (*front, *back) if is_ttl(cell)], left, rdclass)


def _numbers(numbers: list[str], kind: str, columns: Sequence[Column]) -> dict[Column, str]:
    """Return which number of a line is what: of a mail server's single one a small one is its priority."""
    order: list[Column] = [column for column in columns if column in ("ttl", "priority", "weight", "port")]
    if kind not in _PRIORITIES:
        return {"ttl": numbers[0]} if numbers and "ttl" in order else {}
    if len(numbers) == len(order):
        return dict(zip(order, numbers, strict=True))
    small = next((number for number in numbers if _is_small(number)), "")
    if not small:
        return {"ttl": numbers[0]} if numbers and "ttl" in order else {}
    rest = next((number for number in numbers if number != small), "")
    return {"priority": small, **({"ttl": rest} if rest and "ttl" in order else {})}
