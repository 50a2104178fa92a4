"""Workbooks that a command reads: in a process of their own, as native code reads them that a broken file can abort.

A file of text is read where it is asked for. What is read comes back into spools of this process.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.files.own_process import aside, memory_for
from core.files.spool import Spool
from core.migration.import_columns import Column
from core.spreadsheet.choices import AS_PROPOSED, Reading
from core.spreadsheet.decoding import Block, Sheet, open_sheet, read_sheet
from core.spreadsheet.workbooks import is_workbook

_ROWS = 500
"""Rows of a block: a spool has so many pages in memory that larger ones would not stay in the file."""


def sheet_of(data: bytes, how: Reading) -> Sheet:
    """Return a whole file; raises InputError as `read_sheet` does, on "file" too where reading it ended the process."""
    if not is_workbook(data):
        return read_sheet(data, how)
    with TemporaryDirectory() as folder:
        sheet: Sheet = _aside(_sheet, data, how, folder)
        # The folder goes, and with it what the other process wrote.
        return replace(sheet, lines=Spool(sheet.lines), left_out=Spool(sheet.left_out), mended=Spool(sheet.mended))


def blocks_of(data: bytes, columns: tuple[Column, ...]) -> tuple[tuple[str, ...], Sequence[Block]]:
    """Return the header and the rows of a workbook with those columns; raises InputError as `sheet_of` does."""
    with TemporaryDirectory() as folder:
        header, blocks = _aside(_blocks, data, columns, folder)
        return header, Spool(blocks)


def _aside(work: Callable[..., Any], data: bytes, how: object, folder: str) -> Any:
    with aside(work, data, how, memory=memory_for(len(data)), folder=Path(folder), writes=False) as job:
        return job.result()


def _sheet(data: bytes, how: Reading, _progress: object) -> Sheet:
    return read_sheet(data, how)


def _blocks(data: bytes, columns: tuple[Column, ...], _progress: object) -> tuple[tuple[str, ...], Spool[Block]]:
    opened = open_sheet(data, AS_PROPOSED, columns)
    return opened.header, Spool(opened.blocks(_ROWS))
