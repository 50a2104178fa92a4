"""When: the steps of the evening, to be copied; the whole of a look as a file."""

import json

import streamlit as st

from core.cutover.finding import Weights
from core.cutover.result import Cutover
from core.cutover.showing import client, report, words
from core.dns.names import parse_name
from core.ground import clock
from pages.parts.cutover import axis
from pages.parts.shared import client_message, shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain


def draw(found: Cutover, weights: Weights) -> None:
    """Draw the plan of a look, what the client is told of it, and what may be taken along."""
    language, now = shell.language(), clock.now()
    t, steps = language.text, words.steps(found.plan, now, language)
    st.subheader(t("cutover.page.plan"), anchor=False)
    st.markdown("\n".join(f"{number}. {plain(step)}" for number, step in enumerate(steps, start=1)))
    axis.draw(found.plan, now)
    with st.container(horizontal=True):
        with st.container(width="content"):
            copy_button(
                t("cutover.page.copy"),
                done=t("copy.done"),
                by_hand=t("copy.by_hand"),
                key="cutover_copy",
                text="\n".join([found.name, *(f"{number}. {step}" for number, step in enumerate(steps, start=1))]),
            )
        with st.container(width="content"):
            file_button(
                t("cutover.page.json"),
                lambda: json.dumps(report.as_json(found, weights, language), ensure_ascii=False, indent=2).encode(),
                name=f"cutover-{found.name}-{found.at:%Y%m%d-%H%M%S}.json",
                mime="application/json",
                key="cutover_json",
            )
    with st.expander(t("cutover.client.title"), icon=":material/mail:"):
        if not client.is_agreed(found.plan, now):
            st.caption(plain(t("cutover.client.unagreed")))
        name = parse_name(found.name).display
        client_message.in_either(
            lambda reader: client.client_message(found.plan, name, now, reader), f"cutover_client_{language.code}"
        )
