"""What looks like passwords in a file: where it is, never what it is, and what becomes of those columns."""

import streamlit as st

from core.importing import import_job
from core.importing.import_job import Found
from core.language import Language
from core.spreadsheet.decoding import Sheet
from pages.parts.imports.changes import errors_button
from pages.parts.imports.session_state import Upload
from pages.parts.shared.file_mistakes import mistakes
from pages.parts.shared.long_work import work
from pages.parts.shared.words import plain


def secrets_in(upload: Upload, sheet: Sheet, language: Language) -> Found:
    """Return where the file holds what looks like a secret, while its columns are not sorted out yet."""
    asked = (frozenset(upload.excluded), frozenset(upload.harmless))
    key = (upload.read and upload.read[0], *asked)
    if upload.found is None or upload.found[0] != key:
        text = language.text("import.reading")
        upload.found = (key, work(text, False, upload.file, import_job.find_secrets, sheet, *asked))
    return upload.found[1]


def suspects(upload: Upload, secrets: Found, compared: bool, language: Language) -> None:
    """Refuse a file with secrets and say where they are, without them; let their columns be left out.

    Of a column where only a shape speaks, somebody may say that it holds none. `compared`: whether its columns are
    sorted out.
    """
    t, count = language.text, len(secrets.errors)
    upload.suspects += [name for name in secrets.columns if name not in upload.suspects]
    upload.doubtful |= {*secrets.doubtful}
    if not upload.suspects and not count:
        return
    with st.container(border=True):
        if count:
            st.error(plain(t("import.secrets", count=count)), icon=":material/key_off:")
        else:
            st.markdown(f":material/key_off: {plain(t('import.secrets_out'))}")
        for name in upload.suspects:
            _choose(upload, name, language)
        if secrets.in_rows:
            st.markdown(plain(t("import.secret_rows")))
        if count:
            mistakes(secrets.errors, language, count)
        if count and compared:
            errors_button(secrets.errors, count, language, "import_secrets_file")


def _choose(upload: Upload, name: str, language: Language) -> None:
    """Let a column be left out, or, where only a shape speaks, be said to hold no secrets: one click either way."""
    t, place = language.text, upload.header.index(name)
    with st.container(horizontal=True):
        _box(
            upload.excluded,
            upload.harmless,
            name,
            t("import.leave_out", column=name),
            upload.key(f"leave_{place}", language),
        )
        if name in upload.doubtful:
            label = t("import.harmless", column=name)
            _box(upload.harmless, upload.excluded, name, label, upload.key(f"harmless_{place}", language))


def _box(these: set[str], others: set[str], name: str, label: str, key: str) -> None:
    st.session_state[key] = name in these

    def chosen() -> None:
        if st.session_state[key]:
            these.add(name)
            others.discard(name)
        else:
            these.discard(name)

    st.checkbox(plain(label), key=key, on_change=chosen)
