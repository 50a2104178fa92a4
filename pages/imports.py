"""Import i eksport: migrations from a spreadsheet, seen before they are written, and back."""

import streamlit as st

from core.ground import clock
from core.ground.file_limits import MIGRATIONS
from core.importing.exporting import as_csv
from pages.parts.imports import report, session_state, undo
from pages.parts.imports import view as import_view
from pages.parts.shared import frame, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.uploaded import uploader
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
t = language.text
process, team, store = shell.process(), shell.team(), shell.store()
kept = session_state.kept()

st.title(t("page.imports.title"))
st.markdown(plain(t("import.intro")))

if kept.upload is None:
    if kept.report is not None:
        report.report(kept.report, language)
    undo.undoing(kept, store, team, language)
    uploader(
        t("import.upload"),
        key=f"import_upload_{kept.number}",
        most=MIGRATIONS,
        take_up=kept.take,
        language=language,
        help=t("import.upload.help"),
    )
    with st.container(border=True):
        st.markdown(plain(t("import.what")))
        with st.container(horizontal=True):
            with st.container(width="content"):
                report.template_button(language, lambda: as_csv([], team))
            with st.container(width="content"):
                file_button(
                    t("import.export"),
                    lambda: as_csv(store.all(), team),
                    name=f"{t('board.file')}-{clock.today().isoformat()}.csv",
                    mime="text/csv",
                    key="imports_export",
                )
else:
    import_view.draw(kept, store, process, team, language)
