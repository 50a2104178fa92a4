"""What was found, to be ticked: what is sure is ticked, what only resembles is not."""

from collections.abc import Sequence

import streamlit as st

from core.forgetting import found_words
from core.forgetting.found import Found
from core.ground.settings import settings
from pages.parts.forgetting import session_keys as keys
from pages.parts.forgetting.asking import Seen
from pages.parts.shared import shell
from pages.parts.shared.words import plain, unlinked

_SHOWN = 100
"""Places of each kind that have a tick of their own."""
_LETTERS = 160
_TEXTS = 6
"""Texts of a record that are shown."""


def draw(seen: Seen) -> set[str]:
    """Draw what was found, a tick each; return the keys of what is ticked."""
    t = shell.language().text
    if not seen.look.found:
        st.success(plain(t("forget.none")), icon=":material/check_circle:")
    sure = [one for one in seen.look.found if one.sure]
    like = [one for one in seen.look.found if not one.sure]
    chosen: set[str] = set()
    if sure:
        st.subheader(t("forget.sure"), anchor=False)
        chosen |= _ticks(sure, True)
        if others := sure[_SHOWN:]:
            label = t("forget.other_sure", count=len(others))
            if st.checkbox(label, value=True, key=f"forget_others_{seen.look.digest}"):
                chosen |= {one.key for one in others}
    if like:
        st.subheader(t("forget.like"), anchor=False)
        st.caption(plain(t("forget.like.what")))
        chosen |= _ticks(like, False)
        if len(like) > _SHOWN:
            st.caption(plain(t("forget.more", count=len(like) - _SHOWN)))
    _beside(seen)
    return chosen


def _ticks(found: Sequence[Found], ticked: bool) -> set[str]:
    language = shell.language()
    times = st.session_state.get(keys.ROUND, 0)
    chosen = set()
    for one in found[:_SHOWN]:
        key = f"forget_tick_{one.key}_{ticked}_{times}_{language.code}"
        with st.container(gap=None):
            if st.checkbox(unlinked(language.text(found_words.title(one))), value=ticked, key=key):
                chosen.add(one.key)
            st.caption(plain(_said(one)))
    return chosen


def _said(one: Found) -> str:
    language = shell.language()
    parts = []
    for said in one.evidence[:_TEXTS]:
        text = said.text if len(said.text) <= _LETTERS else f"{said.text[:_LETTERS]}…"
        parts.append(f"{language.text(found_words.field(said))}: {text}")
    return " · ".join([*parts, *(["…"] if len(one.evidence) > _TEXTS else [])])


def _beside(seen: Seen) -> None:
    """Draw what stays whatever is ticked: records of erasures, and backups."""
    t = shell.language().text
    if told := seen.look.told_of_records:
        st.warning(plain(t(told)), icon=":material/history:")
    st.subheader(t("forget.copies"), anchor=False)
    for said in found_words.of_copies(seen.copies, settings().database_url):
        st.markdown(f"- {plain(t(said))}")
