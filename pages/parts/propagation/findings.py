"""What is wrong, or worth knowing, of a zone: by how grave it is, with what to do."""

from collections.abc import Sequence

import streamlit as st

from core.dns.judging.findings import Finding
from core.dns.judging.verdict import Verdict
from core.ground.severity import Severity
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice", "info")
ICONS: dict[Severity, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "notice": ":material/info:",
    "info": ":material/lightbulb:",
}


def draw(verdict: Verdict) -> None:
    """Draw all findings, the gravest first; those that only explain are folded."""
    t, severities = shell.language().text, shell.severities()
    st.subheader(t("propagation.findings"), anchor=False)
    if not verdict.findings and verdict.state != "unknown":
        st.markdown(plain(t("propagation.findings.none")))
    graver = [finding for finding in verdict.findings if severities.of(finding) != "info"]
    for finding in sorted(graver, key=lambda finding: _SEVERITIES.index(severities.of(finding))):
        _finding(finding)
    if explaining := [finding for finding in verdict.findings if severities.of(finding) == "info"]:
        # These come and go with every round; folded, they move nothing.
        with st.expander(t("propagation.findings.info", count=len(explaining))):
            for finding in explaining:
                _finding(finding)


def _finding(finding: Finding) -> None:
    t, severity = shell.language().text, shell.severities().of(finding)
    word = t(f"dns.severity.{severity}")
    said = f"{ICONS[severity]} **{plain(word)}** {plain(t(finding.message))}"
    st.markdown(f"{said}  \n:small[{plain(t(finding.todo))}]")


def worst(findings: Sequence[Finding]) -> Severity | None:
    """Return how grave the gravest of some findings is."""
    severities = shell.severities()
    return min((severities.of(finding) for finding in findings), key=_SEVERITIES.index, default=None)


def lines(findings: Sequence[Finding]) -> list[str]:
    """Return findings as lines of a list, below what they are about."""
    t, severities = shell.language().text, shell.severities()
    return [f"        - {ICONS[severities.of(finding)]} {plain(t(finding.message))}" for finding in findings]
