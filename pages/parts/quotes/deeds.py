"""What people do with a saved quote: to the one on the screen, or not at all; the second of two is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.migration.moves import Act
from core.quotes.saved import Saved, State
from core.quotes.store import QuoteConflictError
from pages.parts.quotes import happened
from pages.parts.quotes import session_keys as keys
from pages.parts.shared import deed, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

Do = Callable[[Saved, Act], Saved]
"""(quote as it was seen, who does it) -> the quote after it."""


@dataclass
class QuoteDeed(Deed):
    """What is about to be done to a saved quote: `seen` is the quote as whoever does it sees it."""

    def thing(self) -> tuple[Any, ...]:
        """Return which quote it is about, and its state."""
        return self.seen.number, self.seen.epoch, self.seen.state

    def tell_since(self) -> None:
        """Draw what others did meanwhile."""
        happened.events(self.since)

    def go_on(self) -> None:
        """Go on with what stands now: a callback. The page behind is drawn from it as well."""
        super().go_on()
        st.session_state[keys.SEEN] = self.seen


def drawn(saved: Saved) -> None:
    """Remember which state of a quote is drawn: what is done next, is done to that one."""
    before, open_ = st.session_state.get(keys.SEEN), deed.current()
    if before is not None and (before.number, before.epoch) != (saved.number, saved.epoch):
        st.session_state.pop(keys.TROUBLE, None)
    if open_ is not None and (open_.seen.number, open_.seen.epoch) != (saved.number, saved.epoch):
        deed.end()
    st.session_state[keys.SEEN] = saved


def begin(kind: str) -> None:
    """Open a dialog about the quote on the screen: a callback."""
    st.session_state.pop(keys.TROUBLE, None)
    deed.start(QuoteDeed(kind, st.session_state[keys.SEEN]))


def send() -> None:
    """Write down that the client has the quote on the screen: a callback. What is wrong is told by `trouble`."""
    st.session_state.pop(keys.TROUBLE, None)
    seen, doing = st.session_state[keys.SEEN], shell.act()
    if doing is None or seen.state == State.SENT:
        # The second click of a double one comes while the button still stands there.
        return
    try:
        sent = shell.quotes().send(seen, doing)
    except (InputError, QuoteConflictError) as error:
        st.session_state[keys.TROUBLE] = error
    except sa.exc.DBAPIError as error:
        st.session_state[keys.TROUBLE] = shell.database_error(error)
    else:
        st.session_state[keys.SEEN] = sent
        shell.tell(shell.language().text("quotes.sent_now", number=sent.number))


def trouble() -> None:
    """Draw why the last click did nothing."""
    t, error = shell.language().text, st.session_state.get(keys.TROUBLE)
    if error is None:
        return
    with st.container(border=True):
        if isinstance(error, QuoteConflictError):
            happened.quicker(error.message, error.since)
        else:
            mistakes.draw(error.errors, shell.language())
        st.button(
            t("card.understood"),
            key=f"quote_understood_{shell.language().code}",
            on_click=lambda: st.session_state.pop(keys.TROUBLE, None),
        )


def attempt(d: Deed, do: Do, said: Callable[[Saved], str]) -> None:
    """Do it, and close the dialog; or draw what is wrong; that somebody was quicker is told by `deed.meanwhile`."""
    doing = shell.act()
    if doing is None:
        st.error(plain(shell.refusal("work") or ""), icon=":material/person:")
        return
    try:
        done = do(d.seen, doing)
    except InputError as error:
        mistakes.draw(error.errors, shell.language())
    except QuoteConflictError as error:
        if error.now is None:
            st.error(plain(shell.language().text(error.message)), icon=":material/delete:")
            return
        d.now, d.since, d.why = error.now, error.since, error.message
        st.rerun(scope="fragment")
    else:
        deed.end()
        shell.tell(said(done))
        st.rerun()


def save_button(d: Deed, told: str, pending: bool, do: Do, said: Callable[[Saved], str]) -> None:
    """Draw the button of a dialog that does it; not while it is `pending` what others did meanwhile."""
    if st.button(told, key=d.key("save"), type="primary", disabled=pending):
        attempt(d, do, said)
