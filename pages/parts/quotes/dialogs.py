"""The dialogs of what is done with a saved quote and needs words: which, how each is titled, and what is asked."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.ground.messages import Message
from core.migration.moves import Act
from core.quotes.named_migration import named
from core.quotes.saved import Saved
from pages.parts.quotes import acceptance
from pages.parts.quotes.deeds import save_button
from pages.parts.shared import deed, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def _reason(d: Deed, label: str) -> str:
    return st.text_input(shell.language().text(label), key=d.shows("reason", ""))


def _refuse(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    reason = _reason(d, "quotes.refuse.reason")
    save_button(
        d,
        t("quotes.do.refuse"),
        pending,
        lambda seen, act: shell.quotes().refuse(seen, act, reason),
        lambda done: t("quotes.refused_now", number=done.number),
    )


def _take_back(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    st.caption(plain(t(f"quotes.take_back.{d.seen.state}")))
    reason = _reason(d, "quotes.take_back.reason")
    save_button(
        d,
        t("quotes.do.take_back"),
        pending,
        lambda seen, act: shell.quotes().take_back(seen, act, reason),
        lambda done: t("quotes.taken_back_now", number=done.number, state=Message(f"quotes.state.{done.state}")),
    )


def _attach(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    ref = st.text_input(t("quotes.attach.ref"), key=d.shows("ref", ""), placeholder="P-61").strip()
    found = shell.store().by_ref(ref) if ref else None
    if found:
        st.caption(plain(f"{found.ref} · {found.client}"))

    def do(seen: Saved, act: Act) -> Saved:
        return shell.quotes().attach(seen, act, named(ref, found))

    save_button(d, t("quotes.do.attach"), pending, do, lambda done: t("quotes.attached_now", ref=done.migration_ref))


def _titled(id: str) -> Callable[[Deed], str]:
    return lambda d: plain(f"{shell.language().text(id)}: {d.seen.number}")


DIALOGS: Mapping[str, tuple[Callable[[Deed], str], Callable[[Deed], None]]] = {
    "accept": (_titled("quotes.do.accept"), acceptance.draw),
    "refuse": (_titled("quotes.do.refuse"), _refuse),
    "take_back": (_titled("quotes.do.take_back"), _take_back),
    "attach": (_titled("quotes.do.attach"), _attach),
}
"""The dialogs of the page by kind: the title and the body."""
