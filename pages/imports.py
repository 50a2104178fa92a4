"""Import i eksport: migrations from a spreadsheet, seen before they are written, and back."""

import streamlit as st

from core import clock
from core.pipeline.exporting import as_csv
from pages.parts import import_view, shell
from pages.parts.file_button import file_button
from pages.parts.import_view import Kept
from pages.parts.words import plain

shell.guard()
language = shell.language()
t = language.text
process, team, store = shell.process(), shell.team(), shell.store()
kept: Kept = st.session_state.setdefault("_imports", Kept())

st.title(t("page.imports.title"))
st.markdown(plain(t("import.intro")))

uploader = f"import_upload_{kept.number}"


def uploaded() -> None:
    """Take up the file that was brought, or put it away where it was taken out again."""
    file = st.session_state[uploader]
    if file is None:
        kept.drop()
    else:
        kept.take(file.name, file.getvalue())


if kept.upload is None:
    if kept.report is not None:
        import_view.report(kept.report, language)
    st.file_uploader(
        t("import.upload"), key=uploader, on_change=uploaded, help=t("import.upload.help"), max_upload_size=20
    )
    with st.container(border=True):
        st.markdown(plain(t("import.what")))
        with st.container(horizontal=True):
            with st.container(width="content"):
                import_view.template_button(language, lambda: as_csv([], team))
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
