"""Where a file holds what looks like a secret: by what its columns are called, and by what its cells say."""

from collections.abc import Collection, Iterator, Sequence

from core.files.spool import Spool
from core.ground.messages import Message
from core.ground.secrets import Suspicion, login_header, secret_column, secret_in, suspicion
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import RowError


def secrets_of(sheet: Sheet, excluded: Collection[str] = (), harmless: Collection[str] = ()) -> Sequence[RowError]:
    """Return where a file holds what looks like a secret, columns left out of the import aside. Values are not kept.

    `harmless`: columns of which somebody said that they hold none: what only has the shape of one
    (`error.secret_shape`) is let pass in them, nothing else is.
    """
    found: Spool[RowError] = Spool()
    asked: list[tuple[int, str, set[str]]] = []
    for index, name in enumerate(sheet.header):
        if secret_in(name) is not None:
            found.append(RowError(1, "", "", Message("error.secret_header", {"number": index + 1})))
        elif name in excluded:
            continue
        elif secret_column(name, _cells(sheet, index)):
            found.append(RowError(1, name, "", Message("error.secret_column")))
        else:
            asked.append((index, name, set()))
    # A login in one column, its password in the next, whatever that is called.
    beside = {index for index, _, _ in asked if index and login_header(sheet.header[index - 1])}
    for line in sheet.lines:
        if line.error is not None:
            # A row that does not fit its header may show a secret anywhere.
            if any(map(secret_in, {*line.cells})):
                found.append(RowError(line.number, "", "", Message("error.secret_ragged")))
            continue
        for index, name, known in asked:
            cell = line.cells[index]
            if index in beside and (why := suspicion(f"{line.cells[index - 1]} / {cell}")) and name not in harmless:
                found.append(RowError(line.number, name, "", Message("error.secret_shape", {"reason": why.reason})))
                continue
            if cell in known:
                continue
            why = _suspicion(cell, name)
            if why is None or (name in harmless and not why.sure):
                if len(known) == _REMEMBERED:
                    known.clear()
                known.add(cell)
            else:
                id = "error.secret" if why.sure else "error.secret_shape"
                found.append(RowError(line.number, name, "", Message(id, {"reason": why.reason})))
    return found


def _suspicion(cell: str, header: str) -> Suspicion | None:
    # Notes of ours are parted by a blank line; together they may sound like what none of them says.
    told = [why for part in cell.split("\n\n") if (why := suspicion(part, header))]
    return next((why for why in told if why.sure), told[0] if told else None)


_REMEMBERED = 2_000
"""Cells of a column that are known to be harmless: most are said again and again, a million others need no memory."""


def _cells(sheet: Sheet, index: int) -> Iterator[str]:
    return (line.cells[index] for line in sheet.lines if line.error is None)
