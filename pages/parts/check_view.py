"""A check on the screen: the verdict in a sentence, the matrix, the way down to the zone, findings, the time axis."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import clock
from core.clock import WARSAW
from core.dns import picture, report, worded
from core.dns.check import Check, Wish
from core.dns.checks import Running
from core.dns.findings import Finding, Severity
from core.dns.observation import Observation, Question, Server
from core.dns.picture import Cell, Kind, Row
from core.dns.tree import NameServer, Reference, tree
from core.dns.turns import MOST_OF_ONE, MOST_UNDER_WAY
from core.dns.verdict import Verdict
from core.language import LANGUAGES, Language
from core.messages import Place
from pages.parts import propagation_chart, server_comparison, shell
from pages.parts.answer_words import SHAPES
from pages.parts.answers import answers
from pages.parts.copy_button import copy_button
from pages.parts.file_button import file_button
from pages.parts.words import plain

_ASKING, _LIVE, _RESTING = 0.5, 1.0, 5.0
"""Seconds after which the page looks again: while answers come in, live, and else."""

_BOXES = {
    "fault": (st.error, ":material/error:"),
    "unknown": (st.warning, ":material/help:"),
    "unpublished": (st.warning, ":material/hourglass_top:"),
    "published": (st.warning, ":material/hourglass_top:"),
    "consistent": (st.info, ":material/hourglass_bottom:"),
    "expired": (st.success, ":material/check_circle:"),
    "observed": (st.success, ":material/verified:"),
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

_Ends = dict[tuple[Server, Question], int]


@dataclass(frozen=True)
class View:
    """What is checked and how it is looked at.

    `live`: whether it is asked again and again; `private`: whether any address may be asked; `link`: where others
    see it.
    """

    wish: Wish
    resolvers: tuple[Server, ...]
    live: bool
    private: bool
    link: str

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
        if every == _ASKING and not found.pending:
            # How often it looks is the whole page's to say.
            st.rerun()


def _begin(view: View, found: Running) -> None:
    """Draw the first round while it is under way: what is in so far, which nothing can be said of yet."""
    said = found.answers()
    _asking(found, said)
    kinds = _kinds(changed=True)
    of_resolvers = picture.rows(view.resolvers, view.wish.questions, said, (), clock.now())
    _matrix(view.wish, [_row(row, row.server.country, {}, kinds, shell.language()) for row in of_resolvers])


def _draw(view: View, found: Running, check: Check, verdict: Verdict, live: bool) -> None:
    now, wish, language = clock.now(), view.wish, shell.language()
    said, old = check.observations, {server.address for server in check.old_servers}
    zone_servers = check.zone_servers
    of_zone = picture.rows(zone_servers, wish.questions, said, verdict.judged, now)
    of_resolvers = picture.rows(view.resolvers, wish.questions, said, verdict.judged, now)
    outcome = worded.outcome_of(check, verdict, wish, of_resolvers, shell.severities())
    _head(found, outcome, view, live)
    kinds, ends = _kinds(outcome.changed), _ends(verdict, now)
    roles = {True: language.text("propagation.role.old"), False: language.text("propagation.role.zone")}
    rows = [_row(row, roles[row.server.address in old], ends, kinds, language) for row in of_zone]
    rows += [_row(row, row.server.country, ends, kinds, language) for row in of_resolvers]
    _matrix(wish, rows, changed=outcome.changed)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _tree(check, verdict)
    with right:
        _findings(verdict)
    _axis(view.resolvers, wish, verdict, kinds)
    server_comparison.draw(wish, [*zone_servers, *view.resolvers], said, view.private, found.rounds)
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
    box, icon = _BOXES["fault" if outcome.fault else outcome.verdict.state]
    said = " ".join(map(t, worded.sentences(outcome)))
    box(f"**{plain(t(worded.title(outcome)))}** {plain(said)}", icon=icon)
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


# -- the matrix


def _kinds(changed: bool) -> dict[Kind, str]:
    """Return what each kind of answer is called; where nothing was changed, nothing is new."""
    t = shell.language().text
    kinds = {kind: t(f"propagation.kind.{kind}") for kind in SHAPES}
    return kinds if changed else {**kinds, "new": t("propagation.kind.same")}


def _matrix(wish: Wish, rows: list[dict[str, Any]], *, changed: bool = True) -> None:
    language, t = shell.language(), shell.language().text
    st.subheader(t("propagation.matrix"), anchor=False)
    words = {
        "label": t("propagation.matrix.label", name=wish.name.display),
        "server": t("propagation.matrix.server"),
        # The browser fills in what ticks.
        "ttl": t("propagation.ttl", time="{time}"),
        "age": t("propagation.age", time="{time}"),
        "ends": t("propagation.ends", time="{time}"),
    }
    answers(list(wish.types), rows, words, key=f"propagation_matrix_{language.code}")
    st.caption(plain(t("propagation.legend" if changed else "propagation.legend_same")))


def _ends(verdict: Verdict, now: dt.datetime) -> _Ends:
    """Return for how many seconds yet a resolver may keep what it has, where its own TTL tells (`Countdown`)."""
    latest: dict[tuple[Server, Question], dt.datetime] = {}
    for one in verdict.countdowns:
        key = one.server, one.question
        latest[key] = max(one.until, latest.get(key, one.until))
    return {key: max(0, int((until - now).total_seconds())) for key, until in latest.items()}


def _row(row: Row, where: str, ends: _Ends, kinds: dict[Kind, str], language: Language) -> dict[str, Any]:
    server = row.server
    return {
        "id": f"{server.role} {server.address}",
        "title": server.operator or server.name or server.address,
        "note": " · ".join(filter(None, (where, server.address))),
        "cells": [_cell(cell, ends.get((server, cell.question)), kinds, language) for cell in row.cells],
    }


def _cell(cell: Cell, ends: int | None, kinds: dict[Kind, str], language: Language) -> dict[str, Any]:
    t, said = language.text, cell.observation
    notes = []
    if said and said.failure == "no_ipv6":
        notes.append(t("propagation.no_ipv6"))
    elif said:
        if cell.kind == "failure":
            notes.append(
                said.rcode
                if cell.status is None and said.rcode
                else t(f"propagation.status.{cell.status or 'malformed'}")
            )
        elif said.rcode == "NXDOMAIN":
            notes.append(t("propagation.status.nxdomain"))
        elif cell.kind == "none" and cell.status == "new":
            notes.append(t("propagation.as_expected"))
        notes += [f"→ {rrset.values[0]}" for rrset in said.answer if rrset.type == "CNAME" != cell.question.type]
        if cell.stale:
            notes.append(t("propagation.stale"))
        if said.transport in ("dot", "doh"):
            notes.append(t("propagation.encrypted", how={"dot": "DoT", "doh": "DoH"}[said.transport]))
    return {
        "kind": cell.kind,
        "shape": SHAPES[cell.kind],
        "word": kinds[cell.kind],
        "values": list(said.values or ()) if said else [],
        "notes": notes,
        "left": cell.left,
        "age": cell.age,
        "ends": ends,
        # A server of the zone counts nothing down: its TTL is what caches begin with.
        "ticks": said is not None and said.server.role == "resolver",
    }


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
    hosts = ", ".join(reference.hosts) or t("propagation.tree.nobody")
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
    propagation_chart.draw(samples, resolvers, published, verdict.eta.at, kinds, language, key)
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
