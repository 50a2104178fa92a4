"""The keys of the desk: one component listens on the whole page, also inside our own components.

It tells what was pressed; what is looked up is decided here, on what was in the field then. It also gives the focus
back to the card or the button from which a dialog was opened.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.shared import search, shell
from pages.parts.shared.words import plain

_component = st.components.v2.component("keys", html="<i></i>", js=Path(__file__).with_suffix(".js").read_text("utf-8"))

_KEY = "keys"
_ASKED = "_keys_asked"
_WENT = "_keys_went"

SHOWN = {
    "/": "search",
    "Enter": "enter",
    "n": "new",
    "j k": "list",
    "Enter ␣": "open",
    "Esc": "escape",
    "?": "help",
}
"""The keys as they are shown, with the name of what each does."""


def draw(page: str) -> None:
    """Let keys work; once on a page, in the sidebar. `page`: by its path, so that the browser knows a new one."""

    def asked(name: str) -> None:
        st.session_state[_ASKED] = (name, getattr(st.session_state[_KEY], name))

    _component(
        data={"went": st.session_state.get(_WENT, 0), "at": f"{page} {st.query_params.get('ref', '')}"},
        key=_KEY,
        height="content",
        on_go_change=lambda: asked("go"),
        on_enter_change=lambda: asked("enter"),
        on_help_change=lambda: asked("help"),
    )


def act() -> None:
    """Do what a key has asked for; before the page is drawn."""
    name, value = st.session_state.pop(_ASKED, ("", None))
    if name == "help":
        _help()
    elif name == "go" and value == "register":
        st.switch_page("pages/register.py")
    elif name == "enter" and (meant := _meant(value)):
        st.session_state[_WENT] = st.session_state.get(_WENT, 0) + 1
        page, query = meant
        st.switch_page(f"pages/{page}.py", query_params=query)


def _meant(text: Any) -> tuple[str, dict[str, str]] | None:
    with shell.told():
        return search.meant(text) if isinstance(text, str) else None


def _help() -> None:
    t = shell.language().text

    @st.dialog(t("keys.title"), width="small")
    def dialog() -> None:
        st.markdown(
            "\n".join(
                ["| | |", "|---|---|", *(f"| `{key}` | {plain(t(f'keys.{what}'))} |" for key, what in SHOWN.items())]
            )
        )

    dialog()
