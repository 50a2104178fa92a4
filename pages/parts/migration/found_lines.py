"""Findings of an archive or a zone, the gravest first: a shape and a word each, never a colour alone."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from core.ground.messages import Message
from core.ground.severity import Severity
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_ICONS: dict[Severity, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "notice": ":material/info:",
    "info": ":material/lightbulb:",
}
_SEVERITIES: tuple[Severity, ...] = tuple(_ICONS)
_SHOWN = 8
"""Findings that stand there at once; the others are folded."""
_MOST = 300
"""Findings that are drawn at all; of the others their number is told."""


class Line(NamedTuple):
    """A finding as it is told: how grave it is, its sentence, and the line of the file that it is about."""

    severity: Severity
    said: Message
    line: int | None = None


def draw(found: Sequence[Line]) -> None:
    """Draw findings."""
    t = shell.language().text
    ordered = sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), one.line or 0))
    if not ordered:
        st.caption(plain(t("handover.archive.no_findings")))
        return
    st.markdown("\n".join(f"- {_said(one)}" for one in ordered[:_SHOWN]))
    if more := ordered[_SHOWN:_MOST]:
        with st.expander(t("handover.archive.more_findings", count=len(ordered) - _SHOWN)):
            st.markdown("\n".join(f"- {_said(one)}" for one in more))
            if len(ordered) > _MOST:
                st.caption(plain(t("handover.archive.findings_shown", most=_MOST)))


def _said(one: Line) -> str:
    t = shell.language().text
    where = f"{t('handover.archive.line', line=one.line)} " if one.line else ""
    return f"{_ICONS[one.severity]} **{plain(t(f'dns.severity.{one.severity}'))}** {plain(where + t(one.said))}"
