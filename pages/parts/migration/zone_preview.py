"""What a zone file says, before it is kept: whose zone, its records, what is doubtful or otherwise than before."""

from collections import Counter

import pandas as pd
import streamlit as st

from core.importing.archive_file import Zone
from core.migration import kept_zones
from core.zonefile import reading
from core.zonefile.record import ZoneFile
from pages.parts.migration import dialog_fields, found_lines, severities, zone_file
from pages.parts.shared import shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_ROW, _HEAD, _MOST = 35, 38, 10
_RECORDS = 2_000
"""Records that are drawn; of the others their number is told."""


def draw(d: Deed, read: Zone, name: str, said: bool, pending: bool) -> None:
    """Draw a zone; `name`: of its file, blank of a pasted one; `said`: whether the file left out whose it is."""
    t, zone, text = shell.language().text, read.zone, read.text
    domain = _whose(d, zone, said)
    severity = severities.of_zones().of
    grave = sum(severity(one) == "error" for one in zone.findings)
    if grave:
        st.error(plain(t("handover.archive.zone.not_all", count=grave)), icon=":material/error:")
    _records(d, zone)
    st.markdown(f"**{plain(t('handover.archive.findings'))}**")
    found_lines.draw([found_lines.Line(severity(one), one.message, one.line) for one in zone.findings])
    if domain is not None:
        zone_file.against_kept(d, domain, zone)
    zone_file.download(zone, d.key("archive_normal"))
    if domain is None:
        return
    st.caption(plain(t("handover.archive.keep.what")))
    source = name or t("handover.archive.pasted")
    dialog_fields.save(
        d,
        t("handover.archive.keep"),
        pending,
        lambda m, act: kept_zones.keep_zone(m, act, domain, zone, text, source),
        t("handover.archive.kept", ref=d.seen.ref, domain=d.seen.domains[domain].display),
        domains=[domain],
        whole=False,
    )


def _whose(d: Deed, zone: ZoneFile, said: bool) -> str | None:
    """Say whose zone it is, and let one of several domains be chosen; return it, None where it is nobody's here."""
    t = shell.language().text
    own = {one.name: one.display for one in d.seen.active if kept_zones.is_zone_of(zone.origin, one.name)}
    origin = zone.origin.rstrip(".")
    if not own:
        st.error(plain(t("handover.archive.zone.of_another", domain=origin)), icon=":material/domain_disabled:")
        return None
    st.markdown(f"**{plain(t('handover.archive.zone.of', domain=origin))}**")
    if said:
        st.caption(f":material/help: {plain(t('handover.archive.zone.said'))}")
    if len(own) == 1:
        return next(iter(own))
    return dialog_fields.pick(d, "zone_domain", t("handover.archive.zone.keep_for"), list(own), own.__getitem__)


def _records(d: Deed, zone: ZoneFile) -> None:
    language = shell.language()
    t = language.text
    dialect = t(reading.named(zone.dialect))
    count = len(zone.records)
    st.markdown(plain(t("handover.archive.zone.records", count=count, dialect=dialect)))
    if not count:
        return
    types = ", ".join(f"{type} {number}" for type, number in Counter(one.type for one in zone.records).most_common())
    with st.expander(plain(types)):
        heads = [t(f"handover.archive.head.{name}") for name in ("name", "ttl", "type", "data", "line")]
        unknown = t("handover.archive.ttl_unknown")
        rows = [
            [one.name, unknown if one.ttl is None else str(one.ttl), one.type, one.rdata, str(one.line)]
            for one in zone.records[:_RECORDS]
        ]
        st.dataframe(
            pd.DataFrame(rows, columns=heads),
            hide_index=True,
            height=_HEAD + _ROW * min(len(rows), _MOST),
            placeholder="",
            key=d.key("archive_records"),
        )
        if count > _RECORDS:
            st.caption(plain(t("handover.archive.zone.shown", most=_RECORDS, count=count)))
