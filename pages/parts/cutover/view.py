"""What came of a look: the answer with its age, what stands against it and what to do, then all that it rests on."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.cutover.asking.running_looks import RunningLook
from core.cutover.finding import Finding, Verdict, Weight, Weights
from core.cutover.result import Cutover
from core.cutover.showing import words
from core.ground import clock
from core.ground.moments import moment
from pages.parts.cutover import plan, records, servers
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_BOXES: dict[Verdict, Callable[..., object]] = {
    "blocked": st.error,
    "unknown": st.warning,
    "accept": st.warning,
    "ready": st.success,
}
_MARKS: dict[Verdict, str] = {
    "blocked": ":material/block:",
    "unknown": ":material/help:",
    "accept": ":material/rule:",
    "ready": ":material/check_circle:",
}
_OPEN: tuple[Weight, ...] = ("blocked", "unknown", "accept")


def draw(look: RunningLook, found: Cutover, weights: Weights) -> None:
    """Draw a look that is over."""
    _answer(look, found, weights)
    for weight in _OPEN:
        some = [one for one in found.findings if weights.of(one) == weight]
        if some:
            st.markdown(f"**{plain(shell.language().text(f'cutover.section.{weight}'))}**")
            _findings(some)
    notices = [one for one in found.findings if weights.of(one) == "notice"]
    if notices:
        t = shell.language().text
        with st.expander(plain(t("cutover.page.notices", count=len(notices))), icon=":material/info:"):
            _findings(notices)
    records.draw(found)
    servers.draw(found)
    plan.draw(found, weights)


def _answer(look: RunningLook, found: Cutover, weights: Weights) -> None:
    language, now = shell.language(), clock.now()
    t, verdict = language.text, weights.verdict(found.findings)
    stale = look.is_stale(now)
    # What is too old is no answer any more: it must not look like one.
    box, mark = (st.info, ":material/history:") if stale else (_BOXES[verdict], _MARKS[verdict])
    said = t("cutover.page.stale") if stale else ""
    box(" ".join(filter(None, (plain(said), f"**{plain(t(words.sentence(found, weights)))}**"))), icon=mark)
    minutes = max(0, int((now - found.at).total_seconds() // 60))
    age = t("cutover.page.minutes", count=minutes) if minutes < 120 else t("cutover.page.hours", count=minutes // 60)
    at = language.value(moment(found.at))
    parts = [t("cutover.page.at", at=at, age=age), t(words.completeness(found))]
    parts.append(t("cutover.page.asked_of", servers=", ".join(found.new_servers)))
    sources = [t(f"cutover.source.{one.kind}", count=one.sets, name=one.name) for one in found.sources]
    if sources:
        parts.append(t("cutover.page.sources", sources="; ".join(sources)))
    st.caption(plain(" ".join(parts)))


def _findings(some: Sequence[Finding]) -> None:
    t = shell.language().text
    for one in some[: words.SHOWN]:
        said, todo = plain(t(one.message)), plain(t("cutover.todo", todo=one.todo))
        st.markdown(f"- {said}  \n  :small[{todo}]")
    if len(some) > words.SHOWN:
        st.caption(plain(t("cutover.more", count=len(some) - words.SHOWN)))
