"""The way on in the dialog that moves a migration: what the gate waits for, what the client is told, and through it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration import board, gate
from core.migration.migration import Migration
from core.migration.moves import Act
from core.migration.people import CONSOLE
from core.migration.stages import STAGES, STEPS, Check
from pages.parts.shared import client_message, deed, gate_fields, look_first, migration_words, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.gate_fields import Given
from pages.parts.shared.words import plain


class _Ahead(NamedTuple):
    """The migration as it would be, the checks that would still keep the gate shut, and the stage where it arrives.

    `wrong`: what was filled in cannot be.
    """

    then: Migration
    shut: list[Check]
    arrives: str
    wrong: bool


def following(m: Migration, here: str) -> str:
    """Return the stage to which the gate of a step leads, or that of the migration's own stage."""
    stage = here if here in STEPS else m.stage
    return STAGES[STAGES.index(stage) + 1]


def draw(d: Deed, here: str, blocked: bool) -> None:
    """Draw the gate before which the migration stands, or its domains of the step `here`; do what is asked for."""
    to = following(d.seen, here)
    gate_fields.from_to(here, to)
    given = gate_fields.draw(d, here)
    ahead = _ahead(d.seen, given, to)
    with st.expander(plain(shell.language().text("move.message")), icon=":material/mail:"):
        about = [ahead.then.domains[name] for name in given.filled.domains]
        client_message.draw(ahead.then, ahead.arrives, about, d.key("message"))
    sure = _limit(d, here, given.filled.domains, to)
    _buttons(d, given, ahead, to, blocked, sure)


def _ahead(m: Migration, given: Given, following: str) -> _Ahead:
    """Say what would still be missing; return what there would be."""
    nowhere = _Ahead(m, [], following, True)
    if given.wrong:
        return nowhere
    # What is missing is told to everybody; whoever has not said who they are cannot go on anyway.
    act = replace(shell.act() or Act(shell.process(), CONSOLE, clock.now()), at=given.at)
    try:
        then, shut = gate.preview(m, act, given.filled)
    except InputError as error:
        mistakes.draw(error.errors, shell.language())
        look_first.links(m, error.errors)
        return nowhere
    arrives = following
    if shut:
        t, labels = shell.language().text, _labels(shut)
        st.warning(plain(t("move.missing", checks=labels)), icon=":material/lock:")
    elif shell.refusal("work") is None:
        arrives = gate.arrives(then, act, given.filled)
    return _Ahead(then, shut, arrives, False)


def _labels(checks: Sequence[Check]) -> str:
    return "; ".join(shell.language().value(check.label) for check in checks)


def _limit(d: Deed, here: str, names: Sequence[str], following: str) -> bool:
    """Ask whether one more is wise where the next stage is full; return whether to go on.

    Domains that leave others behind take no card on: it stands at its rearmost ones.
    """
    t, limit = shell.language().text, shell.process().by_id[following].wip_limit
    if here != d.seen.stage or set(names) != set(gate.at_gate(d.seen, here)):
        return True
    there = board.standing(shell.store().snapshot(), following)
    if limit is None or there < limit:
        return True
    full = t("move.full", stage=migration_words.stage(following), standing=there, limit=limit)
    st.warning(plain(full), icon=":material/stacks:")
    return st.checkbox(t("move.full.sure"), key=d.key("sure"))


def _buttons(d: Deed, given: Given, ahead: _Ahead, following: str, blocked: bool, sure: bool) -> None:
    t, refused = shell.language().text, shell.refusal("work")
    gate_fields.refused(refused)
    off = bool(refused or ahead.wrong or blocked)
    with st.container(horizontal=True):
        go = st.button(
            plain(t("move.go", stage=migration_words.stage(ahead.arrives))),
            type="primary",
            key=d.key("go"),
            disabled=off or bool(ahead.shut) or not sure,
            icon=":material/arrow_forward:",
        )
        keep = st.button(plain(t("move.keep")), key=d.key("keep"), disabled=off)
    force = _force(d, ahead.shut, off or not sure)
    filled = d.about["filled"] = given.filled
    if go or force is not None:
        deed.attempt(
            d,
            lambda m, act: gate.go_through(m, replace(act, at=given.at), filled, force=force),
            lambda m: _moved(d, m, filled.domains, following),
            domains=filled.domains,
        )
    elif keep:
        deed.attempt(
            d,
            lambda m, act: gate.fill_in(m, replace(act, at=given.at), filled),
            t("move.kept", ref=d.seen.ref),
            domains=filled.domains,
        )


def _moved(d: Deed, m: Migration, names: Sequence[str], following: str) -> str:
    """Return what is told once it has moved; where only some of its domains did, that it stays behind them."""
    t = shell.language().text
    if m.stage == d.seen.stage:
        return t("move.done_part", ref=m.ref, count=len(names), stage=migration_words.stage(following))
    return t("move.done", ref=m.ref, stage=migration_words.stage(m.stage))


def _force(d: Deed, shut: Sequence[Check], off: bool) -> str | None:
    """Let a manager go on although something is missing, where that is allowed at all; return the reason given."""
    t = shell.language().text
    never = [check for check in shut if not check.forceable]
    if never:
        st.caption(plain(t("move.never", checks=_labels(never))))
    elif shut and not shell.refusal("work") and (refused := shell.refusal("force")):
        st.caption(plain(refused))
    elif shut and not shell.refusal("work"):
        reason = st.text_input(t("move.because"), key=d.shows("because", ""))
        clicked = st.button(plain(t("move.force")), key=d.key("force"), disabled=off)
        return reason if clicked else None
    return None
