"""What changed since the look before: the sentence with its counts, the findings themselves folded away."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.cutover.showing import since
from core.cutover.showing.kept import Known
from core.ground.moments import moment
from core.migration.event import moment as moment_of
from pages.parts.cutover import findings
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def draw(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Draw what became of the findings of a look by the next one, both as `report.summary` gives them."""
    language, found = shell.language(), since.since(before, now)
    st.markdown(plain(since.said(found, language)))
    lists: dict[str, Sequence[Known]] = {
        "cutover.since.mended.title": found.mended,
        "cutover.since.new.title": found.new,
        "cutover.since.unseen.title": found.unseen,
    }
    if not any(lists.values()):
        return
    at = language.value(moment(at)) if (at := moment_of(str(before.get("at") or ""))) else "–"
    with st.expander(plain(language.text("cutover.since.lists", at=at)), icon=":material/difference:"):
        for title, some in lists.items():
            if some:
                st.markdown(f"**{plain(language.text(title))}**")
                findings.of_history(some)
