"""The file at hand: how it was read, what it begins with, and reading it otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

import pandas as pd
import streamlit as st

from core.ground.messages import InputError
from core.importing import import_job
from core.importing.import_job import Found, Read
from core.importing.writing import remembered
from core.language import Language
from core.spreadsheet.decoding import Line, Sheet
from core.store.store import Store
from pages.parts.imports.session_state import Kept, Upload
from pages.parts.shared import mistakes
from pages.parts.shared.long_work import work
from pages.parts.shared.masking import MASK
from pages.parts.shared.reading_choice import choose_reading, laid_out, summary
from pages.parts.shared.words import plain

_FIRST = 5
"""Rows of the file shown before anything else is done."""


def file(kept: Kept, upload: Upload, store: Store, language: Language) -> Sheet | None:
    """Draw how the file was read and let it be read otherwise; return its rows, None where it has none."""
    t = language.text
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(t("import.file", name=upload.name)), anchor=False, width="stretch")
        st.button(t("import.drop"), key="import_drop", icon=":material/close:", on_click=kept.drop)
    try:
        read = _read(upload, store, language)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return None
    sheet = read.sheet
    with st.expander(
        summary(upload, language), icon=":material/table_view:", expanded=upload.reading_open or bool(read.errors)
    ):
        choose_reading(upload, lambda name: upload.key(name, language), language)
    mistakes.draw(read.errors, language)
    if sheet is not None and not sheet.lines:
        st.info(plain(t("import.only_header")), icon=":material/info:")
        return None
    return sheet


def _read(upload: Upload, store: Store, language: Language) -> Read:
    how = replace(upload.how, off=upload.switches.of_reading)
    if upload.read is None or upload.read[0] != how:
        asked = (upload.file.content, how)
        read = work(language.text("import.reading"), False, upload.file, import_job.read, *asked)
        upload.read = (how, read)
        before, upload.layout = upload.layout, laid_out(upload, read.sheet or read.glimpse, read.guessed)
        if (before.name, before.header_row) != (upload.layout.name, upload.layout.header_row):
            # They are known by their lines, which are those of other rows now.
            upload.corrected = {}
    read = upload.read[1]
    sheet = read.sheet
    if sheet is not None and sheet.header != upload.header:
        _begin_anew(upload, sheet.header, store)
    return read


def _begin_anew(upload: Upload, header: tuple[str, ...], store: Store) -> None:
    """Take another header up: what was said of columns is what is remembered of it."""
    before = remembered(store, header)
    upload.header = header
    upload.mapping = before.mapping
    upload.excluded = {*before.excluded, *(upload.excluded & {*header})}
    upload.harmless &= {*header}
    upload.statuses = dict(before.statuses)
    upload.statuses_before = dict(before.statuses)
    upload.questions, upload.order_asked, upload.date_order = {}, None, ""
    upload.suspects, upload.doubtful = [], set()
    upload.asked = set()
    upload.columns_open = False
    upload.known_before = before.known


def preview(upload: Upload, sheet: Sheet, secrets: Found, language: Language) -> None:
    """Draw the first rows as they were read, without what looks like a secret."""
    t, lines = language.text, sheet.lines[:_FIRST]
    there = takewhile(lambda error: error.row <= lines[-1].number, secrets.errors)
    masked = {(error.row, error.column) for error in there}
    shown = [name for name in sheet.header if name not in upload.excluded]

    def cell(line: Line, name: str, cells: Mapping[str, str]) -> str:
        secret = {(1, name), (line.number, name), (line.number, "")} & masked
        return MASK if secret else cells.get(name, "")

    rows = [
        [cell(line, name, cells) for name in shown]
        for line in lines
        for cells in [dict(zip(sheet.header, line.cells, strict=False))]
    ]
    index = pd.Index([line.number for line in lines], name=t("import.row"))
    st.dataframe(pd.DataFrame(rows, index=index, columns=shown), key=upload.key("preview", language))
    st.caption(plain(t("import.preview", shown=len(lines), count=len(sheet.lines))))
