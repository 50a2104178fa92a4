"""The way down to a zone: its parent, what that refers to, and the servers of the zone."""

import streamlit as st

from core.dns.asking.check import Check
from core.dns.judging.verdict import Verdict
from core.dns.showing.tree import NameServer, Reference, tree
from core.dns.values import as_shown
from pages.parts.propagation import findings
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_NAMED = 3
"""Parent servers told by their names; of more, their number first."""


def draw(check: Check, verdict: Verdict) -> None:
    """Draw the parent with what it refers to, and the zone with its servers, what is wrong with each below it."""
    t = shell.language().text
    st.subheader(t("propagation.tree"), anchor=False)
    found = check.delegated
    if not found.zone:
        st.markdown(plain(t("propagation.tree.no_zone")))
        return
    drawn = tree(found.zone, found.parent, found.servers, check.observations, verdict.findings)
    lines = [f"- **{plain(t('propagation.tree.parent', zone=drawn.zone))}**"]
    for reference in drawn.references:
        lines += [f"    - {_reference(reference)}", *findings.lines(reference.findings)]
    lines.append(f"- **{plain(t('propagation.tree.zone', zone=drawn.zone))}**")
    for server in drawn.servers:
        lines += [f"    - {_name_server(server)}", *findings.lines(server.findings)]
    st.markdown("\n".join(lines))


def _reference(reference: Reference) -> str:
    t = shell.language().text
    names = ", ".join(server.name or server.address for server in reference.parents)
    many = len(reference.parents) > _NAMED
    who = t("propagation.tree.servers", count=len(reference.parents)) if many else names
    hosts = ", ".join(as_shown(reference.hosts)) or t("propagation.tree.nobody")
    said = t("propagation.tree.refer", servers=who, hosts=hosts)
    if not reference.answered:
        said = t("propagation.tree.silent", servers=who)
    return plain(said) + (f" :small[{plain(names)}]" if many else "")


def _name_server(server: NameServer) -> str:
    t = shell.language().text
    worst = findings.worst(server.findings)
    good = ":green[:material/check_circle:]" if server.answered else ":material/do_not_disturb_on:"
    mark = findings.ICONS[worst] if worst in ("error", "warning") else good
    who = f"{server.server.name} {server.server.address}".strip()
    serial = (
        t("propagation.tree.serial", serial=str(server.serial))
        if server.serial is not None
        else t("propagation.tree.no_serial")
    )
    return f"{mark} {plain(who)} :small[{plain(serial)}]"
