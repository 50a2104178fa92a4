"""What a browser remembers of whoever sits at it, for a year: a cookie that the browser itself writes.

It is read when a session begins, and written only when somebody has chosen something in it. It is no sign-in: anybody
at that browser can choose another.
"""

import secrets
from pathlib import Path
from urllib.parse import unquote

import streamlit as st

_component = st.components.v2.component(
    "remembered", html="<i></i>", js=Path(__file__).with_suffix(".js").read_text("utf-8")
)

_CHOSEN = "_remembered"


def recalled(name: str) -> str:
    """Return what the browser remembered under a name when the session began; "" where it did not."""
    return unquote(st.context.cookies.get(f"desk_{name}", ""))


def remember(name: str, value: str) -> None:
    """Let the browser remember a choice that somebody has just made: a callback."""
    st.session_state.setdefault(_CHOSEN, {})[name] = (value, secrets.token_hex(8))


def draw() -> None:
    """Hand the choices of this session to the browser, if there are any."""
    for name, (value, choice) in st.session_state.get(_CHOSEN, {}).items():
        _component(
            data={"name": f"desk_{name}", "value": value, "choice": choice}, key=f"remembered_{name}", height="content"
        )
