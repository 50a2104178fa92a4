"""What the client is told, to be read, copied and sent."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.language import LANGUAGES, Language
from core.migration.client_message import client_message
from core.migration.migration import Domain, Migration
from pages.parts.shared import shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.words import plain


def draw(m: Migration, stage: str, domains: Sequence[Domain], key: str) -> None:
    """Draw what the client is told at a stage, in either language, ready to be copied."""
    process, team = shell.process(), shell.team()
    in_either(lambda language: client_message(m, stage, process, team, language, domains), key)


def in_either(text_in: Callable[[Language], str], key: str) -> None:
    """Draw a text for the client in the language that is chosen, ready to be copied."""
    language, t = shell.language(), shell.language().text
    names = {code: known.name for code, known in LANGUAGES.items()}
    code = st.radio(
        t("move.message.language"),
        list(names),
        format_func=names.get,
        horizontal=True,
        key=f"{key}_code",
        label_visibility="collapsed",
    )
    text = text_in(LANGUAGES[code or language.code])
    # Lines stay lines: `plain` makes one of all of them.
    st.markdown("  \n".join(map(plain, text.split("\n"))))
    copy_button(t("move.message.copy"), done=t("copy.done"), by_hand=t("copy.by_hand"), key=f"{key}_copy", text=text)
