"""The head of the page: whose migration it is, where it stands, its clocks, and what can be done with it."""

import streamlit as st

from core.ground import clock
from core.migration import possible, worded
from core.migration.clocks import running
from core.migration.deadlines import passed
from core.migration.migration import Migration
from pages.parts.migration import deed_button
from pages.parts.shared import migration_words, person_choice, shell
from pages.parts.shared.words import plain


def draw(m: Migration) -> None:
    """Draw whose migration it is, where it stands, its clocks, and what can be done with it."""
    t = shell.language().text
    st.page_link("pages/board.py", label=t("card.back"), icon=":material/arrow_back:")
    st.title(plain(f"{m.ref} · {m.client}"), anchor=False)
    if m.sample:
        st.caption(f":material/science: {plain(t('card.sample'))}")
    with st.container(border=True):
        _standing(m)
        _clocks(m)
        _deadlines(m)
        _deeds(m)


def _standing(m: Migration) -> None:
    t = shell.language().text
    waits = ""
    if m.open:
        side = migration_words.value("waiting_on", m.waiting_on)
        waits = f" · {plain(migration_words.field('waiting_on').lower())} {plain(side)}"
    st.markdown(f"**{plain(migration_words.stage(m.stage))}**{waits}")
    if m.cancelled is not None:
        since = worded.value("planned_at", m.cancelled["since"], shell.process(), shell.team())
        reason = migration_words.reason(m.cancelled["reason"])
        said = t("card.cancelled", since=since or t("card.day_unknown"), reason=reason)
        st.warning(plain(said), icon=":material/cancel:")
    if m.hold is not None and m.open:
        said = t("card.held", hold=worded.hold(m), reason=migration_words.reason(m.hold["reason"]))
        st.warning(plain(said), icon=":material/pause_circle:")


def _clocks(m: Migration) -> None:
    language, process = shell.language(), shell.process()
    # Those of its domains stand in their table.
    found = [one for one in running(m, process, clock.now()) if one.domain is None or len(m.domains) == 1]
    for message, how, names in worded.clocks(found, m, process):
        line = language.value(message)
        if names and len(m.active) > 1:
            line = language.text("clock.of", what=migration_words.some(names), clock=line)
        one_clock(line, how)


def _deadlines(m: Migration) -> None:
    """Draw the deadlines of others that the move passes: nobody sees them on a clock of ours."""
    language = shell.language()
    for found in passed(m, shell.process(), clock.now()):
        told = st.error if found.over else st.warning
        told(plain(language.value(worded.deadline(found))), icon=":material/event_busy:")


def one_clock(line: str, how: str) -> None:
    """Draw how a clock stands, in words; what is late cannot be overlooked, what is paused is not told."""
    if how == "late":
        st.error(plain(line), icon=":material/alarm:")
    elif how != "paused":
        st.markdown(f":material/schedule: {plain(line)}")


_ICONS = {
    "move": "arrow_forward",
    "edit": "edit",
    "hold": "pause_circle",
    "resume": "play_circle",
    "cancel": "cancel",
    "restore": "undo",
    "correct": "settings_backup_restore",
}


def _deeds(m: Migration) -> None:
    t, act = shell.language().text, shell.act()
    following = possible.next_stage(m)
    on = t("card.do.move", stage=migration_words.stage(following)) if following else t("card.do.move_none")
    # On a phone the sidebar is behind the page.
    person_choice.ask(f"card_person_{shell.language().code}")
    with st.container(horizontal=True):
        # Of two that undo each other, the one that makes sense.
        for kind in ("move", "edit", "resume" if m.hold else "hold", "restore" if m.cancelled else "cancel", "correct"):
            said = on if kind == "move" else t(f"card.do.{kind}")
            refused = deed_button.refused(
                lambda kind=kind: possible.why_not(lambda: possible.OF_MIGRATION[kind](m, act))
            )
            deed_button.draw(kind, said, _ICONS[kind], refused, primary=kind == "move")
