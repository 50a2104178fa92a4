"""The lists of a simulation as files; each says of which tariff and which scenario it is."""

import csv
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import IO
from urllib.parse import urlencode

from core.cells import neutral
from core.language import Language
from core.messages import Grosze
from core.pricing.money import to_decimal
from core.simulation.link import texts
from core.simulation.simulate import Simulated
from core.simulation.tables import Table
from core.workbook import Sheet, workbook

_WIDTH = 18
"""Characters of a workbook's columns."""


def as_csv(s: Simulated, table: Table, language: Language) -> bytes:
    """Return a list as CSV for the reader's spreadsheet: UTF-8 with a byte order mark, `;`, amounts with its decimals.

    Every row ends with the tariff's version and the scenario, written as in a link. Formulas are neutralised.
    """
    file = io.BytesIO()
    _write(file, s, table, language)
    return file.getvalue()


def as_zip(s: Simulated, table: Table, language: Language, name: str) -> bytes:
    """Return the CSV packed: a million rows are too much for a browser's memory as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as inside:
        _write(inside, s, table, language)
    return file.getvalue()


def _write(file: IO[bytes], s: Simulated, table: Table, language: Language) -> None:
    t = language.text
    written = _written(language.separators[0])
    stamp = [neutral(s.tariff.version), neutral(urlencode(texts(s.scenario), safe=",:"))]
    # Row by row into bytes: as one text, a million rows would take twice the memory.
    stream = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    write = csv.writer(stream, delimiter=";")
    write.writerow([*table.header(language), t("portfolio.column.tariff"), t("portfolio.column.scenario")])
    write.writerows([*map(written, row), *stamp] for row in table.rows)
    stream.detach()


def as_xlsx(s: Simulated, table: Table, language: Language) -> bytes:
    """Return a list as a workbook; a second sheet has the tariff's version and the scenario, text by text."""
    t = language.text
    said = [(t("portfolio.column.tariff"), s.tariff.version), *texts(s.scenario).items()]
    header = [t("portfolio.column.name"), t("portfolio.column.value")]
    widths = [_WIDTH] * len(table.columns)
    return workbook(
        [
            Sheet(t("portfolio.sheet.list"), table.header(language), widths, table.rows),
            Sheet(t("portfolio.sheet.scenario"), header, (24, 60), said),
        ]
    )


def _written(decimal: str) -> Callable[[object], str]:
    """Return what writes a cell; it remembers, since most cells of a long list are alike."""

    @lru_cache(100_000)
    def amount(grosze: int) -> str:
        return str(to_decimal(grosze)).replace(".", decimal)

    def written(value: object) -> str:
        match value:
            case None:
                return ""
            case Grosze():
                return amount(int(value))
            case Decimal():
                return str(value).replace(".", decimal)
        return neutral(str(value))

    return written
