"""The way back in the dialog that moves a migration: a wrong move put right, a failed test sent back to be mended."""

import streamlit as st

from core.migration import gate
from core.migration.stages import STEPS
from pages.parts.shared import deed, gate_fields, migration_words, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def draw(d: Deed, to: str, rework: bool, blocked: bool) -> None:
    """Draw where to, which domains, and why; `rework`: the client's test failed."""
    m, t = d.seen, shell.language().text
    gate_fields.from_to(m.stage, to)
    st.markdown(plain(t("move.rework" if rework else "move.back")))
    here = gate_fields.domains(d, gate.can_go_back(m, to), t("move.which"))
    reason = st.text_input(t("move.reason"), key=d.shows("reason", ""))
    refused = shell.refusal("work")
    gate_fields.refused(refused)
    clicked = st.button(
        plain(t("move.go_back", stage=migration_words.stage(to))),
        type="primary",
        key=d.key("go"),
        disabled=bool(refused or blocked or (to in STEPS and not here)),
        icon=":material/undo:",
    )
    if clicked:
        deed.attempt(
            d,
            lambda m, act: gate.go_back(m, act, to, reason, here),
            lambda now: t("move.done", ref=now.ref, stage=migration_words.stage(now.stage)),
            domains=here or None,
        )
