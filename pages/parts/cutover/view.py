"""What came of a look: the answer with its age, what stands against it and what to do, then all that it rests on."""

import streamlit as st

from core.cutover.asking.running_looks import RunningLook
from core.cutover.finding import Weight, Weights
from core.cutover.result import Cutover
from core.cutover.showing import report, words
from core.ground import clock
from core.ground.moments import moment
from pages.parts.cutover import changes, findings, keeping, plan, records, servers, standing, verdict
from pages.parts.shared import look_words, shell
from pages.parts.shared.words import plain

_OPEN: tuple[Weight, ...] = ("blocked", "unknown", "accept")


def draw(look: RunningLook, found: Cutover, weights: Weights) -> None:
    """Draw a look that is over."""
    stale, summary = look.is_stale(clock.now()), report.summary(found, weights)
    there = standing.of_domain(found.name)
    why = "cutover.page.stale" if stale else "cutover.kept.changed" if standing.is_changed(there or (), summary) else ""
    _answer(found, weights, why)
    before = standing.last_before(there or (), summary)
    if before is None and look.former is not None:
        before = report.summary(look.former, weights)
    if before is not None:
        changes.draw(before, summary)
    for weight in _OPEN:
        some = [one for one in found.findings if weights.of(one) == weight]
        if some:
            st.markdown(f"**{plain(shell.language().text(f'cutover.section.{weight}'))}**")
            findings.of_look(some)
    if there is not None:
        keeping.draw(found, summary, there, stale=stale)
    notices = [one for one in found.findings if weights.of(one) == "notice"]
    if notices:
        t = shell.language().text
        with st.expander(plain(t("cutover.page.notices", count=len(notices))), icon=":material/info:"):
            findings.of_look(notices)
    records.draw(found)
    servers.draw(found)
    plan.draw(found, weights)


def _answer(found: Cutover, weights: Weights, outdated: str) -> None:
    language = shell.language()
    t = language.text
    said = t(words.sentence(found, weights))
    verdict.draw(weights.verdict(found.findings), said, t(outdated) if outdated else "")
    at, age = language.value(moment(found.at)), look_words.age(found.at, clock.now())
    parts = [t("cutover.page.at", at=at, age=age), t(words.completeness(found))]
    parts.append(t("cutover.page.asked_of", servers=", ".join(found.new_servers)))
    sources = [t(f"cutover.source.{one.kind}", count=one.sets, name=one.name) for one in found.sources]
    if sources:
        parts.append(t("cutover.page.sources", sources="; ".join(sources)))
    st.caption(plain(" ".join(parts)))
