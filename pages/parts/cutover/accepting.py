"""What a look found is meant so: accepted by a click, with a reason."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.migration.act import Act
from core.migration.dns_check import Checkable
from core.migration.event import Event
from core.migration.migration import Domain, Migration
from pages.parts.cutover import writing
from pages.parts.shared import look_words, migration_words, shell
from pages.parts.shared.words import plain

Accept = Callable[[Migration, Act, str], Sequence[Event]]
"""Decides what is written with a reason."""


def form(of: Checkable, accept: Accept) -> None:
    """Draw the field of the reason, and the button that accepts."""
    t, m = shell.language().text, of.migration
    key = f"cutover_reason_{m.id}_{of.domain.name}_{shell.language().code}"
    with st.form(f"{key}_form", border=False):
        st.text_input(
            t("cutover.accept.reason", ref=m.ref), key=key, placeholder=t("cutover.accept.example"), max_chars=1_000
        )
        st.form_submit_button(
            plain(t("cutover.accept.do", ref=m.ref)),
            key=f"cutover_accept_{m.id}_{of.domain.name}",
            icon=":material/rule:",
            disabled=bool(shell.refusal("work")),
            on_click=_accept,
            args=(of, accept, key),
        )


def told(d: Domain) -> None:
    """Say who accepted the last look of a domain, when and why, where somebody did."""
    look = d.cutover
    if look is not None and (who := look_words.accepted_by(d)):
        at = migration_words.at(look.accepted_at)
        said = shell.language().text("cutover.kept.accepted", who=who, at=at, reason=look.reason)
        st.markdown(f":material/rule: {plain(said)}")


def _accept(of: Checkable, accept: Accept, key: str) -> None:
    reason = str(st.session_state.get(key) or "")
    if writing.write(of, partial(_decide, accept, reason), "cutover.accept.done"):
        st.session_state[key] = ""


def _decide(accept: Accept, reason: str, m: Migration, act: Act) -> Sequence[Event]:
    return accept(m, act, reason)
