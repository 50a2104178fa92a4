"""A check on the screen: the verdict in a sentence, the matrix, the way down to the zone, findings, the time axis."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.dns.asking.check import Check
from core.dns.asking.checks import Running
from core.dns.asking.turns import MOST_OF_ONE, MOST_UNDER_WAY
from core.dns.judging.findings import Finding, Severity
from core.dns.judging.verdict import State, Verdict
from core.dns.observation import Observation, Server
from core.dns.showing import picture, report, worded
from core.dns.showing.picture import Kind, Row
from core.dns.showing.tree import NameServer, Reference, tree
from core.dns.values import as_shown
from core.dns.wish import Wish
from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import Place
from core.language import LANGUAGES
from pages.parts.propagation import chart, matrix, server_comparison
from pages.parts.shared import shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_ASKING, _LIVE, _RESTING = 0.5, 1.0, 5.0
"""Seconds after which the page looks again: while answers come in, live, and else."""

_BOXES: dict[worded.Tone, Callable[..., object]] = {
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
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice", "info")
_ICONS: dict[Severity, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "notice": ":material/info:",
    "info": ":material/lightbulb:",
}
_NAMED = 3
"""Parent servers told by their names; of more, their number first."""

_COME = "_propagation_come"


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
        return shell.checks().of(self.wish, shell.root_servers(), self.resolvers)


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
    found.look(shell.visitor(), live=st.session_state.get(_COME) != come)
    st.session_state[_COME] = come
    every = _LIVE if view.live and found.rounds else _ASKING if found.pending else _RESTING
    st.fragment(_follow, run_every=every)(view, every)


def _follow(view: View, every: float) -> None:
    with shell.told():
        found = view.running
        judged = found.judged(view.wish, clock.now())
        live = view.live and not (judged and worded.over(view.wish, judged[1]))
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
    outcome = worded.outcome_of(check, verdict, wish, of_resolvers, shell.severities())
    _head(found, outcome, view, live)
    kinds, ends = matrix.kinds(outcome.changed), matrix.ends(verdict, now)
    roles = {True: language.text("propagation.role.old"), False: language.text("propagation.role.zone")}
    rows = [matrix.line(row, roles[row.server.address in old], ends, kinds, language) for row in of_zone]
    rows += [matrix.line(row, _where(view, row), ends, kinds, language) for row in of_resolvers]
    titles = matrix.titles(wish, questions)
    matrix.draw(wish, titles, rows, changed=outcome.changed)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _tree(check, verdict)
    with right:
        _findings(verdict)
    _axis(view.resolvers, wish, verdict, kinds)
    compared = dict(zip(questions, titles, strict=True))
    server_comparison.draw(wish, compared, [*zone_servers, *view.resolvers], said, view.private, found.rounds)
    _words_for_others(view, outcome, found.ended_at or now)


# -- the verdict


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


def _head(found: Running, outcome: worded.Outcome, view: View, live: bool) -> None:
    t = shell.language().text
    if found.broken:
        st.error(plain(t("propagation.broken")), icon=":material/error:")
    said = " ".join(map(t, worded.sentences(outcome)))
    icon = {"error": ":material/error:", "warning": ":material/warning:"} if outcome.verdict.propagated else {}
    mark = ":material/error:" if outcome.fault else icon.get(outcome.tone, _MARKS[outcome.verdict.state])
    _BOXES[outcome.tone](f"**{plain(t(worded.title(outcome)))}** {plain(said)}", icon=mark)
    if ends := worded.endings(outcome):
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


# -- the way down


def _tree(check: Check, verdict: Verdict) -> None:
    t = shell.language().text
    st.subheader(t("propagation.tree"), anchor=False)
    found = check.delegated
    if not found.zone:
        st.markdown(plain(t("propagation.tree.no_zone")))
        return
    drawn = tree(found.zone, found.parent, found.servers, check.observations, verdict.findings)
    lines = [f"- **{plain(t('propagation.tree.parent', zone=drawn.zone))}**"]
    for reference in drawn.references:
        lines += [f"    - {_reference(reference)}", *_faults(reference.findings, 8)]
    lines.append(f"- **{plain(t('propagation.tree.zone', zone=drawn.zone))}**")
    for server in drawn.servers:
        lines += [f"    - {_name_server(server)}", *_faults(server.findings, 8)]
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
    worst = _worst(server.findings)
    good = ":green[:material/check_circle:]" if server.answered else ":material/do_not_disturb_on:"
    mark = _ICONS[worst] if worst in ("error", "warning") else good
    who = f"{server.server.name} {server.server.address}".strip()
    serial = (
        t("propagation.tree.serial", serial=str(server.serial))
        if server.serial is not None
        else t("propagation.tree.no_serial")
    )
    return f"{mark} {plain(who)} :small[{plain(serial)}]"


def _worst(findings: Sequence[Finding]) -> Severity | None:
    severities = shell.severities()
    return min((severities.of(finding) for finding in findings), key=_SEVERITIES.index, default=None)


def _faults(findings: Sequence[Finding], indent: int) -> list[str]:
    t, severities = shell.language().text, shell.severities()
    return [f"{' ' * indent}- {_ICONS[severities.of(finding)]} {plain(t(finding.message))}" for finding in findings]


# -- findings


def _findings(verdict: Verdict) -> None:
    t, severities = shell.language().text, shell.severities()
    st.subheader(t("propagation.findings"), anchor=False)
    if not verdict.findings and verdict.state != "unknown":
        st.markdown(plain(t("propagation.findings.none")))
    graver = [finding for finding in verdict.findings if severities.of(finding) != "info"]
    for finding in sorted(graver, key=lambda finding: _SEVERITIES.index(severities.of(finding))):
        _finding(finding)
    if explaining := [finding for finding in verdict.findings if severities.of(finding) == "info"]:
        # These come and go with every round; folded, they move nothing.
        with st.expander(t("propagation.findings.info", count=len(explaining))):
            for finding in explaining:
                _finding(finding)


def _finding(finding: Finding) -> None:
    t, severity = shell.language().text, shell.severities().of(finding)
    word = t(f"dns.severity.{severity}")
    said = f"{_ICONS[severity]} **{plain(word)}** {plain(t(finding.message))}"
    st.markdown(f"{said}  \n:small[{plain(t(finding.todo))}]")


# -- over time


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


# -- for others


def _words_for_others(view: View, outcome: worded.Outcome, asked_at: dt.datetime) -> None:
    language, t = shell.language(), shell.language().text
    st.subheader(t("propagation.others"), anchor=False)
    names = {code: known.name for code, known in LANGUAGES.items()}
    code = st.radio(
        t("move.message.language"),
        list(names),
        index=list(names).index(language.code),
        format_func=names.get,
        horizontal=True,
        key=f"propagation_code_{language.code}",
        label_visibility="collapsed",
    )
    theirs, name = LANGUAGES[code or language.code], view.wish.name.display
    texts = {
        "ticket": worded.ticket(name, outcome, theirs, asked_at, view.link),
        "client": worded.client_text(name, outcome, theirs),
    }
    for column, (kind, text) in zip(st.columns(2, gap="medium"), texts.items(), strict=True):
        with column:
            st.markdown(f"**{plain(t(f'propagation.others.{kind}'))}**")
            st.markdown("  \n".join(map(plain, text.split("\n"))))
            copy_button(
                t(f"propagation.copy.{kind}"),
                done=t("copy.done"),
                by_hand=t("copy.by_hand"),
                key=f"propagation_copy_{kind}",
                text=text,
            )


def files(view: View) -> None:
    """Draw the buttons that save what was seen."""
    t, wish = shell.language().text, view.wish
    judged = view.running.judged(wish, clock.now())
    if judged is None:
        return
    check, verdict = judged
    st.subheader(t("propagation.export"), anchor=False)
    name = f"dns-{wish.name.ascii}-{clock.now():%Y%m%d-%H%M%S}"
    with st.container(horizontal=True):
        file_button(
            t("propagation.export.json"),
            lambda: json.dumps(
                report.as_json(check, verdict, shell.language(), shell.severities()), ensure_ascii=False, indent=2
            ).encode(),
            name=f"{name}.json",
            mime="application/json",
            key="propagation_json",
        )
        file_button(
            t("propagation.export.csv"),
            lambda: report.as_csv(check, verdict),
            name=f"{name}.csv",
            mime="text/csv",
            key="propagation_csv",
        )
