"""A button that opens a dialog about the migration, or says why whoever sits here cannot do that now."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.ground.messages import Message
from pages.parts.migration import session_state
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def refused(possibly: Callable[[], Message | None]) -> str | None:
    """Return why whoever sits here cannot do something now, as a sentence; None where they can."""
    if refused := shell.refusal("work"):
        return refused
    why = possibly()
    said = shell.language().text(why) if why else ""
    return said[:1].upper() + said[1:] or None


def draw(
    kind: str,
    said: str,
    icon: str,
    refused: str | None,
    about: Mapping[str, object] | None = None,
    *,
    primary: bool = False,
    small: bool = False,
) -> None:
    """Draw the button of a kind of dialog; `about` is what the dialog needs to know."""
    about = about or {}
    key = "_".join(("card", kind, *(str(part) for part in about.values()), shell.language().code))
    st.button(
        plain(said) if said else " ",
        key=key,
        icon=f":material/{icon}:",
        type="primary" if primary else "tertiary" if small else "secondary",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=session_state.begin,
        args=(kind,),
        kwargs=about,
    )
