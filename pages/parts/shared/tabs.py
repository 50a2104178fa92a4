"""Rooms of a page: tabs of which only the open one is worked out and sent."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.language import Language


def draw(name: str, rooms: Mapping[str, Callable[[], None]], language: Language, first: str | None = None) -> None:
    """Draw tabs by the ids of their texts, and what is in the open one: on a first visit `first`, if given.

    It stays open through a switch of language and a visit elsewhere; `name` tells the page's rooms from another's.
    """
    opened = f"_{name}_room"
    names = [language.text(room) for room in rooms]
    key = f"{name}_rooms_{language.code}"
    st.session_state.setdefault(key, language.text(st.session_state.get(opened, first or next(iter(rooms)))))
    tabs = st.tabs(names, key=key, on_change="rerun")
    for tab, (room, draw_room) in zip(tabs, rooms.items(), strict=True):
        if tab.open:
            st.session_state[opened] = room
            with tab:
                draw_room()
