"""A check on the screen: the verdict in a sentence, the matrix, the way down to the zone, findings, the time axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.dns.asking.check import Check
from core.dns.asking.check_queue import MOST_OF_ONE, MOST_UNDER_WAY
from core.dns.asking.running_checks import Running
from core.dns.judging.verdict import State, Verdict
from core.dns.observation import Observation, Server
from core.dns.showing import picture, verdict_words
from core.dns.showing.picture import Kind, Row
from core.dns.wish import Wish
from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import Place
from pages.parts.propagation import chart, findings, followed, for_others, matrix, name_tree, server_comparison
from pages.parts.propagation.session_keys import COME
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_ASKING, _LIVE, _RESTING = 0.5, 1.0, 5.0
"""Seconds after which the page looks again: while answers come in, live, and else."""

_BOXES: dict[verdict_words.Tone, Callable[..., object]] = {
    "error": st.error,
    "warning": st.warning,
    "info": st.info,
    "success": st.success,
}
_MARKS: dict[State, str] = {
    "unknown": ":material/help:",
    "unpublished": ":material/hourglass_top:",
    "published": ":material/hourglass_top:",
    "consistent": ":material/hourglass_bottom:",
    "expired": ":material/check_circle:",
    "observed": ":material/verified:",
}


@dataclass(frozen=True)
class View:
    """What is checked and how it is looked at.

    `live`: whether it is asked again and again; `private`: whether any address may be asked; `link`: where others
    see it; `moved`: whether the page is to be drawn anew, as others have set a resolver aside.
    """

    wish: Wish
    resolvers: tuple[Server, ...]
    live: bool
    private: bool
    link: str
    moved: Callable[[], bool]

    @property
    def running(self) -> Running:
        """The check that everybody who asks for the same shares."""
        before = partial(followed.heard, self.wish)
        return shell.checks().of(self.wish, shell.root_servers(), self.resolvers, before)


def again_button(view: View) -> None:
    """Draw the button that asks everybody once more."""

    def again() -> None:
        if not view.running.again(shell.visitor()):
            shell.tell(shell.language().text("propagation.just_asked"))

    st.button(
        shell.language().text("propagation.again"),
        key="propagation_again",
        icon=":material/refresh:",
        on_click=again,
    )


def draw(view: View) -> None:
    """Draw a check and follow it."""
    found = view.running
    # Whoever comes to the page, or asks something else of it, wants to know how it is now; a click is neither.
    come = shell.visit(), view.wish.asking, view.resolvers
    found.look(shell.visitor(), live=st.session_state.get(COME) != come)
    st.session_state[COME] = come
    every = _LIVE if view.live and found.rounds else _ASKING if found.pending else _RESTING
    st.fragment(_follow, run_every=every)(view, every)


def _follow(view: View, every: float) -> None:
    with shell.told():
        found = view.running
        judged = found.judged(view.wish, clock.now())
        live = view.live and not (judged and verdict_words.over(view.wish, judged[1]))
        found.look(shell.visitor(), live=live)
        if judged:
            _draw(view, found, *judged, live)
        else:
            _begin(view, found)
        if (every == _ASKING and not found.pending) or view.moved():
            # How often it looks is the whole page's to say.
            st.rerun()


def _begin(view: View, found: Running) -> None:
    """Draw the first round while it is under way: what is in so far, which nothing can be said of yet."""
    said = found.answers()
    _asking(found, said)
    kinds, questions = matrix.kinds(changed=True), view.wish.questions
    rows = picture.rows(view.resolvers, questions, said, (), clock.now())
    lines = [matrix.line(row, _where(view, row), {}, kinds, shell.language()) for row in rows]
    matrix.draw(view.wish, matrix.titles(view.wish, questions), lines)


def _where(view: View, row: Row) -> str:
    """Return where a resolver is, and whether it counts."""
    aside = row.server.id in {one.id for one in view.wish.aside}
    mark = shell.language().text("propagation.aside.mark") if aside else ""
    return " · ".join(filter(None, (row.server.country, mark)))


def _draw(view: View, found: Running, check: Check, verdict: Verdict, live: bool) -> None:
    now, wish, language = clock.now(), view.wish, shell.language()
    said, old = check.observations, {server.address for server in check.old_servers}
    zone_servers = check.zone_servers
    questions = picture.shown(wish.questions, check.questions, said)
    of_zone = picture.rows(zone_servers, questions, said, verdict.judged, now)
    of_resolvers = picture.rows(view.resolvers, questions, said, verdict.judged, now)
    outcome = verdict_words.outcome_of(check, verdict, wish, of_resolvers, shell.severities())
    _head(found, outcome, view, live)
    kinds, ends = matrix.kinds(outcome.changed), matrix.ends(verdict, now)
    roles = {True: language.text("propagation.role.old"), False: language.text("propagation.role.zone")}
    rows = [matrix.line(row, roles[row.server.address in old], ends, kinds, language) for row in of_zone]
    rows += [matrix.line(row, _where(view, row), ends, kinds, language) for row in of_resolvers]
    titles = matrix.titles(wish, questions)
    matrix.draw(wish, titles, rows, changed=outcome.changed)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        name_tree.draw(check, verdict)
    with right:
        findings.draw(verdict)
    _axis(view.resolvers, wish, verdict, kinds)
    compared = dict(zip(questions, titles, strict=True))
    server_comparison.draw(wish, compared, [*zone_servers, *view.resolvers], said, view.private, found.rounds)
    for_others.draw(view.wish, view.link, outcome, found.ended_at or now)


def _asking(found: Running, said: Sequence[Observation]) -> None:
    t = shell.language().text
    if place := found.place:
        why = plain(t("propagation.queued.why", count=MOST_UNDER_WAY, one=MOST_OF_ONE))
        st.info(f"**{plain(t('propagation.queued', place=place))}** {why}", icon=":material/hourglass_empty:")
        return
    if found.broken and not found.asking:
        st.error(plain(t("propagation.broken_first")), icon=":material/error:")
        return
    count = plain(t("propagation.in", count=len(said)))
    st.info(f"**{plain(t('propagation.asking'))}** {count}", icon=":material/pending:")


def _head(found: Running, outcome: verdict_words.Outcome, view: View, live: bool) -> None:
    t = shell.language().text
    if found.broken:
        st.error(plain(t("propagation.broken")), icon=":material/error:")
    said = " ".join(map(t, verdict_words.sentences(outcome)))
    icon = {"error": ":material/error:", "warning": ":material/warning:"} if outcome.verdict.propagated else {}
    mark = ":material/error:" if outcome.fault else icon.get(outcome.tone, _MARKS[outcome.verdict.state])
    _BOXES[outcome.tone](f"**{plain(t(verdict_words.title(outcome)))}** {plain(said)}", icon=mark)
    if ends := verdict_words.endings(outcome):
        st.markdown("\n".join(f"- {plain(t(end))}" for end in ends))
    name, at = view.wish.name, found.ended_at
    parts = [f"{name.display} = {name.ascii}"] if name.display != name.ascii else []
    parts.append(t("propagation.asked_before", count=found.rounds))
    if at:
        parts.append(t("propagation.last", at=f"{at.astimezone(WARSAW):%H:%M:%S}"))
    if found.asking:
        parts.append(t("propagation.asking_again"))
    elif place := found.place:
        parts.append(t("propagation.queued_again", place=Place(place)))
    elif live:
        parts.append(t("propagation.next", seconds=int(found.next_in)))
    elif view.live:
        parts.append(t("propagation.ended"))
    st.caption(plain(" ".join(parts)))


def _axis(resolvers: Sequence[Server], wish: Wish, verdict: Verdict, kinds: dict[Kind, str]) -> None:
    language, t = shell.language(), shell.language().text
    samples = picture.samples(verdict.judged)
    if not samples:
        return
    st.subheader(t("propagation.axis"), anchor=False)
    published = verdict.switched if verdict.moves else wish.switched_at
    key = f"propagation_axis_{language.code}"
    chart.draw(samples, resolvers, published, verdict.eta.at, kinds, language, key)
    st.caption(plain(t("propagation.axis.terms")))
    if verdict.eta.at is not None:
        st.caption(plain(f"{t('propagation.working')} {'; '.join(map(t, verdict.eta.working))}"))
