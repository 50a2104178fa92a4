"""What a panel's backup says, before anything of it is written: whole or not, what is new or gone, what is doubtful."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from core.inventory.inventory import Inventory
from core.migration import inventoried, inventory_compared
from core.migration.inventory_compared import Differences
from core.migration.inventory_field import PANELS
from core.migration.migration import LISTS, Migration
from pages.parts.migration import dialog_fields, found_lines, found_tables, severities
from pages.parts.shared import handover_fields, migration_words, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_NAMED = 5
"""Names told of what is new or gone."""
_UNCOVERED = "inventoried.uncovered"
"""The doubt about a list that tells already which domains are not in the archive."""


def draw(d: Deed, inventory: Inventory, name: str, pending: bool) -> None:
    """Draw what an archive of a file's `name` says, and the button that takes it over."""
    t = shell.language().text
    grave = severities.of_archives().grave(inventory.findings)
    _whole(inventory, grave)
    _whose(inventory, name)
    found_tables.draw(inventory, d.key("archive"))
    _compared(d.seen, inventory, grave)
    st.markdown(f"**{plain(t('handover.archive.findings'))}**")
    found_lines.draw([found_lines.Line(severities.of_archives().of(one), one.message) for one in inventory.findings])
    if inventory.unsaid:
        what = ", ".join(t(f"handover.archive.unsaid.{one}") for one in inventory.unsaid)
        st.caption(plain(t("handover.archive.unsaid_all", what=what)))
    lists = inventoried.lists_of(d.seen, inventory, grave)
    whole = {field: brought.entries for field, brought in lists.items() if not brought.doubts}
    handover_fields.advice(replace(d.seen, **whole))
    st.caption(plain(t("handover.archive.take.what" if len(whole) == len(lists) else "handover.archive.take.some")))
    dialog_fields.save(
        d,
        t("handover.archive.take"),
        pending,
        lambda m, act: inventoried.take(m, act, inventory, name, grave),
        t("handover.archive.taken", ref=d.seen.ref),
    )


def _whole(inventory: Inventory, grave: Collection[str]) -> None:
    t = shell.language().text
    if not inventory.whole:
        st.error(plain(t("handover.archive.not_whole")), icon=":material/error:")
    elif grave:
        st.warning(plain(t("handover.archive.whole_but")), icon=":material/warning:")
    else:
        st.markdown(f":green[:material/check_circle:] {plain(t('handover.archive.whole'))}")


def _whose(inventory: Inventory, name: str) -> None:
    t, language = shell.language().text, shell.language()
    parts = [
        PANELS[inventory.panel],
        t("handover.archive.account", account=inventory.account) if inventory.account else "",
        t("handover.archive.made_on", day=language.value(inventory.made_on))
        if inventory.made_on
        else t("handover.archive.made_unknown"),
        name,
    ]
    st.markdown(f"**{plain(' · '.join(filter(None, parts)))}**")


# -- against what stands


def _compared(m: Migration, inventory: Inventory, grave: Collection[str]) -> None:
    t = shell.language().text
    found = inventory_compared.compared(m, inventory, grave)
    lines = [line for what, one in found.lists.items() if (line := _different(what, one))]
    if first := [t(f"handover.archive.what.{what}") for what, one in found.lists.items() if one.first and one.new]:
        lines.insert(0, t("handover.archive.first", what=", ".join(first)))
    st.markdown(f"**{plain(t('handover.archive.compared'))}**")
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or plain(t("handover.archive.same")))
    for what in LISTS:
        one = found.lists.get(what)
        if one is not None and one.doubts:
            why = " ".join(t(doubt) for doubt in one.doubts)
            st.warning(plain(t(f"handover.archive.doubtful.{what}", why=why)), icon=":material/rule:")
    if found.strangers:
        which = migration_words.some([one.name for one in found.strangers])
        said = t("handover.archive.strangers", count=len(found.strangers), which=which)
        st.warning(plain(said), icon=":material/help:")
    doubts = {doubt.id for one in found.lists.values() for doubt in one.doubts}
    if found.absent and _UNCOVERED not in doubts:
        which = migration_words.some([m.domains[name].display for name in found.absent])
        st.warning(plain(t("handover.archive.absent", count=len(found.absent), which=which)), icon=":material/help:")


def _different(what: str, found: Differences) -> str:
    """Return what is different of a list, in a line; blank where nothing is, or there was none before."""
    t = shell.language().text
    if found.first:
        return ""
    parts = [
        t("handover.archive.new", count=len(found.new), which=_some(found.new)) if found.new else "",
        t("handover.archive.gone_from", count=len(found.gone), which=_some(found.gone)) if found.gone else "",
        t("handover.archive.sizes", count=len(found.sizes)) if found.sizes else "",
        t("handover.archive.quotas", count=len(found.quotas)) if found.quotas else "",
        t("handover.archive.redirected", count=len(found.redirected), which=_some(found.redirected))
        if found.redirected
        else "",
    ]
    said = "; ".join(filter(None, parts))
    return f"{t(f'handover.archive.what.{what}')}: {said}" if said else ""


def _some(names: tuple[str, ...]) -> str:
    few, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return f"{few} {shell.language().text('calendar.and_more', count=more)}" if more > 0 else few
