"""Refused rows corrected where they are shown: their wrong cells typed anew, looked at again, and told as such."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice

import streamlit as st

from core.ground.secrets import secret_in
from core.importing.planned import Plan, Planned
from core.language import Language
from core.migration.cell_values import NOTES_MAX
from core.spreadsheet.decoding import Line, Sheet
from core.spreadsheet.mistakes import RowError
from pages.parts.imports.session_state import Upload
from pages.parts.shared.masking import hidden
from pages.parts.shared.words import plain

_ROWS = 10
"""Rows that are corrected at a time: more fields than that are a spreadsheet's business."""
_LISTED = 20
"""Corrected cells that are listed, each to be taken back by itself."""


def correct(upload: Upload, sheet: Sheet, made: Plan, language: Language) -> None:
    """Let the wrong cells of refused rows be typed anew."""
    t = language.text
    places = {name: place for place, name in enumerate(sheet.header)}
    rows = [*islice(_correctable(made, places), upload.passed_over, upload.passed_over + _ROWS + 1)]
    if not rows and upload.passed_over:
        # Those before were corrected meanwhile.
        upload.passed_over = 0
        rows = [*islice(_correctable(made, places), _ROWS + 1)]
    if not rows:
        return
    fields: list[tuple[int, str, str, str]] = []
    title = t("import.correct")
    with (
        st.expander(title, icon=":material/edit:", expanded=upload.correcting_open),
        st.form(upload.key("correct", language), enter_to_submit=False, border=False),
    ):
        for name in upload.mistyped:
            st.error(plain(t("import.correct.secret", column=name)), icon=":material/key_off:")
        for planned in rows[:_ROWS]:
            line = sheet.lines[bisect_left(sheet.lines, planned.row, key=lambda line: line.number)]
            _title(upload, line, places, language)
            for name, errors in sorted(_by_column(planned).items(), key=lambda found: places[found[0]]):
                stands = line.cells[places[name]]
                now = upload.corrected.get((line.number, name), (stands, stands))[1]
                key = upload.key(f"cell_{line.number}_{places[name]}_{upload.tries}", language)
                fields.append((line.number, name, stands, key))
                _field(name, now, errors, key, language)
        st.form_submit_button(
            t("import.correct.look"),
            key=upload.key("correct_look", language),
            icon=":material/check:",
            on_click=lambda: _take(upload, fields),
        )
    if upload.passed_over or len(rows) > _ROWS:
        _turn(upload, upload.passed_over > 0, len(rows) > _ROWS, language)


def _correctable(made: Plan, places: Mapping[str, int]) -> Iterator[Planned]:
    """Yield the refused rows of which all that is wrong stands in cells; what a file has no column for does not."""
    for planned in made.those("rejected"):
        if planned.errors and all(error.column in places for error in planned.errors):
            yield planned


def _by_column(planned: Planned) -> dict[str, list[RowError]]:
    found: dict[str, list[RowError]] = {}
    for error in planned.errors:
        found.setdefault(error.column, []).append(error)
    return found


def _title(upload: Upload, line: Line, places: Mapping[str, int], language: Language) -> None:
    header_of = {id: name for name, id in upload.said.columns.items()}
    named = [line.cells[places[header_of[id]]] for id in ("ref", "client", "domain") if id in header_of]
    told = " · ".join([language.text("import.correct.row", row=str(line.number)), *map(hidden, filter(None, named))])
    st.markdown(plain(told))


def _field(name: str, now: str, errors: list[RowError], key: str, language: Language) -> None:
    left, right = st.columns(2, vertical_alignment="bottom")
    widget = left.text_area if "\n" in now else left.text_input
    widget(plain(name), value=now, key=key, max_chars=NOTES_MAX)
    right.caption(plain("; ".join(dict.fromkeys(language.text(error.message) for error in errors))))


def _take(upload: Upload, fields: list[tuple[int, str, str, str]]) -> None:
    """Take up what was typed; what looks like a secret is not kept, nor shown again."""
    upload.mistyped = []
    for row, name, stands, key in fields:
        typed = st.session_state.pop(key, None)
        if typed is None:
            continue
        if secret_in(typed) is not None:
            upload.mistyped.append(name)
        elif typed != stands:
            upload.corrected[row, name] = (stands, typed)
        else:
            upload.corrected.pop((row, name), None)
    upload.correcting_open = True
    # Other fields: those before hold what was typed into them.
    upload.tries += 1


def _turn(upload: Upload, back: bool, on: bool, language: Language) -> None:
    t = language.text

    def turn(by: int) -> None:
        upload.passed_over = max(upload.passed_over + by, 0)

    with st.container(horizontal=True):
        for name, there, by in (("before", back, -_ROWS), ("next", on, _ROWS)):
            key = f"import_correct_{name}"
            st.button(t(f"import.correct.{name}"), key=key, disabled=not there, on_click=turn, args=(by,))


def corrected(upload: Upload, language: Language) -> None:
    """Draw what was corrected here, from what to what, and let it be taken back."""
    t, cells = language.text, upload.corrected
    if not cells:
        return
    listed = sorted(cells.items(), key=lambda cell: (cell[0][0], upload.header.index(cell[0][1])))
    with st.expander(t("import.corrected", count=len(cells)), icon=":material/edit:"):
        for number, ((row, name), (old, new)) in enumerate(islice(listed, _LISTED)):
            with st.container(horizontal=True, vertical_alignment="center"):
                place = t("import.place", row=str(row), column=name)
                st.markdown(plain(f"{place}: {hidden(old) or '—'} → {hidden(new) or '—'}"), width="stretch")
                st.button(
                    t("import.corrected.back"),
                    key=upload.key(f"back_{number}", language),
                    on_click=cells.pop,
                    args=((row, name), None),
                )
        if len(cells) > 1:
            st.button(t("import.corrected.all_back"), key="import_corrected_back", on_click=cells.clear)
