"""The dialog that takes over what the old hosting gives: a panel's backup, or a zone file; brought, read, looked at.

What was brought is let go of as soon as it has been read. What was found goes with the dialog.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.files import archives
from core.files.kept_upload import Held
from core.files.own_process import MEMORY
from core.ground import file_limits, text_limits
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import moment
from core.ground.settings import settings
from core.ground.validation import one_line
from core.importing import archive_file
from core.importing.archive_file import Zone
from core.inventory.inventory import Inventory
from core.migration import worded
from pages.parts.migration import archive_preview, zone_preview
from pages.parts.shared import deed, file_button, long_work, mistakes, shell, uploaded
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

KIND = "archive"

_NAME_MAX = 60
"""Letters of a file's name that are shown."""


@dataclass
class Brought:
    """What somebody brought: `held` an upload or a pasted zone that is to be read, `backup` a name in the folder.

    `name`: how it is called, `kind` what it seems to be. `origin`: the zone's name where the file does not say it, and
    `asks_origin`: whether somebody has to. `found`: what was read, `told` why nothing was. `turn`: how often something
    was brought: each time has an uploader of its own, for the one there was would show a file of which nothing is kept.
    """

    turn: int = 0
    name: str = ""
    kind: archive_file.Kind | None = None
    held: Held | None = None
    backup: str = ""
    origin: str = ""
    asks_origin: bool = False
    found: Inventory | Zone | None = None
    told: tuple[FieldError, ...] = ()


def shown_name(name: str) -> str:
    """Return the name of a file as it is shown: one line, the middle of a long one left out."""
    name = one_line(name[:1000])
    half = _NAME_MAX // 2
    return name if len(name) <= _NAME_MAX else f"{name[: half - 1]}…{name[-half:]}"


def title(_: Deed) -> str:
    """Return what the dialog does."""
    return plain(shell.language().text("handover.archive.title"))


def draw(d: Deed) -> None:
    """Draw where something is brought; once it is read, what would be written, and the button that does it."""
    brought = _brought(d)
    pending = deed.meanwhile(d)
    if (brought.held or brought.backup) and not brought.asks_origin:
        _read(d, brought)
    if brought.asks_origin:
        _ask_origin(d, brought)
    match brought.found:
        case Inventory() as inventory:
            archive_preview.draw(d, inventory, brought.name, pending)
        case Zone() as read:
            zone_preview.draw(d, read, brought.name, bool(brought.origin), pending)
        case None if not brought.asks_origin:
            _bring(d, brought)
            return
    # Drawn in a dialog, which the page's own end does not see: a file is saved once a click.
    file_button.forget()
    st.button(
        shell.language().text("handover.archive.another"),
        key=d.key("archive_another"),
        icon=":material/undo:",
        type="tertiary",
        on_click=_begin_anew,
        args=(d,),
    )


def _brought(d: Deed) -> Brought:
    found: Brought = d.about.setdefault("brought", Brought())
    return found


def _begin_anew(d: Deed) -> Brought:
    """Let go of what was brought, and of what was found in it: a callback too."""
    before = _brought(d)
    if before.held is not None:
        before.held.let_go()
    d.about["brought"] = now = Brought(before.turn + 1)
    return now


# -- bringing


def _bring(d: Deed, brought: Brought) -> None:
    t = shell.language().text
    st.caption(plain(t("handover.archive.what")))
    with st.container():
        mistakes.draw(brought.told, shell.language())
    uploaded.uploader(
        t("handover.archive.file"),
        key=d.key(f"archive_file_{brought.turn}"),
        most=file_limits.ARCHIVES,
        take_up=lambda name, data: _uploaded(d, name, data),
        language=shell.language(),
        help=t("handover.archive.file.help"),
    )
    if (folder := settings().archives_dir) is not None:
        with st.expander(t("handover.archive.from_folder"), icon=":material/folder_open:"):
            _choose_backup(d, folder)
    with st.expander(t("handover.archive.paste"), icon=":material/content_paste:"):
        key = d.key("archive_zone")
        st.text_area(
            t("handover.archive.zone"),
            key=key,
            height=180,
            max_chars=text_limits.FILE,
            placeholder=t("handover.archive.zone.example"),
            help=t("handover.archive.zone.help"),
        )
        _read_button(d, "zone", t("handover.archive.read_zone"), lambda: _pasted(d, st.session_state.get(key, "")))


def _choose_backup(d: Deed, folder: Path) -> None:
    language = shell.language()
    t = language.text
    try:
        there = archives.listed(folder)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return
    if not there:
        st.caption(plain(t("handover.archive.folder_empty")))
        return
    said = {
        one.name: " · ".join((shown_name(one.name), _size(one.size), language.value(moment(one.changed))))
        for one in there
    }
    name = st.selectbox(
        t("handover.archive.backup"),
        list(said),
        index=None,
        format_func=said.get,
        placeholder=t("handover.choose"),
        key=d.key("archive_backup"),
    )
    if len(there) == archives.LISTED_MAX:
        st.caption(plain(t("handover.archive.newest", count=len(there))))
    _read_button(d, "backup", t("handover.archive.read_backup"), lambda: _chosen(d, name), disabled=not name)


def _size(size: int) -> str:
    return shell.language().text(worded.size(-(-size // file_limits.MEGABYTE)))


def _read_button(d: Deed, what: str, told: str, do: Callable[[], object], *, disabled: bool = False) -> None:
    key = d.key(f"archive_read_{what}")
    st.button(told, key=key, icon=":material/manage_search:", disabled=disabled, on_click=do)


def _uploaded(d: Deed, name: str, data: bytes) -> None:
    """Take an upload up, to be read when the dialog is drawn next; raises InputError."""
    brought = _begin_anew(d)
    brought.name, brought.kind = shown_name(name), archive_file.kind_of(data[: archive_file.BEGINNING], name)
    brought.held = Held(data, uploaded.owner())


def _pasted(d: Deed, text: str) -> None:
    """Take a pasted zone up: a callback."""
    brought = _begin_anew(d)
    if not text.strip():
        brought.told = (FieldError("zone", "", Message("handover.archive.nothing_pasted")),)
        return
    try:
        # Halves of letters, of which a browser may send one, are no UTF-8.
        brought.kind, brought.held = "zone", Held(text.encode("utf-8", "replace"), uploaded.owner())
    except InputError as error:
        brought.told = error.errors


def _chosen(d: Deed, name: str | None) -> None:
    """Take a backup of the folder up: a callback."""
    brought = _begin_anew(d)
    brought.kind, brought.backup, brought.name = "archive", name or "", shown_name(name or "")


# -- reading


def _read(d: Deed, brought: Brought) -> None:
    """Read what was brought and keep what was found; or keep why it was not read, and let go of it."""
    held, backup = brought.held, brought.backup
    # Where somebody closes the dialog the run ends here; should it be drawn again, this is what is told.
    brought.told = (FieldError("file", "", Message("handover.archive.interrupted")),)
    brought.held, brought.backup = None, ""
    try:
        if brought.kind == "archive":
            brought.found = _archive(brought.name, held, backup)
        elif brought.kind == "zone" and held is not None:
            brought.found = _zone(d, brought, held)
        else:
            raise InputError(FieldError("file", "", Message("handover.archive.neither")))
        brought.told = ()
    except InputError as error:
        brought.told = error.errors
        brought.turn += 1
    finally:
        # Kept only where one thing is missing, which is asked for now.
        if held is not None and brought.held is None:
            held.let_go()


def _archive(name: str, held: Held | None, backup: str) -> Inventory:
    t = shell.language().text
    what: tuple[Any, ...]
    if held is None:
        what = archive_file.backup, settings().archives_dir, backup
    else:
        what = archive_file.archive, held.content
    told = st.empty()
    told.caption(plain(t("handover.archive.reading.close")))
    try:
        found: Inventory = long_work.named(t("handover.archive.reading", name=name), *what, memory=MEMORY)
    finally:
        told.empty()
    return found


def _zone(d: Deed, brought: Brought, held: Held) -> Zone | None:
    """Return the zone; None where somebody has to say whose it is."""
    said, names = shell.language().text("handover.archive.reading_zone"), [one.name for one in d.seen.active]

    def read(origin: str) -> Zone | None:
        try:
            found: Zone = long_work.work(said, False, held, archive_file.zone, held.content, origin)
        except InputError as error:
            if origin or not names or [one.field for one in error.errors] != ["origin"]:
                raise
            return None
        return found if found.zone.origin or origin or not names else None

    found = read(brought.origin)
    if found is None and len(names) == 1:
        # Of one domain nobody needs to be asked; the preview says that the file did not.
        brought.origin = names[0]
        return read(brought.origin)
    if found is None:
        brought.held, brought.asks_origin = held, True
    return found


def _ask_origin(d: Deed, brought: Brought) -> None:
    t, names = shell.language().text, {one.name: one.display for one in d.seen.active}
    st.info(plain(t("handover.archive.whose_zone")), icon=":material/help:")
    name = st.selectbox(
        t("handover.archive.origin"),
        list(names),
        index=None,
        format_func=names.get,
        placeholder=t("handover.choose"),
        key=d.key("archive_origin"),
    )

    def said() -> None:
        brought.origin, brought.asks_origin = name or "", False

    _read_button(d, "origin", t("handover.archive.read_zone"), said, disabled=not name)
