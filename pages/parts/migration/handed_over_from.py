"""What was taken over from an archive or a zone file: from which, when and by whom; what else it says; zones kept."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.ground.clock import WARSAW
from core.ground.file_limits import MEGABYTE
from core.ground.messages import Message
from core.inventory.inventory import Database, Inventory
from core.migration import inventoried, inventory_message, kept_zones, worded
from core.migration.event import Event
from core.migration.inventory_field import PANELS, Inventoried, Noted
from core.migration.kept_zones import KeptZone
from core.migration.migration import LISTS, Migration
from core.store.conflicts import ConflictError
from pages.parts.migration import archive_dialog, deed_button, found_lines, found_tables, session_state, severities
from pages.parts.shared import client_message, deed, handover_fields, migration_words, mistakes, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

WRONG = "_card_apart_trouble"
"""Why a list that stood apart was not taken over the last time, and of which migration."""


def draw(m: Migration) -> None:
    """Draw the button that takes something over, and what was."""
    t = shell.language().text
    refused = deed_button.refused(lambda: None)
    deed_button.draw(archive_dialog.KIND, t("handover.archive.title"), "inventory_2", refused)
    events = shell.store().events(m.id or 0)
    if m.inventory is not None:
        _archive(m, m.inventory, events)
    _zones(m, events)
    if m.inventory is not None or any(getattr(m, field) is not None for field in LISTS):
        with st.expander(t("handover.archive.summary"), icon=":material/forward_to_inbox:"):
            client_message.in_either(
                lambda language: inventory_message.client_summary(m, language),
                f"handover_summary_{shell.language().code}",
            )


# -- evidence


def evidence(m: Migration, field: str) -> str:
    """Return by which archive a list was filled in, in words; blank where none was."""
    found = inventoried.evidence(m, field)
    if found is None or m.inventory is None:
        return ""
    said = _from(m.inventory, _taker(m.inventory, shell.store().events(m.id or 0)))
    if found.besides:
        more = Message("handover.archive.besides", {"domains": worded.some(found.besides)})
        said = f"{said} {shell.language().text(more)}"
    return said


def _from(kept: Inventoried, actor: str) -> str:
    values = {
        "panel": PANELS[kept.panel],
        "day": kept.made_on,
        "read": kept.read_at.astimezone(WARSAW).date(),
        "who": worded.person(actor, shell.team()),
    }
    id = "handover.archive.from_undated" if kept.made_on is None else "handover.archive.from"
    return shell.language().text(Message(id, values))


def _taker(kept: Inventoried, events: Sequence[Event]) -> str:
    """Return the id of who took the archive over that stands: of a later one that was taken back nothing does."""
    return next((one.actor for one in reversed(events) if _takes(one) == kept.read_at), "")


def _takes(event: Event) -> dt.datetime | None:
    """Return when the archive was read that an event takes over; None where it takes none over."""
    if event.kind != "set" or event.item != "inventory" or not event.new:
        return None
    return dt.datetime.fromisoformat(event.new["read_at"])


# -- the archive


def _archive(m: Migration, kept: Inventoried, events: Sequence[Event]) -> None:
    t = shell.language().text
    said = _from(kept, _taker(kept, events))
    st.markdown(f":material/inventory_2: {plain(said[:1].upper() + said[1:])}  \n:small[{plain(kept.source)}]")
    if not kept.whole:
        st.error(plain(t("handover.archive.not_whole")), icon=":material/error:")
    for field in kept.apart:
        _apart(m, field)
    _trouble(m)
    databases = tuple(Database(one.name, None if one.mb is None else one.mb * MEGABYTE) for one in kept.databases)
    shown = Inventory(
        kept.panel,
        domains=kept.domains,
        aliases=kept.aliases,
        databases=databases,
        crons=kept.crons,
        unsaid=kept.unsaid,
    )
    found_tables.draw(shown, f"handover_from_{m.id}", ("domains", "aliases", "databases"))
    if kept.findings:
        with st.expander(t("handover.archive.findings"), icon=":material/troubleshoot:"):
            found_lines.draw([_line(one) for one in kept.findings])
    for what, count in kept.left_out.items():
        st.caption(plain(t(f"handover.archive.left_out.{what}", count=count)))


def _line(noted: Noted) -> found_lines.Line:
    return found_lines.Line(severities.of_archives().of(noted), noted.message)


def _apart(m: Migration, field: str) -> None:
    """Draw a list of the archive that may lack something, and the button of whoever takes it over all the same."""
    t, entries = shell.language().text, inventoried.with_apart(m, field)
    if entries is None or entries == getattr(m, field):
        return
    st.warning(
        plain(t(f"handover.archive.apart.{field}", said=handover_fields.total(field, entries))), icon=":material/rule:"
    )
    refused = deed_button.refused(lambda: None)
    st.button(
        t(f"handover.archive.take_apart.{field}"),
        key=f"handover_apart_{field}_{shell.language().code}",
        icon=":material/playlist_add_check:",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=_taken_apart,
        args=(field,),
    )


def _taken_apart(field: str) -> None:
    """Take over a list that stands apart: a callback."""
    m, doing = session_state.seen(), shell.act()
    session_state.forget(WRONG)
    if doing and session_state.write(lambda now: inventoried.take_apart(now, doing, field), WRONG, version=m.version):
        shell.tell(shell.language().text("handover.saved", ref=m.ref))


def _trouble(m: Migration) -> None:
    error = session_state.why_not(WRONG, m)
    if isinstance(error, ConflictError):
        st.error(plain(deed.why(error)), icon=":material/sync_problem:")
    elif error is not None:
        mistakes.draw(error.errors, shell.language())


# -- the zones


def _zones(m: Migration, events: Sequence[Event]) -> None:
    last = {one.domain: one for one in events if one.kind == "zone_kept" and one.domain}
    kept = [found for d in m.active if d.name in last and (found := kept_zones.kept_zone([last[d.name]], d.name))]
    if not kept:
        return
    language = shell.language()
    t = language.text
    with st.expander(t("handover.archive.zones", count=len(kept)), icon=":material/dns:"):
        heads = [t(f"handover.archive.head.{name}") for name in ("domain", "kept_at", "source", "records")]
        rows = [
            [m.domains[one.domain].display, migration_words.at(one.at), _source(one), str(one.records)] for one in kept
        ]
        st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, key=f"handover_zones_{language.code}")
        by_name = {one.domain: one for one in kept}
        chosen = st.selectbox(
            t("handover.archive.zones.open"),
            list(by_name),
            index=0 if len(kept) == 1 else None,
            format_func=lambda name: m.domains[name].display if name in m.domains else name,
            placeholder=t("handover.choose"),
            key=f"handover_zone_{m.id}_{language.code}",
        )
        if chosen:
            _opened(by_name[chosen])


def _source(kept: KeptZone) -> str:
    day = f" ({shell.language().value(kept.made_on)})" if kept.made_on else ""
    return f"{kept.source}{day} · {worded.person(kept.actor, shell.team())}"


def _opened(kept: KeptZone) -> None:
    t = shell.language().text
    if kept.hidden:
        st.caption(plain(t("handover.archive.zones.hidden", count=kept.hidden)))
    st.code(kept.text, language=None, height=300)
    file_button(
        t("handover.archive.zones.save"),
        lambda: kept.text.encode("utf-8", "replace"),
        name=f"{kept.domain}.zone.txt",
        mime="text/plain",
        key=f"handover_zone_file_{shell.language().code}",
    )
