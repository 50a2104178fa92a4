"""Writing an import: the button, why it cannot be clicked, and what becomes of a plan that is not true any more."""

from itertools import islice

import streamlit as st

from core.database.transactions import UnknownOutcomeError
from core.ground.messages import InputError
from core.ground.settings import settings
from core.importing import import_job
from core.importing.planned import Plan
from core.importing.writing import Applied, StalePlanError
from core.language import Language
from core.migration.act import Act
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Sheet
from core.store.store import Store
from pages.parts.imports.session_state import MISTAKES, Kept, Report, Upload
from pages.parts.shared import mistakes, person_choice, shell
from pages.parts.shared.long_work import LONG, work
from pages.parts.shared.words import plain


def writing(kept: Kept, upload: Upload, sheet: Sheet, said: Said, made: Plan, store: Store, language: Language) -> None:
    """Draw the button that writes, or why it cannot; write where it was clicked."""
    t = language.text
    rejected, written = made.counts["rejected"], made.counts["new"] + made.counts["changed"]
    refused = shell.refusal("work") if written else t("import.nothing")
    label = t("import.write", count=written) if written else t("import.write_none")
    if written and rejected:
        # That others stay out is in its name: whoever clicks has read it.
        label = t("import.write_valid", count=written, rejected=rejected)
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(
            label,
            key="import_write",
            type="primary",
            icon=":material/save:",
            disabled=refused is not None,
        )
        if refused:
            st.markdown(plain(refused), width="stretch")
    if written:
        person_choice.ask(f"import_person_{language.code}")
    doing = shell.act()
    if clicked and refused is None and doing is not None:
        _write(kept, upload, sheet, said, made, doing, store, language)


def _write(
    kept: Kept,
    upload: Upload,
    sheet: Sheet,
    said: Said,
    made: Plan,
    doing: Act,
    store: Store,
    language: Language,
) -> None:
    upload.begun = True

    # Before anything is drawn: a click meanwhile ends this run at the next thing that Streamlit draws.
    def written(applied: Applied) -> None:
        errors = tuple(islice(made.errors, MISTAKES))
        kept.report = Report(upload.name, doing.person.name, doing.now, applied, made.read, errors, len(made.errors))
        kept.drop()

    try:
        if replaced := store.replaced_since(upload.epoch):
            raise StalePlanError(replaced)
        by = (doing.person, doing.now)
        asked = (made, sheet, upload.file.content, said, by, settings().database_url)
        rows = made.counts["new"] + made.counts["changed"]
        text = language.text("import.writing", count=rows)
        work(text, rows >= LONG, upload.file, import_job.write, *asked, then=written)
    except StalePlanError as error:
        upload.made, upload.stale, upload.begun = None, error.message or "import.planned_anew", False
    except InputError as error:
        # Compared anew: its process may have died after it had written.
        upload.made, upload.begun = None, False
        mistakes.draw(error.errors, language)
        return
    except Exception as error:
        # No click: whoever tells this says what happened, and the next comparison what stands.
        upload.made, upload.begun = None, False
        upload.stale = "import.unknown_outcome" if isinstance(error, UnknownOutcomeError) else None
        raise
    st.rerun()
