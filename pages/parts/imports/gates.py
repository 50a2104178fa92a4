"""Rows that stop at a gate: what it lacks, in words, and one manager's reason that takes all of them over."""

from itertools import islice

import streamlit as st

from core.ground.messages import InputError
from core.importing.import_job import Compared
from core.language import Language
from core.migration import worded
from core.migration.carried import reason_of
from core.migration.cell_values import LINE_MAX
from core.migration.stages import Process
from pages.parts.imports.session_state import Upload
from pages.parts.shared import mistakes, shell
from pages.parts.shared.file_mistakes import first_rows
from pages.parts.shared.words import plain

_SHOWN = 100
"""Rows whose lacks are shown; their total is said."""


def lacking(upload: Upload, compared: Compared, process: Process, language: Language) -> None:
    """Draw what the gates on the way of rows ask for and do not find, and let a manager take that over."""
    t = language.text
    if not compared.gated:
        return
    st.markdown(f":material/block: **{plain(t('import.gates', count=compared.gated))}**")
    shown = [
        {
            t("import.row"): str(planned.row),
            language.field("domain"): plain(", ".join(planned.domains)),
            t("import.gates.lacks"): plain(t(worded.lacks(planned.ref or planned.client, planned.lacks, process))),
        }
        for planned in islice((one for one in compared.plan.those("conflict") if one.lacks), _SHOWN)
    ]
    first_rows(shown, compared.gated, language)
    _take_over(upload, compared.gated, language)


def _take_over(upload: Upload, count: int, language: Language) -> None:
    t = language.text
    if refused := shell.refusal("force"):
        st.caption(plain(f"{t('import.gates.who')} {refused}"))
        return
    key = upload.key("reason", language)

    def take() -> None:
        upload.reason_wrong = ()
        try:
            upload.reason = reason_of(st.session_state[key])
        except InputError as error:
            upload.reason_wrong = error.errors
            st.session_state[key] = ""

    with st.form(upload.key("gates", language), enter_to_submit=False):
        st.text_input(t("import.gates.reason"), key=key, help=t("import.gates.help"), max_chars=LINE_MAX)
        mistakes.draw(upload.reason_wrong, language)
        st.form_submit_button(
            t("import.gates.take_over", count=count),
            key=upload.key("take_over", language),
            icon=":material/gavel:",
            on_click=take,
        )


def taken_over(upload: Upload, language: Language) -> None:
    """Say that gates are taken over, with which reason, and let that be taken back."""
    t = language.text
    if not upload.reason:
        return

    def back() -> None:
        upload.reason = ""

    with st.container(horizontal=True, vertical_alignment="center"):
        said = plain(t("import.gates.taken_over", reason=upload.reason))
        st.markdown(f":material/gavel: {said}", width="stretch")
        st.button(t("import.gates.back"), key="import_gates_back", on_click=back)
