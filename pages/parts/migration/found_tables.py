"""What an archive found, in tables: domains, sites, mailboxes, aliases, databases, each folded with a total."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.ground.file_limits import MEGABYTE
from core.inventory.inventory import Inventory
from core.migration import worded
from pages.parts.shared import handover_fields, shell
from pages.parts.shared.words import plain

_ROW, _HEAD, _MOST = 35, 38, 10
_TARGETS = 5
"""Addresses named of those to which an alias leads."""

WHATS = ("domains", "sites", "mailboxes", "aliases", "databases")
"""What there are tables of, as an inventory calls it."""

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""The heads of a table, and its rows."""


def size(amount: int | None) -> str:
    """Return a size given in bytes as people say it, rounded up to a megabyte; blank where nobody knows it."""
    return "" if amount is None else shell.language().text(worded.size(-(-amount // MEGABYTE)))


def _mb(amount: int | None) -> int | None:
    return None if amount is None else -(-amount // MEGABYTE)


def total(sizes: Sequence[int | None]) -> str:
    """Return what sizes (bytes) come to; that it is at least so much where some of them nobody knows."""
    known = [one for one in sizes if one is not None]
    if not known:
        return ""
    said = size(sum(known))
    return said if len(known) == len(sizes) else shell.language().text("handover.archive.at_least", size=said)


def draw(inventory: Inventory, key: str, what: Iterable[str] = WHATS) -> None:
    """Draw tables, those that are empty as a line; `key` begins the keys of the tables."""
    for one in what:
        _fold(one, inventory, key)
    if inventory.crons is not None:
        st.caption(plain(shell.language().text("handover.archive.crons", count=inventory.crons)))


def _fold(what: str, inventory: Inventory, key: str) -> None:
    t, entries = shell.language().text, getattr(inventory, what)
    count = len(entries)
    if not count:
        # What the archive does not say is not nothing.
        id = "handover.archive.of_unsaid" if what in inventory.unsaid else "handover.archive.of_none"
        st.caption(plain(t(id, what=t(f"handover.archive.unsaid.{what}"))))
        return
    sizes = [one.size for one in entries if hasattr(one, "size")]
    label = " · ".join(filter(None, (t(f"handover.archive.of.{what}", count=count), total(sizes))))
    with st.expander(plain(label)):
        heads, rows = _TABLES[what](inventory)
        st.dataframe(
            pd.DataFrame(rows, columns=heads),
            hide_index=True,
            height=_HEAD + _ROW * min(count, _MOST),
            placeholder="",
            key=f"{key}_{what}_{shell.language().code}",
        )


def _heads(*names: str) -> list[str]:
    t = shell.language().text
    return [t(f"handover.archive.head.{name}") for name in names]


def _domains(inventory: Inventory) -> Table:
    t = shell.language().text
    roles = [(it, t(f"handover.archive.role.{it.role}")) for it in inventory.domains]
    rows = [[it.name, f"{said} ({it.of})" if it.of else said] for it, said in roles]
    return _heads("domain", "role"), rows


def _sites(inventory: Inventory) -> Table:
    rows = [[it.host, it.folder, size(it.size), it.php] for it in inventory.sites]
    return _heads("site", "folder", "size", "php"), rows


def _mailboxes(inventory: Inventory) -> Table:
    rows = [[it.address, size(it.size), handover_fields.quota(_mb(it.quota))] for it in inventory.mailboxes]
    return _heads("address", "size", "quota"), rows


def _aliases(inventory: Inventory) -> Table:
    rows = []
    for it in inventory.aliases:
        few, more = ", ".join(it.targets[:_TARGETS]), len(it.targets) - _TARGETS
        said = f"{few} {shell.language().text('calendar.and_more', count=more)}" if more > 0 else few
        rows.append([it.address, said])
    return _heads("address", "leads_to"), rows


def _databases(inventory: Inventory) -> Table:
    return _heads("database", "size"), [[it.name, size(it.size)] for it in inventory.databases]


_TABLES: Mapping[str, Callable[[Inventory], Table]] = {
    "domains": _domains,
    "sites": _sites,
    "mailboxes": _mailboxes,
    "aliases": _aliases,
    "databases": _databases,
}
