"""Przed przełączeniem: may a domain's name servers be switched; the old zone against the new, the new servers tried."""

import datetime as dt
from dataclasses import replace

import streamlit as st

from core.cutover.asked import read_wanted
from core.cutover.asking.running_looks import RunningLook
from core.cutover.wanted import Wanted
from core.ground.messages import InputError
from pages.parts.cutover import form, kept, progress, running, view, zone
from pages.parts.cutover.session_keys import LOOK
from pages.parts.shared import frame, shell
from pages.parts.shared.words import plain

frame.guard()
t = shell.language().text
looks = running.looks()


def read(filled: form.Form) -> tuple[Wanted, dt.datetime | None] | None:
    """Return what is asked; None where that cannot be, which is told at the fields."""
    try:
        wanted, agreed = read_wanted(filled.typed, looks.targets)
    except InputError as error:
        form.tell(filled, error.errors)
        return None
    try:
        brought = zone.read(wanted.name)
    except InputError as error:
        zone.tell(error.errors)
        return None
    if brought:
        wanted = replace(wanted, zone=brought.zone, zone_source=brought.source, zone_whole=brought.whole)
    return wanted, agreed


def begun(wanted: Wanted, agreed: dt.datetime | None) -> RunningLook | None:
    """Return a look at what is asked that is begun, or waits; None where it cannot be, which is told."""
    if (means := running.means()) is None:
        return None
    person = shell.visitor().person
    look = looks.begin(wanted, agreed, means, person)
    if isinstance(look, RunningLook):
        return look
    # All who have not said who they are are one person: saying so helps.
    why = "too_many_of_nobody" if look == "too_many_of_one" and not person else look
    st.error(plain(t(f"cutover.page.{why}")), icon=":material/hourglass_disabled:")
    return None


def draw_asked(wanted: Wanted, agreed: dt.datetime | None, *, begins: bool) -> bool:
    """Draw the look at what is asked, beginning one where somebody said so; return whether there is one."""
    look = (begun(wanted, agreed) if begins else None) or looks.of(wanted, agreed)
    if look is None:
        # What is on the page is forgotten after its day, or where it broke: it is shown as such.
        shown: tuple[Wanted, dt.datetime | None, RunningLook] | None = st.session_state.get(LOOK)
        look = shown[2] if shown and shown[:2] == (wanted, agreed) else None
    if look is None:
        st.info(plain(t("cutover.page.ready_to_ask")), icon=":material/info:")
        return False
    st.session_state[LOOK] = wanted, agreed, look
    if look.found:
        view.draw(look, look.found, running.weights())
    elif look.broken:
        st.error(plain(t("cutover.page.broken")), icon=":material/error:")
    else:
        progress.follow(look)
    return not look.broken


st.title(t("page.cutover.title"))
st.markdown(plain(t("cutover.page.intro")))
with st.expander(t("cutover.page.zone"), icon=":material/upload_file:"):
    zone.draw()
filled = form.draw()
asked = read(filled)
if asked is None or not draw_asked(*asked, begins=filled.asked):
    kept.draw(filled.typed.name)
