"""A look on the page and the migrations of its domain: kept in their history, accepted where that may be."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.cutover.result import Cutover
from core.ground import clock
from core.ground.moments import moment
from core.migration.act import Act
from core.migration.cutover_looks import is_kept, keep_and_accept, look_taken, may_be_accepted, outdated
from core.migration.dns_check import Checkable
from core.migration.event import Event
from core.migration.migration import Migration
from pages.parts.cutover import accepting, standing, writing
from pages.parts.shared import look_words, person_choice, shell
from pages.parts.shared.words import plain


def draw(found: Cutover, summary: Mapping[str, Any], there: Sequence[Checkable], *, stale: bool) -> None:
    """Draw what may be done with a look; `there`: the domains of open migrations that it is of."""
    t = shell.language().text
    if not there:
        st.caption(plain(t("cutover.keep.none", name=found.name)))
        return
    st.markdown(f"**{plain(t('cutover.keep.title'))}**")
    if stale:
        st.caption(plain(t("cutover.keep.stale")))
    elif may_be_accepted(summary["verdict"]) and not all(_is_accepted(summary, of) for of in there):
        st.markdown(plain(t("cutover.accept.what")))
    elif summary["verdict"] == "blocked":
        st.markdown(plain(t("cutover.keep.blocked")))
    if not stale and (refused := shell.refusal("work")):
        st.caption(plain(refused))
        person_choice.ask("cutover_person")
    for of in there:
        writing.wrong(of)
        _of_one(found, summary, of, stale=stale)


def _of_one(found: Cutover, summary: Mapping[str, Any], of: Checkable, *, stale: bool) -> None:
    t, m, d = shell.language().text, of.migration, of.domain
    if is_kept(d, summary):
        _link(m, t("cutover.keep.kept", ref=m.ref))
        accepting.told(d)
        acceptable = outdated(d, clock.now()) is None and not look_words.accepted_by(d)
    elif d.cutover is not None and d.cutover.at > found.at:
        at = shell.language().value(moment(d.cutover.at))
        _link(m, t("cutover.keep.newer", ref=m.ref, at=at))
        return
    elif stale:
        return
    elif standing.was_changed(of, found.at):
        st.caption(plain(t("cutover.keep.changed", ref=m.ref)))
        return
    else:
        acceptable = True
        st.button(
            plain(t("cutover.keep.do", ref=m.ref)),
            key=f"cutover_keep_{m.id}_{d.name}",
            icon=":material/history_edu:",
            disabled=bool(shell.refusal("work")),
            on_click=writing.write,
            args=(of, partial(_keep, d.name, summary), "cutover.keep.done"),
        )
    if acceptable and may_be_accepted(summary["verdict"]):
        accepting.form(of, partial(_accept, d.name, summary))


def _is_accepted(summary: Mapping[str, Any], of: Checkable) -> bool:
    return is_kept(of.domain, summary) and bool(look_words.accepted_by(of.domain))


def _link(m: Migration, said: str) -> None:
    st.page_link("pages/migration.py", label=plain(said), icon=shell.PAGES["migration"], query_params={"ref": m.ref})


def _keep(domain: str, summary: Mapping[str, Any], m: Migration, act: Act) -> Sequence[Event]:
    return look_taken(m, act, domain, summary)


def _accept(domain: str, summary: Mapping[str, Any], m: Migration, act: Act, reason: str) -> Sequence[Event]:
    return keep_and_accept(m, act, domain, summary, reason)
