"""A zone as a file: what is otherwise than in the one kept before, and a normal zone file of it."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from core.ground import moments
from core.ground.messages import FieldError, InputError
from core.migration import kept_zones
from core.migration.kept_zones import KeptZone
from core.zonefile import reading, writing
from core.zonefile.difference import Change, Difference, difference
from core.zonefile.record import TTL_MAX, ZoneFile
from core.zonefile.unread import unread_of
from pages.parts.migration import severities
from pages.parts.shared import mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_SHOWN = 50
"""Differences that are drawn of each kind; of the others their number is told."""
_DIFFERENCE = "zone_difference"
"""What a dialog keeps of the comparison, which takes longer than a drawing should: of what it is, and the outcome."""


def against_kept(d: Deed, domain: str, zone: ZoneFile) -> None:
    """Draw what of a zone is otherwise than in the one that was kept of the domain before, where there is one."""
    kept = kept_zones.kept_zone(shell.store().events(d.seen.id or 0), domain)
    if kept is None:
        return
    of = domain, id(zone), kept.at
    if d.about.get(_DIFFERENCE, (None,))[0] != of:
        d.about[_DIFFERENCE] = of, _compared(kept, zone)
    found: _Compared | None = d.about[_DIFFERENCE][1]
    language = shell.language()
    t = language.text
    day = language.value(moments.moment(kept.at)) if kept.at else ""
    st.markdown(f"**{plain(t('handover.archive.zone.against', day=day, source=kept.source))}**")
    if found is None:
        st.caption(plain(t("handover.archive.zone.unread_before")))
        return
    for which in found.not_all:
        st.warning(plain(t(f"handover.archive.zone.not_all_of.{which}")), icon=":material/rule:")
    if not found.differs.none:
        _draw(found.differs)
    elif not found.not_all:
        st.markdown(plain(t("handover.archive.same")))


class _Compared(NamedTuple):
    """What differs, and which of the two zones were not read as a whole: "before", "now"."""

    differs: Difference
    not_all: tuple[str, ...]


def _compared(kept: KeptZone, zone: ZoneFile) -> _Compared | None:
    try:
        before = reading.read(kept.text, kept.origin)
    except InputError:
        return None
    both = {"before": before, "now": zone}
    not_all = tuple(which for which, one in both.items() if not unread_of(one, severities.of_zones()).none)
    return _Compared(difference(before, zone), not_all)


def _draw(found: Difference) -> None:
    t = shell.language().text
    _changes(found.changes)
    parts = {
        t("zone.difference.apex"): found.apex,
        t("zone.difference.leftovers"): found.leftovers,
        t("zone.difference.unknown_ttls", count=len(found.unknown)): found.unknown,
    }
    for said, changes in parts.items():
        if changes:
            with st.expander(plain(said)):
                _changes(changes)


def _changes(changes: Sequence[Change]) -> None:
    t = shell.language().text
    if changes:
        st.markdown("\n".join(f"- {plain(t(change.message))}" for change in changes[:_SHOWN]))
    if len(changes) > _SHOWN:
        st.caption(plain(t("calendar.and_more", count=len(changes) - _SHOWN)))


def download(zone: ZoneFile, key: str) -> None:
    """Draw what saves a zone as a normal zone file; where no server would load it, why."""
    language = shell.language()
    t = language.text
    text, refused = _normal(zone, None)
    if [one.field for one in refused] == ["default_ttl"]:
        # Nobody but the reader can say it: servers differ, and the desk makes none up.
        ttl = st.number_input(
            t("handover.archive.default_ttl"),
            min_value=0,
            max_value=TTL_MAX,
            value=None,
            step=1,
            placeholder=t("handover.archive.default_ttl.hint"),
            key=f"{key}_ttl",
        )
        text, refused = _normal(zone, ttl)
    if refused:
        with st.expander(t("handover.archive.no_normal"), icon=":material/file_download_off:"):
            mistakes.draw(refused, language)
        return
    file_button(
        t("handover.archive.normal"),
        text.encode,
        name=f"{zone.origin.rstrip('.')}.zone",
        mime="text/plain",
        key=key,
    )


def _normal(zone: ZoneFile, ttl: int | None) -> tuple[str, Sequence[FieldError]]:
    """Return the normal file, and what stands in its way."""
    try:
        return writing.normal(zone, ttl, unread=unread_of(zone, severities.of_zones())), ()
    except InputError as error:
        return "", error.errors
