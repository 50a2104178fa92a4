"""A check ticked or taken back on the page, at once."""

from functools import partial

import streamlit as st

from core.ground.messages import InputError
from core.migration import moves
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.migration import session_state
from pages.parts.shared import deed, look_first, mistakes, shell
from pages.parts.shared.words import plain


def ticked(key: str, item: str, domain: str | None) -> None:
    """Tick a check or take it back, as its checkbox says: a callback. What is wrong is told by `trouble`."""
    on = bool(st.session_state[key])
    if on and shell.process().checks[item].choices:
        session_state.begin("check", item=item, domain=domain)
        return
    session_state.forget(session_state.TICK_WRONG)
    m, doing = session_state.seen(), shell.act()
    if doing is None:
        return
    session_state.write(
        partial(moves.check if on else moves.uncheck, act=doing, item=item, domain=domain),
        session_state.TICK_WRONG,
        version=m.version if domain is None else None,
        domains={} if domain is None else {domain: m.domains[domain].version},
    )


def trouble(m: Migration) -> None:
    """Draw why the last tick was not made."""
    t, error = shell.language().text, session_state.why_not(session_state.TICK_WRONG, m)
    if error is None:
        return
    if isinstance(error, InputError) and look_first.looked_since(m, error.errors):
        # Whoever comes back from the look that was missing is not met by what is no longer so.
        session_state.forget(session_state.TICK_WRONG)
        return
    with st.container(border=True):
        if isinstance(error, ConflictError):
            st.markdown(f":material/sync_problem: **{plain(deed.why(error))}**")
            deed.events(error.since, error.now)
            st.caption(plain(t("card.tick_again")))
        else:
            mistakes.draw(error.errors, shell.language())
            look_first.links(m, error.errors)
        key = f"card_understood_{shell.language().code}"
        st.button(t("card.understood"), key=key, on_click=session_state.forget, args=(session_state.TICK_WRONG,))
