"""Findings in words: what each means and what to do about it, the first of very many."""

from collections.abc import Sequence

import streamlit as st

from core.cutover.finding import Finding
from core.cutover.showing.kept import Known
from core.cutover.showing.words import SHOWN
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def of_look(some: Sequence[Finding]) -> None:
    """Draw findings of a look that is there."""
    t = shell.language().text
    _draw([(t(one.message), t(one.todo)) for one in some[:SHOWN]], len(some))


def of_history(some: Sequence[Known]) -> None:
    """Draw findings as a history has them."""
    language = shell.language()
    _draw([(one.said(language), one.to_do(language)) for one in some[:SHOWN]], len(some))


def _draw(told: Sequence[tuple[str, str]], of: int) -> None:
    t = shell.language().text
    for said, todo in told:
        what_to_do = f"  \n  :small[{plain(t('cutover.todo', todo=todo))}]" if todo else ""
        st.markdown(f"- {plain(said)}{what_to_do}")
    if of > SHOWN:
        st.caption(plain(t("cutover.more", count=of - SHOWN)))
