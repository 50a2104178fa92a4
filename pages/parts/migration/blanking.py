"""A manager blanks a text that should not be here, and looks for more of the kind: never shown where it is suspect."""

import streamlit as st

from core.desk.backup import kept_copies
from core.ground.messages import InputError
from core.ground.settings import settings
from core.migration import worded
from core.migration.migration import Migration
from core.store import blanking, stored_texts
from core.store.conflicts import ConflictError
from core.store.stored_texts import Suspect, Text
from pages.parts.migration import session_state
from pages.parts.shared import deed, migration_words, shell
from pages.parts.shared.words import plain

_SHOWN = 50
_LETTERS = 60


def draw(m: Migration) -> None:
    """Draw the choice of a text of this migration, and what else on the desk looks like a password."""
    t = shell.language().text
    st.markdown(plain(t("card.blank.what")))
    if refused := shell.refusal("erase"):
        st.caption(plain(refused))
        return
    _one(m)
    _sweep(m)


def _one(m: Migration) -> None:
    language, store = shell.language(), shell.store()
    t = language.text
    suspects = {one.spot: one for one in stored_texts.suspects(store, m.id or 0)}
    # The same text may be suspect in one place and be said last in another: it is offered as the suspect.
    texts = {one.spot: one for one in stored_texts.texts(store, m.id or 0) if one.spot not in suspects}
    if not suspects and not texts:
        st.caption(plain(t("card.blank.none")))
        return
    this = f"{m.epoch}_{m.token}_{language.code}"
    options = [*suspects, *texts]
    # Numbered, as Streamlit knows an option by its words.
    labels = {
        spot: f"{number}. {_said(suspects.get(spot) or texts[spot])}" for number, spot in enumerate(options, start=1)
    }
    spot = st.selectbox(
        t("card.blank.which"),
        options,
        index=None,
        format_func=labels.get,
        key=f"card_blank_which_{this}",
        placeholder=t("card.blank.choose"),
    )
    if spot is None:
        return
    there = blanking.standing(store, spot)
    st.caption(plain(t("card.blank.stands", events=there.events, refs=_refs(there.refs))))
    reason = st.text_input(t("card.blank.reason"), key=f"card_blank_reason_{this}", placeholder=t("card.blank.example"))
    sure = st.checkbox(t("card.blank.sure"), key=f"card_blank_sure_{this}")
    doing = shell.act()
    if st.button(t("card.blank"), key=f"card_blank_{this}", icon=":material/ink_eraser:", disabled=not sure) and doing:
        try:
            done = blanking.blank(store, spot, doing, reason, origin=m.origin)
        except (ConflictError, InputError) as error:
            deed.refused(error)
        else:
            shell.kept().forget()
            for key in ("which", "reason", "sure"):
                st.session_state.pop(f"card_blank_{key}_{this}", None)
            st.session_state.pop(session_state.SUSPECTS, None)
            files = ", ".join(file.name for file in kept_copies(settings().database_url))
            copies = t("card.blanked.copies", files=files) if files else t("card.blanked.no_copies")
            shell.tell(f"{t('card.blanked', events=done.events, refs=_refs(done.refs))} {copies}")
            st.rerun()


def _said(one: Suspect | Text) -> str:
    language = shell.language()
    parts = [
        language.value(stored_texts.named(one.field)),
        one.domain or "",
        migration_words.at(one.at),
        worded.person(one.actor, shell.team()),
    ]
    if isinstance(one, Suspect):
        parts.append(language.text("card.blank.suspect", reason=one.reason))
    else:
        parts.append(one.text.replace("\n", " ")[:_LETTERS])
    return " · ".join(filter(None, parts))


def _refs(refs: tuple[str, ...]) -> str:
    few = ", ".join(refs[:5])
    return few if len(refs) <= 5 else f"{few}, … ({len(refs)})"


def _sweep(m: Migration) -> None:
    """Look through the whole desk at a click, and link to the migrations that hold a suspect."""
    language, store = shell.language(), shell.store()
    t = language.text
    # What was found belongs to what stood then.
    if st.button(t("card.blank.sweep"), key=f"card_blank_sweep_{language.code}", icon=":material/search:"):
        st.session_state[session_state.SUSPECTS] = (store.mark(), stored_texts.suspects(store))
    mark, found = st.session_state.get(session_state.SUSPECTS, (None, ()))
    if mark is None:
        return
    if not found:
        st.caption(plain(t("card.blank.clean")))
        return
    st.caption(plain(t("card.blank.found", count=len(found))))
    for one in found[:_SHOWN]:
        said = plain(f"{one.ref or t('card.batch', number=str(one.spot.id))} · {_said(one)}")
        if one.ref and one.ref != m.ref:
            st.page_link("pages/migration.py", label=said, query_params={"ref": one.ref})
        else:
            st.markdown(said)
