"""The lists of a simulation as files; each says of which tariff and which scenario it is."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO

from core.files.formula_safe import neutral
from core.files.workbook import Sheet, workbook
from core.ground.messages import Grosze
from core.language import Language
from core.pricing.money import to_decimal
from core.simulation.scenario import Scenario
from core.simulation.tables import Table
from core.simulation.worded import in_words

_WIDTH = 18
"""Characters of a workbook's columns."""


@dataclass(frozen=True)
class About:
    """What a file says of itself: the version of the tariff in force, its scenarios by name, what it compares with.

    `packages`: their names by id; `base`: of which subscriptions it is.
    """

    tariff: str
    scenarios: Mapping[str, Scenario]
    packages: Mapping[str, str]
    compared: str = ""
    base: str = ""

    def stamp(self, language: Language) -> dict[str, str]:
        """Return headers and values that stand on every row of a CSV."""
        t = language.text
        written = []
        for name, scenario in self.scenarios.items():
            lines = in_words(scenario, self.packages, language)
            written.append(f"{name}: {'; '.join(f'{label}: {value}' for label, value in lines)}")
        stamp = {
            t("portfolio.column.base"): self.base,
            t("portfolio.column.tariff"): self.tariff,
            t("portfolio.column.scenario"): " | ".join(written),
            t("portfolio.column.compared_with"): self.compared,
        }
        return {header: neutral(value) for header, value in stamp.items() if value}

    def lines(self, language: Language) -> list[tuple[str, str]]:
        """Return names and values, line by line."""
        t = language.text
        found = [(t("portfolio.column.base"), self.base)] if self.base else []
        found.append((t("portfolio.column.tariff"), self.tariff))
        for name, scenario in self.scenarios.items():
            found += [(t("portfolio.column.scenario"), name), *in_words(scenario, self.packages, language)]
        return [*found, *([(t("portfolio.column.compared_with"), self.compared)] if self.compared else ())]


def as_csv(about: About, table: Table, language: Language) -> bytes:
    """Return a list as CSV for the reader's spreadsheet: UTF-8 with a byte order mark, `;`, amounts with its decimals.

    Every row ends with what the file is about. Formulas are neutralised.
    """
    file = io.BytesIO()
    _write(file, about, table, language)
    return file.getvalue()


def as_zip(about: About, table: Table, language: Language, name: str) -> bytes:
    """Return the CSV packed: a million rows are too much for a browser's memory as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as inside:
        _write(inside, about, table, language)
    return file.getvalue()


def _write(file: IO[bytes], about: About, table: Table, language: Language) -> None:
    written, stamp = _written(language.separators[0]), about.stamp(language)
    # Row by row into bytes: as one text, a million rows would take twice the memory.
    stream = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    write = csv.writer(stream, delimiter=";")
    write.writerow([neutral(name) for name in (*table.header(language), *stamp)])
    write.writerows([*map(written, row), *stamp.values()] for row in table.rows)
    stream.detach()


def as_xlsx(about: About, table: Table, language: Language) -> bytes:
    """Return a list as a workbook; a second sheet says line by line what it is about."""
    t = language.text
    header = [t("portfolio.column.name"), t("portfolio.column.value")]
    widths = [_WIDTH] * len(table.columns)
    return workbook(
        [
            Sheet(t("portfolio.sheet.list"), table.header(language), widths, table.rows),
            Sheet(t("portfolio.sheet.scenario"), header, (24, 60), about.lines(language)),
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
