"""An import that was written, and the empty file that another one may begin with."""

from collections.abc import Callable

import streamlit as st

from core.ground import moments
from core.language import Language
from pages.parts.imports.changes import equation, errors_button
from pages.parts.imports.session_state import Report
from pages.parts.shared import shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain


def report(done: Report, language: Language) -> None:
    """Draw what was written last."""
    t = language.text
    with st.container(border=True):
        st.markdown(f":material/task_alt: **{plain(t('import.done', name=done.name))}**")
        equation(done.read, done.applied.counts, language)
        at = moments.moment(done.at)
        st.caption(plain(t("import.done_by", number=str(done.applied.batch), at=at, who=done.person)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/board.py", label=t("import.to_board"), icon=shell.PAGES["board"], query_params={"state": "all"}
            )
            if done.errors:
                errors_button(done.errors, done.mistakes, language, "import_report_errors")


def template_button(language: Language, make: Callable[[], bytes]) -> None:
    """Draw the button for an empty file with all our columns."""
    t = language.text
    file_button(
        t("import.template"), make, name=f"{t('import.template_file')}.csv", mime="text/csv", key="import_template"
    )
