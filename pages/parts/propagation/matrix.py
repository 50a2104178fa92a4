"""Who sees what: the answers of a check put into words for the matrix of servers and records."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.dns.judging.aliases import referred
from core.dns.judging.verdict import Verdict
from core.dns.observation import Question, Server
from core.dns.showing.picture import Cell, Kind, Row
from core.dns.values import as_shown
from core.dns.wish import Wish
from core.language import Language
from pages.parts.propagation.answer_words import SHAPES
from pages.parts.propagation.answers import answers
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_Ends = dict[tuple[Server, Question], int]


def kinds(changed: bool) -> dict[Kind, str]:
    """Return what each kind of answer is called; where nothing was changed, nothing is new."""
    t = shell.language().text
    words = {kind: t(f"propagation.kind.{kind}") for kind in SHAPES}
    return words if changed else {**words, "new": t("propagation.kind.same")}


def titles(wish: Wish, questions: Sequence[Question]) -> list[str]:
    """Return what each question is called: by its type, or as the host of the mail that it is about."""
    types = {**dict(zip(wish.questions, wish.types, strict=True)), **{q: q.type for q in wish.beside}}
    t = shell.language().text
    return [types.get(q) or t("propagation.mail_host", host=q.name, type=q.type) for q in questions]


def ends(verdict: Verdict, now: dt.datetime) -> _Ends:
    """Return for how many seconds yet a resolver may keep what it has, where its own TTL tells (`Countdown`)."""
    latest: dict[tuple[Server, Question], dt.datetime] = {}
    for one in verdict.countdowns:
        key = one.server, one.question
        latest[key] = max(one.until, latest.get(key, one.until))
    return {key: max(0, int((until - now).total_seconds())) for key, until in latest.items()}


def draw(wish: Wish, columns: list[str], rows: list[dict[str, Any]], *, changed: bool = True) -> None:
    """Draw the matrix with its legend."""
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
    answers(columns, rows, words, key=f"propagation_matrix_{language.code}")
    st.caption(plain(t("propagation.legend" if changed else "propagation.legend_same")))


def line(row: Row, where: str, ends: _Ends, kinds: dict[Kind, str], language: Language) -> dict[str, Any]:
    """Return a server and its answers in words; `where` says what it is, or where."""
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
        if way := referred("", said):
            notes.append(f"→ NS {', '.join(as_shown(sorted(way.servers)))}")
        if cell.stale:
            notes.append(t("propagation.stale"))
        if said.transport in ("dot", "doh"):
            notes.append(t("propagation.encrypted", how={"dot": "DoT", "doh": "DoH"}[said.transport]))
    return {
        "kind": cell.kind,
        "shape": SHAPES[cell.kind],
        "word": kinds[cell.kind],
        "values": as_shown(said.values or ()) if said else [],
        "notes": notes,
        "left": cell.left,
        "age": cell.age,
        "ends": ends,
        # A server of the zone counts nothing down: its TTL is what caches begin with.
        "ticks": said is not None and said.server.role == "resolver",
    }
