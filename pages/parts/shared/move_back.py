"""The way back in the dialog that moves a migration: a mistake put right, a failed test, a switch taken back."""

from collections.abc import Sequence

import streamlit as st

from core.migration import client_message as messages
from core.migration import gate, groups
from core.migration.migration import Migration
from core.migration.stages import REWORKS, STEPS
from pages.parts.shared import client_message, deed, gate_fields, migration_words, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def draw(d: Deed, here: str, to: str | None, blocked: bool) -> None:
    """Draw where to, which domains, and why.

    `here`: the step of the domains that are meant, or the stage of the migration itself; `to`: where they were dropped,
    None where that is to be asked.
    """
    m, t = d.seen, shell.language().text
    asked = to is None
    target = to or _where(d)
    gate_fields.from_to(here, target)
    able = _able(m, here, to)
    if asked and not able:
        # What could go back when the dialog was opened is somewhere else by now.
        st.info(plain(t("move.moved", stage=migration_words.stage(m.stage))), icon=":material/info:")
        return
    names = gate_fields.domains(d, here, able, t("move.which"), t("move.domains_back", count=len(able)))
    # With none chosen yet, the text of what they would all come to.
    ways = {gate.way_back(m.domains[name], target) for name in names or able}
    way = next((one for one in ("switched_back", "rework") if one in ways), "back")
    st.markdown(plain(t(f"move.{way}")))
    reason = st.text_input(t("move.reason"), key=d.shows("reason", ""))
    if way == "switched_back":
        _message(d, names or able)
    refused = shell.refusal("work")
    gate_fields.refused(refused)
    clicked = st.button(
        plain(t("move.go_back", stage=migration_words.stage(target))),
        type="primary",
        key=d.key("go"),
        disabled=bool(refused or blocked or (target in STEPS and not names)),
        icon=":material/undo:",
    )
    if clicked:
        deed.attempt(
            d,
            lambda now, act: gate.go_back(now, act, target, reason, names),
            lambda now: _told(now, names, target),
            domains=names or None,
        )


def _where(d: Deed) -> str:
    """Draw the choice of the step to which they go back; return it."""
    t, key = shell.language().text, d.key("to")
    names = {step: migration_words.stage(step) for step in reversed(REWORKS)}
    return str(st.radio(t("card.rework.to"), list(names), format_func=names.get, key=key, horizontal=True))


def _able(m: Migration, here: str, to: str | None) -> tuple[str, ...]:
    if to is None:
        return groups.can_be_sent_back(m, here)
    return gate.can_go_back(m, to, here if here in STEPS else None)


def _message(d: Deed, names: Sequence[str]) -> None:
    """Draw what the client is told of a switch that is taken back."""
    t = shell.language().text
    with st.expander(plain(t("move.message")), icon=":material/mail:", expanded=True):
        about = [d.seen.domains[name] for name in names]
        client_message.draw(d.seen, messages.SWITCHED_BACK, about, d.key("message"))


def _told(now: Migration, names: Sequence[str], to: str) -> str:
    t, stage = shell.language().text, migration_words.stage(to)
    if names and len(now.active) > 1:
        return t("move.done_back", ref=now.ref, count=len(names), stage=stage)
    return t("move.done", ref=now.ref, stage=migration_words.stage(now.stage))
