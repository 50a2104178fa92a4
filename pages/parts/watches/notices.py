"""Notices in a line each: what is told, to whom, and what became of it."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.migration import worded
from core.notices.notice import Notice
from core.watch import fate, showing
from core.watch.fate import Fate
from pages.parts.shared import line_table, shell
from pages.parts.shared.words import plain

_MARKS: dict[Fate, str] = {"sent": "✓", "acknowledged": "✓", "failed": "▲", "withheld": "■", "twice": "●", "again": "●"}
"""What stands before a fate: never told by a colour alone. What is on its way has a circle."""

_LOOKS: dict[Fate, line_table.Kind] = {"failed": "late", "withheld": "due", "twice": "due", "again": "due"}

_WAYS = ("team", "webhook", "apprise")


def what(notice: Notice) -> str:
    """Return what a notice tells of."""
    known = notice.kind in showing.KINDS
    return shell.language().text(f"watches.transition.{notice.kind}") if known else notice.transition[:80]


def look(notice: Notice, now: dt.datetime) -> line_table.Kind:
    """Return how a notice looks in a line."""
    return _LOOKS.get(fate.fate(notice, now), "small")


def line(notice: Notice, now: dt.datetime) -> str:
    """Return whom a notice is to, what has become of it, and what the other side said where it was refused."""
    t = shell.language().text
    found = f"{_recipient(notice.recipient)}: {_MARKS.get(fate.fate(notice, now), '○')} {t(fate.words(notice, now))}"
    why = fate.trouble(notice)
    return f"{found}: {t(why)}" if why is not None else found


def _recipient(to: str) -> str:
    """Return whom a notice is to: somebody of the team, or a way to several."""
    way, _, number = to.partition(".")
    if way in _WAYS:
        return " ".join(filter(None, (shell.language().text(f"watches.to.{way}"), number)))
    return worded.person(to, shell.team())


def draw(found: Sequence[Notice], now: dt.datetime) -> None:
    """Draw the notices of a watch, the newest first: what is told once, then a line a recipient."""
    language, lines = shell.language(), []
    before = ""
    for one in found:
        if one.transition != before:
            lines.append(f"- **{plain(what(one))}** :small[{plain(language.value(one.created_at))}]")
            before = one.transition
        lines.append(f"    - {plain(line(one, now))}")
    if lines:
        st.markdown("\n".join(lines))
    else:
        st.caption(plain(language.text("watches.notices.none")))
