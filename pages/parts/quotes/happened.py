"""What happened to a quote, a line an event; and that somebody else was quicker."""

from collections.abc import Sequence

import streamlit as st

from core.ground import moments
from core.ground.messages import Message
from core.migration import worded
from core.quotes import quote_words
from core.quotes.saved import QuoteEvent
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def events(happened: Sequence[QuoteEvent]) -> None:
    """Draw what happened to a quote, a line an event: when, who, what and why."""
    language, team = shell.language(), shell.team()
    lines = []
    for event in happened:
        parts = (
            language.value(moments.moment(event.recorded_at)),
            worded.person(event.actor, team) if event.actor else "",
            language.text(quote_words.event(event)),
            event.reason,
        )
        lines.append("- " + plain(" · ".join(filter(None, parts))))
    if lines:
        st.markdown("\n".join(lines))


def quicker(message: Message, since: Sequence[QuoteEvent]) -> None:
    """Draw that somebody else was quicker, and what they did."""
    st.markdown(f":material/sync_problem: **{plain(shell.language().text(message))}**")
    events(since)
