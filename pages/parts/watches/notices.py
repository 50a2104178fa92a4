"""Notices in a line each: what is told, to whom, and what became of it; and who would be told, had they an address."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.migration import worded
from core.migration.migration import Migration
from core.notices import fate, recipients
from core.notices.notice import Notice, State
from core.watch import showing
from core.watch.plan import To
from pages.parts.shared import line_table, shell
from pages.parts.shared.words import plain

_MARKS: dict[State, str] = {"sent": "✓", "failed": "▲", "withheld": "■", "acknowledged": "✓"}
"""What stands before a fate: never told by a colour alone. What is on its way has a circle."""

_LOOKS: dict[State, line_table.Kind] = {"failed": "late", "withheld": "due"}


def what(notice: Notice) -> str:
    """Return what a notice tells of."""
    known = notice.kind in showing.KINDS
    return shell.language().text(f"watches.transition.{notice.kind}") if known else notice.transition[:80]


def look(notice: Notice) -> line_table.Kind:
    """Return how a notice looks in a line."""
    return "due" if notice.twice or notice.why else _LOOKS.get(notice.state, "small")


def recipient(to: str) -> str:
    """Return whom a notice is to: somebody of the team, or a way to several."""
    way = to.partition(".")[0]
    if way in ("team", "webhook", "apprise"):
        return shell.language().text(f"watches.to.{way}") + to.removeprefix(way).replace(".", " ")
    return worded.person(to, shell.team())


def said(notice: Notice) -> str:
    """Return what has become of a notice, and what the other side said where it was refused."""
    return f"{_MARKS.get(notice.state, '○')} {shell.language().text(fate.fate(notice))}"


def draw(found: Sequence[Notice], m: Migration | None) -> None:
    """Draw the notices of a watch, the newest first: what is told once, then a line a recipient."""
    language, lines = shell.language(), []
    before = ""
    for one in found:
        if one.transition != before:
            lines.append(f"- **{plain(what(one))}** :small[{plain(language.value(one.created_at))}]")
            before = one.transition
        lines.append(f"    - {plain(f'{recipient(one.recipient)}: {said(one)}')}")
    if not lines:
        st.caption(plain(language.text("watches.notices.none")))
    else:
        st.markdown("\n".join(lines))
    for to in _unreached(m):
        st.caption(f"▲ {plain(f'{recipient(to)}: {language.text(fate.unreached())}')}")


def _unreached(m: Migration | None) -> Iterable[str]:
    """Return who is to be told of something of a watch and has no address."""
    everybody: set[To] = {to for told in shell.watch_plan().notices.values() for to in told.to}
    owner, deputy = (m.owner, m.deputy) if m else ("", "")
    return recipients.recipients(sorted(everybody), owner, deputy, shell.team(), ()).unreached
