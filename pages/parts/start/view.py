"""The start page: what is overdue, what is ours to do, whom to ring, each with its button; then the numbers."""

from collections.abc import Mapping

import streamlit as st

from core.flow import duties
from core.ground import clock
from core.migration.listing import MINE
from pages.parts.shared import deed, empty_desk, person_choice, sample_migrations, shell, watch_reading
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain
from pages.parts.start import deeds, lists, numbers, watched

_WHOSE = ("all", "mine")


def desk() -> None:
    """Draw what needs a person, and the numbers; of whoever looks, or of all."""
    t, store = shell.language().text, shell.store()
    now, mark, watches = clock.now(), store.mark(), watch_reading.mark()
    with st.spinner(t("start.reading")):
        everything = store.snapshot()
    if samples := sum(m.sample for m in everything):
        sample_migrations.banner(samples)
    if not everything:
        watched.draw({}, "")
        empty_desk.draw()
    else:
        owner = _whose()
        process = shell.process()
        mine = {"owner": MINE} if owner else {}
        with st.spinner(t("start.reading")):
            seen = duties.mine(everything, owner) if owner else everything
            lines = duties.lines(seen, process, now)
            own = [m for m in everything if m.owner == owner] if owner else everything
            totals = duties.totals(own, shell.prices(), now)
        watched.draw({m.id: m for m in seen if m.id is not None}, owner)
        if not lines and not totals.open:
            _nothing_open(mine)
        else:
            lists.draw(lines, now, mine)
            if unknown := duties.unclocked(seen, process, now):
                st.caption(f":material/help: {plain(t('start.unclocked', count=unknown))}")
        numbers.draw(totals, mine, owner)
    busy = lambda: deed.current() is not None  # noqa: E731 - whoever fills in a dialog is not to lose its place
    shell.follow((mark, watches), busy, lambda: (shell.store().mark(), watch_reading.mark()))


def dialogs() -> None:
    """Draw the dialog that a button has opened; last on the page."""
    deed.draw(deeds.DIALOGS)


def rooms() -> None:
    """Draw the ways to the pages of the desk."""
    t = shell.language().text
    st.subheader(t("start.rooms"), anchor=False)
    st.caption(t("start.what"))
    stems = [stem for stem in shell.PAGES if stem not in (shell.DEFAULT_PAGE, *shell.BY_LINK)]
    for start in range(0, len(stems), 3):
        for column, stem in zip(st.columns(3, gap="small"), stems[start : start + 3], strict=False):
            with column, st.container(border=True, height="stretch", gap=None):
                st.page_link(f"pages/{stem}.py", label=f"**{t(f'page.{stem}.title')}**", icon=shell.PAGES[stem])
                st.caption(t(f"start.{stem}"))


def _whose() -> str:
    """Draw the choice between one's own migrations and all; return the owner to be shown, blank for all."""
    t, code = shell.language().text, shell.language().code

    def read(_field: str, text: str) -> object:
        return text if text in _WHOSE else _WHOSE[0]

    state = FormState("start", code, ("whose",), read)
    arrived = state.arrived()
    if arrived is not None:
        state.fill({"whose": "", **arrived})
    options = {"all": t("start.whose.all"), "mine": t("start.whose.mine")}
    state.draw(
        st.radio,
        "whose",
        t("start.whose"),
        options=_WHOSE,
        format_func=lambda id: options.get(id, id),
        horizontal=True,
        label_visibility="collapsed",
    )
    if state.keep({}, ())["whose"] == "all":
        return ""
    if (me := shell.person()) is None:
        st.info(plain(t("start.whose.nobody")), icon=":material/person:")
        person_choice.ask(f"start_person_{code}")
    return me.id if me else ""


def _nothing_open(mine: Mapping[str, str]) -> None:
    t = shell.language().text
    with st.container(border=True):
        st.markdown(plain(t("start.none_mine" if mine else "start.none_open")))
        with st.container(horizontal=True):
            st.page_link(
                "pages/board.py", label=t("start.board.open"), icon=shell.PAGES["board"], query_params={"state": "all"}
            )
            st.page_link("pages/register.py", label=t("page.register.title"), icon=shell.PAGES["register"])
