"""What was seen of a check, as files: all of it as JSON, the answers as CSV."""

import json

import streamlit as st

from core.dns.asking.running_checks import Running
from core.dns.showing import report
from core.dns.wish import Wish
from core.ground import clock
from pages.parts.shared import shell
from pages.parts.shared.file_button import file_button


def draw(wish: Wish, running: Running) -> None:
    """Draw the buttons that save what was seen."""
    t = shell.language().text
    judged = running.judged(wish, clock.now())
    if judged is None:
        return
    check, verdict = judged
    st.subheader(t("propagation.export"), anchor=False)
    name = f"dns-{wish.name.ascii}-{clock.now():%Y%m%d-%H%M%S}"
    with st.container(horizontal=True):
        file_button(
            t("propagation.export.json"),
            lambda: json.dumps(
                report.as_json(check, verdict, shell.language(), shell.severities()), ensure_ascii=False, indent=2
            ).encode(),
            name=f"{name}.json",
            mime="application/json",
            key="propagation_json",
        )
        file_button(
            t("propagation.export.csv"),
            lambda: report.as_csv(check, verdict),
            name=f"{name}.csv",
            mime="text/csv",
            key="propagation_csv",
        )
