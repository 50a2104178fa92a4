"""Mistakes found in a file, as a file: what whoever sent it has to correct."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from core.files.formula_safe import neutral
from core.ground.messages import Message
from core.language import Language


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row: its line in the file, the column's own header, the cell, and what would be right.

    Line 1 is the header. The cell of what looks like a secret is not carried anywhere.
    """

    row: int
    column: str
    value: str
    message: Message


def mistakes_csv(errors: Iterable[RowError], language: Language) -> bytes:
    """Return mistakes as a table: row, column, value, reason. UTF-8 with a byte order mark."""
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    t = language.text
    write([t("import.row"), t("import.column"), t("import.value"), t("import.reason")])
    for error in errors:
        write([error.row, neutral(error.column), neutral(error.value), neutral(t(error.message))])
    return file.getvalue().encode("utf-8-sig")
