"""The last import taken back: whoever may asks for it, hears why it cannot be, and says once more that it is meant."""

import streamlit as st

from core.ground import moments
from core.ground.messages import InputError
from core.importing.undo import LastImport, last_import, undo, why_not_undo
from core.importing.writing import StalePlanError
from core.language import Language
from core.migration import worded
from core.migration.act import Act
from core.migration.people import Team
from core.store.store import Store
from pages.parts.imports.session_state import Kept
from pages.parts.shared import mistakes, person_choice, shell
from pages.parts.shared.long_work import Progress
from pages.parts.shared.words import plain


def undoing(kept: Kept, store: Store, team: Team, language: Language) -> None:
    """Draw what was imported last, by whomever, and let it be taken back."""
    t, last = language.text, last_import(store)
    if last is None:
        return
    with st.container(border=True):
        who, at = worded.person(last.actor, team), moments.moment(last.at)
        rows = {name: last.counts.get(name, 0) for name in ("new", "changed")}
        st.markdown(plain(t("import.last", number=str(last.batch), at=at, who=who, **rows)))
        if last.undone:
            st.caption(plain(t("import.undo.done")))
            return
        if kept.undoing != last.batch:
            _offer(kept, last, language)
        elif doing := shell.act():
            _ask(kept, last, doing, store, language)


def _offer(kept: Kept, last: LastImport, language: Language) -> None:
    refused = shell.refusal("work")

    def ask() -> None:
        kept.undoing = last.batch

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            language.text("import.undo"),
            key="import_undo",
            icon=":material/undo:",
            on_click=ask,
            disabled=refused is not None,
        )
        if refused:
            st.caption(plain(refused), width="stretch")
    person_choice.ask(f"import_undo_person_{language.code}")


def _ask(kept: Kept, last: LastImport, doing: Act, store: Store, language: Language) -> None:
    t = language.text

    def keep() -> None:
        kept.undoing = None

    if why := why_not_undo(store, last, doing):
        st.warning(plain(t(why)), icon=":material/block:")
        st.button(t("import.undo.no"), key="import_undo_no", on_click=keep)
        return
    st.warning(plain(t("import.undo.sure")), icon=":material/warning:")
    with st.container(horizontal=True):
        sure = st.button(t("import.undo.yes"), key="import_undo_yes", type="primary")
        st.button(t("import.undo.no"), key="import_undo_no", on_click=keep)
    if sure:
        _undo(kept, last, doing, store, language)


def _undo(kept: Kept, last: LastImport, doing: Act, store: Store, language: Language) -> None:
    kept.undoing = None
    try:
        with Progress(language.text("import.undo.under_way"), shown=True) as told:
            done = undo(store, last, doing, progress=told)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return
    except StalePlanError as error:
        if error.message:
            st.warning(plain(language.text(error.message)), icon=":material/sync_problem:")
        return
    kept.report = None
    shell.kept().forget()
    shell.tell(language.text("import.undo.told", number=str(done.batch), erased=done.erased, back=done.set_back))
    st.rerun()
