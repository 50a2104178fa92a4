"""The last look that a migration keeps of a domain, opened again where none of this process is on the page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.cutover.finding import Weight
from core.cutover.showing import kept
from core.dns.names import parse_name
from core.ground import clock
from core.ground.messages import InputError
from core.ground.moments import moment
from core.migration.cutover_looks import accept_look, may_be_accepted, outdated, summary_of
from core.migration.dns_check import Checkable
from pages.parts.cutover import accepting, findings, standing, verdict, writing
from pages.parts.shared import look_words, person_choice, shell
from pages.parts.shared.words import plain

_OPEN: tuple[Weight, ...] = ("blocked", "unknown", "accept")


def draw(typed: str) -> None:
    """Draw the look that each open migration of a domain (as typed) keeps; nothing where there is none."""
    try:
        name = parse_name(typed).ascii
    except InputError:
        return
    for of in standing.of_domain(name) or ():
        if of.domain.cutover is not None:
            _one(of)


def _one(of: Checkable) -> None:
    t, now, m, d = shell.language().text, clock.now(), of.migration, of.domain
    look = d.cutover
    assert look is not None
    found = summary_of(standing.looks_of(of), d)
    why = outdated(d, now)
    st.subheader(t("cutover.kept.title", ref=m.ref), anchor=False)
    said = t(kept.sentence(found or {}, look.verdict, d.display))
    verdict.draw(look.verdict, said, t(f"cutover.kept.{why}") if why else "")
    at = shell.language().value(moment(look.at))
    st.caption(plain(t("cutover.page.at", at=at, age=look_words.age(look.at, now))))
    accepting.told(d)
    st.page_link(
        "pages/migration.py",
        label=plain(t("propagation.migration", ref=m.ref)),
        icon=shell.PAGES["migration"],
        query_params={"ref": m.ref},
    )
    if found is None:
        st.caption(plain(t("cutover.kept.summary_gone")))
    else:
        _findings(found)
    writing.wrong(of)
    if why is None and may_be_accepted(look.verdict) and not look.accepted_by:
        st.markdown(plain(t("cutover.accept.what")))
        if refused := shell.refusal("work"):
            st.caption(plain(refused))
            person_choice.ask("cutover_person")
        accepting.form(of, lambda m, act, reason: accept_look(m, act, d.name, reason))


def _findings(found: Mapping[str, Any]) -> None:
    t = shell.language().text
    for weight in _OPEN:
        if some := kept.of_weight(found, weight):
            st.markdown(f"**{plain(t(f'cutover.section.{weight}'))}**")
            findings.of_history(some)
    if notices := kept.of_weight(found, "notice"):
        with st.expander(plain(t("cutover.page.notices", count=len(notices))), icon=":material/info:"):
            findings.of_history(notices)
    if left := kept.left_out(found):
        st.caption(plain(t("cutover.kept.left_out", count=left)))
