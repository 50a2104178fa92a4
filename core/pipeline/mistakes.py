"""Mistakes found in a file, as a file: what whoever sent it has to correct."""

import csv
import io
from collections.abc import Iterable

from core.cells import neutral
from core.language import Language
from core.pipeline.rows import RowError


def mistakes_csv(errors: Iterable[RowError], language: Language) -> bytes:
    """Return mistakes as a table: row, column, value, reason. UTF-8 with a byte order mark."""
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    t = language.text
    write([t("import.row"), t("import.column"), t("import.value"), t("import.reason")])
    for error in errors:
        write([error.row, neutral(error.column), neutral(error.value), neutral(t(error.message))])
    return file.getvalue().encode("utf-8-sig")
