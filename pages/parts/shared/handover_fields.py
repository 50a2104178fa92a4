"""The list of mail accounts or websites that a client hands over: typed, pasted, from a file, or none at all."""

from typing import Any

import streamlit as st

from core.files.kept_upload import Held
from core.ground import clock, file_limits
from core.ground.messages import FieldError, InputError, Message
from core.importing import handover_file
from core.migration import handover_text, package_advice, worded
from core.migration.handover import HandedList
from core.migration.handover_counts import Compared, compared, summed
from core.migration.handover_text import UNITS, Columns, Found, Table, Unit
from core.migration.migration import Migration
from pages.parts.shared import long_work, mistakes, shell, uploaded
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_NAMED = 5
"""Entries and domains named in a sentence; of more, the rest is counted."""

_ICONS = {"fits": ":green[:material/check_circle:]", "lacks": ":red[:material/error:]"}


def draw(d: Deed, field: str) -> HandedList | None:
    """Draw a list to be written; return it as it is written so far, None where nothing is.

    Raises InputError with what does not read.
    """
    t, now = shell.language().text, getattr(d.seen, field)
    if st.checkbox(t(f"handover.there_are_none.{field}"), key=d.shows(f"{field}_none", now == ())):
        return ()
    key = d.shows(field, handover_text.as_text(now or ()))
    _take_file(d, field, key)
    text = st.text_area(
        t(f"handover.text.{field}"),
        key=key,
        height=150,
        placeholder=t(f"handover.example.{field}"),
        help=t("handover.text.help"),
    )
    _bring(d, field)
    if not text.strip():
        return None
    table = handover_text.table_of(text, field)
    found = _read(d, field, table, _columns(d, field, table))
    _said(d.seen, field, found)
    return found.entries


# -- out of a file


def _bring(d: Deed, field: str) -> None:
    t = shell.language().text
    with st.expander(t("handover.file"), icon=":material/upload_file:"):
        uploaded.uploader(
            t("handover.file.label"),
            key=d.key(f"{field}_file_{st.session_state.get(d.key(f'{field}_files'), 0)}"),
            most=file_limits.HANDOVER,
            take_up=lambda _name, data: st.session_state.update({d.key(f"{field}_held"): Held(data, uploaded.owner())}),
            language=shell.language(),
            help=t("handover.file.help"),
        )


def _take_file(d: Deed, field: str, key: str) -> None:
    """Put the lines of a file that was brought into the field, where they can be looked at; or tell what is wrong."""
    t, told = shell.language().text, d.key(f"{field}_told")
    held: Held | None = st.session_state.pop(d.key(f"{field}_held"), None)
    if held is not None:
        # Another uploader: the one there was would show a file of which nothing is kept.
        st.session_state[d.key(f"{field}_files")] = st.session_state.get(d.key(f"{field}_files"), 0) + 1
        try:
            lines = long_work.work(t("import.reading"), False, held, handover_file.read, held.content, field)
            st.session_state[key], st.session_state[told] = lines.text, lines.left_out
        except InputError as error:
            st.session_state[told] = error
        finally:
            held.let_go()
    match st.session_state.get(told):
        case InputError() as error:
            mistakes.draw(error.errors, shell.language())
        case int() as left_out if left_out:
            st.caption(plain(t("handover.rows_left_out", count=left_out)))


# -- what its columns are, and in what its sizes are given


def _columns(d: Deed, field: str, table: Table) -> Columns:
    """Return which columns count; where nobody knows, ask."""
    found = handover_text.columns_of(table, field)
    if not found.asked:
        return found
    t = shell.language().text
    places = list(range(table.width))

    def said(place: int) -> str:
        if place < len(table.header) and table.header[place]:
            return table.header[place]
        example = next((cells[place] for _, cells in table.rows if place < len(cells) and cells[place]), "")
        return t("handover.column", number=place + 1, example=example[:40])

    st.caption(plain(t("handover.columns")))
    left, right = st.columns(2)
    choose: dict[str, Any] = {
        "format_func": {place: said(place) for place in places}.get,
        "index": None,
        "placeholder": t("handover.choose"),
    }
    name = left.selectbox(t(f"handover.names.{field}"), places, key=d.key(f"{field}_names"), **choose)
    size = right.selectbox(t("handover.sizes"), places, key=d.key(f"{field}_sizes"), **choose)
    return found if name is None else Columns(name, size, chosen=True)


def _read(d: Deed, field: str, table: Table, columns: Columns) -> Found:
    """Return the list; where sizes come without a unit, ask for it."""
    try:
        return handover_text.read(table, field, columns)
    except InputError as error:
        if not _asks(error):
            raise
    units: list[Unit] = ["", *(unit for unit in UNITS if unit != "B"), "B"]
    unit = st.selectbox(
        shell.language().text("handover.units"),
        units,
        format_func={unit: unit or shell.language().text("handover.choose") for unit in units}.get,
        key=d.shows(f"{field}_unit", ""),
    )
    try:
        return handover_text.read(table, field, columns, unit)
    except InputError as error:
        # The question above is one for all lines.
        asked = _asks(error)
        raise InputError(*(mistake for mistake in error.errors if mistake not in asked[1:])) from None


def _asks(error: InputError) -> list[FieldError]:
    """Return those of the mistakes that come of a unit which nobody said."""
    whats = [(mistake, mistake.message.values.get("what")) for mistake in error.errors]
    return [mistake for mistake, what in whats if isinstance(what, Message) and what.id == "handover.unit"]


# -- what it comes to


def _said(m: Migration, field: str, found: Found) -> None:
    t = shell.language().text
    st.caption(f":material/check: {plain(total(field, found.entries))}")
    for message in found.told:
        st.caption(f":material/info: {plain(t(message))}")
    against(field, compared(m, field, found.entries), m)


def total(field: str, entries: HandedList) -> str:
    """Return what a list comes to, in words: how many, their sizes, of how many nobody said it."""
    t, it = shell.language().text, summed(entries)
    if not it.count:
        return t("handover.none")
    parts = [t(f"handover.entries.{field}", count=it.count)]
    if it.unsized < it.count:
        parts.append(shell.language().text(worded.size(it.mb)))
    if it.unsized:
        parts.append(t("handover.unsized", count=it.unsized))
    return " · ".join(parts)


def quota(mb: int | None) -> str:
    """Return a mailbox's quota (MB) in words; 0 is none, blank where nobody said it."""
    t = shell.language().text
    return "" if mb is None else t(worded.size(mb)) if mb else t("handover.archive.no_quota")


def against(field: str, found: Compared, m: Migration) -> None:
    """Draw what of a list is of no domain of the migration, and where it says another count than a domain has."""
    t = shell.language().text
    if found.strangers:
        which = _some([entry.name for entry in found.strangers])
        said = t(f"handover.strangers.{field}", count=len(found.strangers), which=which)
        st.warning(plain(said), icon=":material/help:")
    if found.differing:
        lines = [
            t(
                "handover.differs",
                domain=m.domains[name].display,
                listed=listed,
                there=t("handover.unknown") if there is None else there,
            )
            for name, (listed, there) in found.differing.items()
        ]
        st.warning(plain(t(f"handover.differing.{field}", which=_some(lines, 3, "; "))), icon=":material/difference:")


def _some(names: list[str], most: int = _NAMED, between: str = ", ") -> str:
    few, more = between.join(names[:most]), len(names) - most
    return f"{few} {shell.language().text('calendar.and_more', count=more)}" if more > 0 else few


def advice(m: Migration) -> None:
    """Say whether the package is large enough, which one fits best, and what nobody knows yet."""
    tariff, t = shell.prices(), shell.language().text
    if tariff is None or (m.mail_accounts is None and m.site_list is None and not m.package):
        return
    found = package_advice.advise(m, tariff, clock.today())
    first, *more = package_advice.told(found)
    icon = _ICONS.get(found.state, ":orange[:material/help:]")
    st.markdown("  \n".join([f"{icon} **{plain(t(first))}**", *(plain(t(message)) for message in more)]))
