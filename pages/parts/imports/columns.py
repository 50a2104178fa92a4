"""What the columns of a file are, and how its dates were read."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ground.messages import FieldError, InputError
from core.language import Language
from core.migration import worded
from core.migration.columns import COLUMNS, REQUIRED, check_mapping
from core.spreadsheet.decoding import Sheet
from pages.parts.imports.state import Upload
from pages.parts.shared.brought_file import wrong
from pages.parts.shared.column_choice import choose_columns
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
        st.caption(plain(t("import.required", columns=", ".join(label(id, language) for id in REQUIRED))))
        ours = [column.id for column in COLUMNS]
        choice = {name: SKIP if name in upload.excluded else upload.mapping[name] or KEEP for name in sheet.header}
        choose_columns(
            sheet.header,
            choice,
            [KEEP, SKIP, *ours],
            ours,
            lambda id: _words(id, language),
            lambda name, id: _chosen(upload, name, id),
            upload.asked,
            lambda name: upload.key(name, language),
            language,
        )
        formats = st.empty()
    wrong(errors, language)
    return None if errors else formats


def _chosen(upload: Upload, name: str, choice: str) -> None:
    upload.excluded.discard(name)
    if choice == SKIP:
        upload.excluded.add(name)
    else:
        upload.mapping[name] = choice or None
    upload.columns_open = True


def _words(id: str, language: Language) -> str:
    if id in (KEEP, SKIP):
        return language.text("import.skip" if id == SKIP else "import.keep")
    return f"{label(id, language)} *" if id in REQUIRED else label(id, language)


def label(id: str, language: Language) -> str:
    """Return what a column of ours is called."""
    return language.value(worded.column(id))


def say_formats(place: DeltaGenerator, formats: Mapping[str, str], language: Language) -> None:
    """Say in which format the dates of each column were read."""
    by_format: dict[str, list[str]] = {}
    for id, format in formats.items():
        by_format.setdefault(format, []).append(label(id, language))
    if by_format:
        said = "; ".join(f"{format}: {', '.join(named)}" for format, named in by_format.items())
        place.caption(plain(language.text("import.dates", formats=said)))
