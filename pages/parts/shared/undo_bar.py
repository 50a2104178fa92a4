"""The last move taken back by a click: offered for a minute on whatever page its maker looks at."""

from pathlib import Path

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.migration import undoing
from core.store.conflicts import ConflictError
from pages.parts.shared import deed, last_deed, mistakes, shell
from pages.parts.shared.words import plain

_WRONG = "_undo_wrong"
_ASKED = "_undo_asked"
_STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"


def draw() -> None:
    """Draw what can be taken back, or why it was not. First on a page, so that a keyboard comes to it first."""
    # A place of its own: whether it is there or not, the page below stays where it is.
    with st.container(gap=None):
        _trouble()
        kept = last_deed.last()
        if kept is not None:
            # Once more when the minute has gone by, and it goes too.
            st.fragment(_bar, run_every=max(kept.left, 0) + 1)()


def tells(said: str) -> bool:
    """Whether the bar says it already, beside the button that takes it back."""
    kept = last_deed.last()
    return kept is not None and kept.said == said


def _bar() -> None:
    if st.session_state.pop(_ASKED, False):
        # What was taken back is drawn by the whole page, whatever page it is.
        st.rerun()
    kept, t = last_deed.last(), shell.language().text
    if kept is None:
        return
    st.html(_STYLE)
    with st.container(key="undo_bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(kept.said), width="content")
        key = f"undo_{kept.m.id}_{kept.m.seq}_{shell.language().code}"
        st.button(t("undo.do"), key=key, icon=":material/undo:", on_click=_undo)


def _undo() -> None:
    """Take it back, if nothing has happened since: a callback."""
    kept, doing = last_deed.last(), shell.act()
    st.session_state[_ASKED] = True
    last_deed.forget()
    forget_why()
    language = shell.language()
    if kept is None or doing is None:
        st.session_state[_WRONG] = language.text("error.undo_late")
        return
    m, store = kept.m, shell.store()
    assert m.id is not None
    try:
        events = store.events(m.id)
        store.change(
            m.id,
            lambda now: undoing.undo(now, doing, events, kept.since, m.seq),
            seen=m.version,
            domains={name: d.version for name, d in m.domains.items()},
            all_domains=True,
            origin=m.origin,
        )
    except (InputError, ConflictError) as error:
        st.session_state[_WRONG] = error
    except sa.exc.DBAPIError as error:
        st.session_state[_WRONG] = shell.database_error(error)
    except LookupError:
        st.session_state[_WRONG] = language.text("deed.gone")
    else:
        shell.tell(language.text("undo.done", what=kept.said))


def forget_why() -> None:
    """Tell no more why the last one was not taken back: a callback."""
    st.session_state.pop(_WRONG, None)


def _trouble() -> None:
    """Draw why the last one was not taken back, until somebody has read it."""
    wrong, language = st.session_state.get(_WRONG), shell.language()
    if wrong is None:
        return
    with st.container(border=True):
        match wrong:
            case ConflictError():
                st.markdown(f":material/sync_problem: **{plain(language.text('undo.others'))}**")
                if wrong.now is None or not wrong.since:
                    st.caption(plain(deed.why(wrong)))
                else:
                    deed.events(wrong.since, wrong.now)
            case InputError():
                mistakes.draw(wrong.errors, language)
            case _:
                st.error(plain(wrong), icon=":material/undo:")
        st.button(language.text("card.understood"), key=f"undo_understood_{language.code}", on_click=forget_why)
