"""A file of the old zone: one that somebody brings here, else the one that a migration keeps of the domain.

A file is read for the domain that is asked; one that was brought is let go of again.
"""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from core import datafiles
from core.cutover.asked import read_zone_file
from core.files.kept_upload import Held
from core.ground.file_limits import MEGABYTE
from core.ground.messages import FieldError, InputError
from core.ground.moments import moment
from core.ground.severity import Severities
from core.zonefile.record import ZoneFile
from core.zonefile.unread import unread_of
from pages.parts.cutover import standing
from pages.parts.cutover.form import LABEL
from pages.parts.cutover.session_keys import ZONE, ZONE_READ
from pages.parts.shared import mistakes, shell
from pages.parts.shared.long_work import work
from pages.parts.shared.uploaded import owner, uploader
from pages.parts.shared.words import plain


class Brought(NamedTuple):
    """A zone that was brought, the name of its file, whether all of it was read."""

    zone: ZoneFile
    source: str
    whole: bool


class _Read(NamedTuple):
    of: tuple[str, str, str]
    brought: Brought | None
    errors: tuple[FieldError, ...]


def draw() -> None:
    """Draw where the zone's file is brought, and which one was."""
    language, t = shell.language(), shell.language().text
    uploader(
        t("field.cutover.zone"),
        key=f"cutover_zone_{language.code}",
        most=MEGABYTE,
        take_up=_take_up,
        language=language,
        help=t("cutover.page.help.zone"),
    )
    if there := st.session_state.get(ZONE):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(t("cutover.page.zone_there", name=there[0])))
            st.button(t("cutover.page.zone_drop"), key="cutover_zone_drop", icon=":material/close:", on_click=_drop)


def read(name: str) -> Brought | None:
    """Return the zone that was brought, else the one that is kept, read as that of a domain (A-labels).

    Raises InputError with the mistakes of one that was brought.
    """
    there = st.session_state.get(ZONE)
    if there is None:
        return _kept(name)
    source, held = there
    found = _found(name, source, held)
    if found.errors:
        raise InputError(*found.errors)
    return found.brought


def _kept(name: str) -> Brought | None:
    """Return the zone that a migration keeps of a domain, unless somebody leaves it out; None: there is none."""
    t = shell.language().text
    there = standing.kept_zone(name)
    if there is None:
        return None
    ref, kept = there
    at = shell.language().value(moment(kept.at)) if kept.at else "–"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = f"cutover_zone_kept_{ref}_{shell.language().code}"
        wanted = st.checkbox(t("cutover.zone_kept", ref=ref), value=True, key=key)
        st.caption(plain(f"{kept.source}, {at}"))
    if not wanted:
        return None
    found = _found(name, kept.source, Held(kept.text.encode(), owner()))
    # It was read when it was kept: what no longer can be is no reason to look at nothing.
    if found.brought is None:
        st.caption(plain(t("cutover.zone_kept.unread")))
        return None
    return found.brought._replace(whole=found.brought.whole and not kept.hidden)


def _found(name: str, source: str, held: Held) -> _Read:
    of = name, source, held.sha256
    found: _Read | None = st.session_state.get(ZONE_READ)
    if found is None or found.of != of:
        found = st.session_state[ZONE_READ] = _read(held, of)
    return found


def tell(errors: tuple[FieldError, ...]) -> None:
    """Tell what is wrong with the file."""
    mistakes.draw([replace(error, field=f"{LABEL}{error.field}") for error in errors], shell.language())


def _read(held: Held, of: tuple[str, str, str]) -> _Read:
    try:
        zone = work(shell.language().text("import.reading"), False, held, read_zone_file, held.content, of[0])
    except InputError as error:
        return _Read(of, None, error.errors)
    return _Read(of, Brought(zone, of[1], unread_of(zone, _severities()).none), ())


def _severities() -> Severities:
    try:
        return datafiles.zone_severities()
    except InputError:
        # Each finding is an error then: the zone counts as read in part.
        return Severities()


def _take_up(name: str, content: bytes) -> None:
    _drop()
    st.session_state[ZONE] = name, Held(content, owner())


def _drop() -> None:
    if there := st.session_state.pop(ZONE, None):
        there[1].let_go()
    st.session_state.pop(ZONE_READ, None)
