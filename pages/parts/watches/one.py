"""One watch: how it stands, what people may do, what the client may be told, and all that it saw and told."""

import streamlit as st

from core.ground import clock
from core.watch import fate, showing
from core.watch.showing import Shown
from pages.parts.shared import client_message, shell, watch_reading
from pages.parts.shared.words import plain
from pages.parts.watches import chart, deeds, history, looking, notices, table


def draw(asked: str) -> None:
    """Draw the watch of an id as the address has it; that there is none where that is so."""
    t, now = shell.language().text, clock.now()
    found = watch_reading.watches().one(int(asked)) if _is_id(asked) else None
    if found is None:
        st.title(t("page.watches.title"))
        st.error(plain(t("watches.no_such", id=asked[:20])), icon=":material/search_off:")
        _back()
        return
    st.title(plain(found.display))
    _back()
    looking.draw()
    holder = watch_reading.watches().who_looks(now)
    one = showing.shown(found, shell.watch_plan(), now, somebody=holder is not None)
    deeds.trouble()
    table.Drawing(holder is not None, [one], table.migrations()).draw([one], "one")
    _end(one)
    rounds = watch_reading.watches().rounds(found.id)
    chart.draw(one, rounds)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(t("watches.notices"), anchor=False)
        told = watch_reading.watches().notices(found.id)
        notices.draw(told, now)
        if any(map(fate.is_stopped, told)):
            st.button(t("watches.do.send_on"), key="watches_send_on", on_click=deeds.send_on, args=(one,))
    with right:
        st.subheader(t("watches.client"), anchor=False)
        st.caption(plain(t("watches.client.what")))
        client_message.in_either(
            lambda language: language.text(showing.client(found, now)), f"watches_client_{shell.language().code}"
        )
    st.subheader(t("watches.history"), anchor=False)
    history.draw(one, rounds)


def _is_id(asked: str) -> bool:
    # More digits no id has.
    return asked.isascii() and asked.isdigit() and len(asked) <= 9


def _back() -> None:
    st.page_link("pages/watches.py", label=shell.language().text("watches.all"), icon=shell.PAGES["watches"])


def _end(one: Shown) -> None:
    """Draw the way to end a watch that a person began: asked once more, as nobody would look from then on."""
    t, watch = shell.language().text, one.watch
    if watch.migration_id is not None or watch.phase == "ended":
        return
    with st.popover(t("watches.do.end"), icon=":material/visibility_off:", key=f"watches_end_{shell.language().code}"):
        st.markdown(plain(t("watches.do.end.what", name=watch.display)))
        st.button(t("watches.do.end.yes"), key="watches_end_yes", on_click=deeds.end, args=(one,), type="primary")
