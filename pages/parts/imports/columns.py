"""What the columns of a file are, and how its dates were read."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ground.messages import FieldError, InputError
from core.language import Language
from core.migration import worded
from core.migration.import_columns import COLUMNS, REQUIRED, check_mapping
from core.spreadsheet.decoding import Sheet
from pages.parts.imports.session_state import Upload
from pages.parts.shared import mistakes
from pages.parts.shared.column_choice import choose_columns, formats_said
from pages.parts.shared.words import plain

KEEP, SKIP = "", "-"
"""What may become of a column beside being one of ours: kept as it is, or left out."""


def columns(upload: Upload, sheet: Sheet, language: Language) -> DeltaGenerator | None:
    """Draw what each column is and let it be something else.

    Returns the place where the formats of dates are said; None where the file cannot be read like that.
    """
    t, said = language.text, upload.said.columns
    errors: tuple[FieldError, ...] = ()
    try:
        check_mapping(said, sheet.header)
    except InputError as error:
        errors = error.errors
        upload.columns_open = True
    known = sum(id is not None for id in said.values())
    out = len(upload.excluded & {*sheet.header})
    title = t("import.columns", known=known, kept=len(said) - known, out=out)
    with st.expander(title, icon=":material/view_column:", expanded=upload.columns_open):
        if upload.known_before:
            st.caption(plain(t("import.remembered")))
        choice = {name: SKIP if name in upload.excluded else upload.mapping[name] or KEEP for name in sheet.header}
        choose_columns(
            sheet.header,
            choice,
            {KEEP: t("import.keep"), SKIP: t("import.skip")},
            _ours(language),
            REQUIRED,
            lambda name, id: _chosen(upload, name, id),
            upload.asked,
            lambda name: upload.key(name, language),
            language,
        )
        formats = st.empty()
    mistakes.draw(errors, language)
    return None if errors else formats


def _chosen(upload: Upload, name: str, choice: str) -> None:
    upload.excluded.discard(name)
    if choice == SKIP:
        upload.excluded.add(name)
    else:
        upload.mapping[name] = choice or None
    upload.columns_open = True


def _ours(language: Language) -> dict[str, str]:
    """Return what the columns of ours are called."""
    return {column.id: language.value(worded.column(column.id)) for column in COLUMNS}


def say_formats(place: DeltaGenerator, formats: Mapping[str, str], language: Language) -> None:
    """Say in which format the dates of each column were read."""
    if formats:
        place.caption(plain(formats_said(formats, _ours(language), language)))
