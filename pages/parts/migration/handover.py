"""What the client handed over: the lists of mail accounts and websites with their sizes, and the package for them."""

import pandas as pd
import streamlit as st

from core.migration import handover_counts, worded
from core.migration.handover import HandedList
from core.migration.handover_counts import COUNTED, compared
from core.migration.migration import LISTS, Migration
from core.store.conflicts import ConflictError
from pages.parts.migration import deed_button, handed_over_from, session_state
from pages.parts.shared import deed, handover_fields, mistakes, shell
from pages.parts.shared.words import plain

WRONG = "_card_counts_trouble"
"""Why counts were not taken over the last time, and of which migration."""

_ROW, _HEAD, _MOST = 35, 38, 10


def draw(m: Migration) -> None:
    """Draw both lists, what was taken over of an archive, and whether the package is large enough."""
    for column, field in zip(st.columns(2, gap="medium"), LISTS, strict=True):
        with column:
            _list(m, field)
    handover_fields.advice(m)
    handed_over_from.draw(m)


def _list(m: Migration, field: str) -> None:
    t, entries = shell.language().text, getattr(m, field)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(t(f'handover.title.{field}'))}**", width="stretch")
        said = t("handover.write" if entries is None else "handover.change")
        refused = deed_button.refused(lambda: None)
        deed_button.draw("handover", said, "edit", refused, {"list": field}, small=True)
    if entries is None:
        st.caption(plain(t("handover.not_yet")))
        return
    st.markdown(plain(handover_fields.total(field, entries)))
    if source := handed_over_from.evidence(m, field):
        st.caption(plain(source))
    if entries:
        _table(m, entries, field)
    found = compared(m, field, entries)
    handover_fields.against(field, found, m)
    if found.differing:
        _take_over(m, field, len(found.differing))


def _table(m: Migration, entries: HandedList, field: str) -> None:
    language = shell.language()
    t = language.text
    sizes = ["" if entry.mb is None else t(worded.size(entry.mb)) for entry in entries]
    columns = {t(f"handover.names.{field}"): [entry.name for entry in entries], t("handover.size_head"): sizes}
    if any(entry.quota is not None for entry in entries):
        columns[t("handover.archive.head.quota")] = [handover_fields.quota(entry.quota) for entry in entries]
    php = dict(m.inventory.php) if m.inventory and field == "site_list" else {}
    if any(entry.name in php for entry in entries):
        columns[t("handover.archive.head.php")] = [php.get(entry.name, "") for entry in entries]
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height=_HEAD + _ROW * min(len(entries), _MOST),
        placeholder="",
        key=f"handover_{field}_{language.code}",
    )


def _take_over(m: Migration, field: str, count: int) -> None:
    t, refused = shell.language().text, deed_button.refused(lambda: None)
    if error := session_state.why_not(f"{WRONG}_{field}", m):
        if isinstance(error, ConflictError):
            st.error(plain(deed.why(error)), icon=":material/sync_problem:")
        else:
            mistakes.draw(error.errors, shell.language())
    st.button(
        t(f"handover.take_over.{field}", count=count),
        key=f"handover_take_{field}_{shell.language().code}",
        icon=":material/sync_alt:",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=_taken_over,
        args=(field,),
    )


def _taken_over(field: str) -> None:
    """Give the domains the counts of the list: a callback."""
    m, doing, wrong = session_state.seen(), shell.act(), f"{WRONG}_{field}"
    session_state.forget(wrong)
    names = compared(m, field, getattr(m, field) or ()).differing
    versions = {name: m.domains[name].version for name in names}
    if doing and session_state.write(
        lambda now: handover_counts.take_over(now, doing, field), wrong, version=m.version, domains=versions
    ):
        shell.tell(
            shell.language().text("handover.taken_over", ref=m.ref, field=shell.language().field(COUNTED[field]))
        )
