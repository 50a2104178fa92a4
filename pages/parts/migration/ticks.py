"""A check ticked or taken back on the page, at once."""

from functools import partial

import streamlit as st

from core.migration import moves
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.migration import session
from pages.parts.shared import deed, mistakes, shell
from pages.parts.shared.words import plain


def ticked(key: str, item: str, domain: str | None) -> None:
    """Tick a check or take it back, as its checkbox says: a callback. What is wrong is told by `trouble`."""
    on = bool(st.session_state[key])
    if on and shell.process().checks[item].choices:
        session.begin("check", item=item, domain=domain)
        return
    session.forget(session.TICK_WRONG)
    m, doing = session.seen(), shell.act()
    if doing is None:
        return
    session.write(
        partial(moves.check if on else moves.uncheck, act=doing, item=item, domain=domain),
        session.TICK_WRONG,
        version=m.version if domain is None else None,
        domains={} if domain is None else {domain: m.domains[domain].version},
    )


def trouble(m: Migration) -> None:
    """Draw why the last tick was not made."""
    t, error = shell.language().text, session.why_not(session.TICK_WRONG, m)
    if error is None:
        return
    with st.container(border=True):
        if isinstance(error, ConflictError):
            st.markdown(f":material/sync_problem: **{plain(deed.why(error))}**")
            deed.events(error.since, error.now)
            st.caption(plain(t("card.tick_again")))
        else:
            mistakes.draw(error.errors, shell.language())
        key = f"card_understood_{shell.language().code}"
        st.button(t("card.understood"), key=key, on_click=session.forget, args=(session.TICK_WRONG,))
