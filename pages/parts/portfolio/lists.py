"""Lists of a simulation: their first rows on the page, all of them as files."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from core.language import Language
from core.simulation.files import About, as_csv, as_xlsx, as_zip
from core.simulation.scenario import Scenario
from core.simulation.tables import Table
from pages.parts.portfolio.played import Played
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

SHOWN = 200
"""Rows drawn of a list; its length is said, and its file has all of them."""
_XLSX_ROWS = 50_000
"""Rows up to which a workbook is offered: more take minutes, and a spreadsheet hardly opens them."""
_ZIP_ROWS = 200_000
"""Rows from which on a CSV is packed."""
_WHOLE = 12
"""Rows up to which a table is drawn without a scrollbar of its own."""
_ZIP = "application/zip"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_table(
    table: Table,
    name: str,
    language: Language,
    queries: list[dict[str, str]] | None = None,
    numbers: bool = False,
) -> None:
    """Draw the first rows of a list; `queries` are what opens each row's quote in the calculator.

    `numbers`: whether there are figures in all columns but the first.
    """
    names = table.header(language)
    rows = list(islice(table.rows, SHOWN))
    cells = [["" if cell is None else language.value(cell) for cell in row] for row in rows]
    frame = pd.DataFrame(cells, columns=pd.Index(names))
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(
            alignment="right" if (numbers and place) or _is_number(rows, place) else "left"
        )
        for place, name in enumerate(names)
    }
    if queries is not None:
        quote = language.text("portfolio.column.quote")
        frame.insert(0, quote, [f"quote?{urlencode(query)}" for query in queries])
        config[quote] = st.column_config.LinkColumn(display_text=language.text("portfolio.open"), pinned=True, width=80)
    st.dataframe(
        frame,
        hide_index=True,
        key=f"portfolio_{name}_{language.code}",
        height="content" if numbers or len(rows) <= _WHOLE else 520,
        alt=language.text("portfolio.list"),
        column_config=config,
    )


def _is_number(rows: list[Any], place: int) -> bool:
    return any(isinstance(row[place], int) and not isinstance(row[place], bool) for row in rows)


def offer_whole(
    played: Played, make: Callable[[], Table], length: int, name: str, language: Language, compared: str = ""
) -> None:
    """Say how many rows a list has of which the first are drawn, and offer it as a file."""
    if length > SHOWN:
        st.caption(plain(language.text("portfolio.shown", shown=SHOWN, count=length)))
    offer(played, make, length, name, language, compared=compared)


def offer(
    played: Played,
    make: Callable[[], Table],
    length: int,
    name: str,
    language: Language,
    scenarios: Mapping[str, Scenario] | None = None,
    compared: str = "",
) -> None:
    """Offer a list as files, which say of which scenarios they are (the edited one where none are given)."""
    t = language.text
    names = {package.id: package.name for package in played.tariff.packages}
    of = scenarios or {played.side.name: played.found.scenario}
    about = About(played.tariff.version, of, names, compared, played.of_base)
    letter = "" if scenarios else f"-{played.edited.upper()}"
    file = f"{t('portfolio.file')}{letter}-{t(f'portfolio.file.{name}')}-{played.found.today.isoformat()}"
    packed = length > _ZIP_ROWS
    csv, xlsx = (lambda: as_csv(about, make(), language)), (lambda: as_xlsx(about, make(), language))
    buttons = (
        (t("portfolio.csv"), "csv", "text/csv", csv, not packed),
        (t("portfolio.zip"), "zip", _ZIP, lambda: as_zip(about, make(), language, f"{file}.csv"), packed),
        (t("portfolio.xlsx"), "xlsx", _XLSX, xlsx, length <= _XLSX_ROWS),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, kind, mime, content, offered in buttons:
            if offered:
                with st.container(width="content"):
                    key = f"portfolio_{kind}_{name}"
                    file_button(label, _patiently(content, language), name=f"{file}.{kind}", mime=mime, key=key)
        if length > _XLSX_ROWS:
            st.caption(plain(t("portfolio.no_xlsx", count=_XLSX_ROWS)))


def _patiently(content: Callable[[], bytes], language: Language) -> Callable[[], bytes]:
    """Return what makes a file and says meanwhile that it does."""

    def make() -> bytes:
        with st.spinner(language.text("portfolio.making")):
            return content()

    return make
