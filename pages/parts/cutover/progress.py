"""A look that goes on: what it does now, how far that is and what it has seen, each second; nothing else is drawn anew.

What it means is said once it is over: until then nothing here is an answer.
"""

import streamlit as st

from core.cutover.asking.running_looks import AT_ONCE, RunningLook
from pages.parts.cutover import records, servers
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_EVERY = 1.0
_ROWS = 25
"""Of a table while a look goes on: it is drawn each second."""


def follow(look: RunningLook) -> None:
    """Tell how far a look is, until it is over; then draw the page with what came of it."""
    st.fragment(_tell, run_every=_EVERY)(look)


def _tell(look: RunningLook) -> None:
    with shell.told():
        if look.over:
            st.rerun()
        t = shell.language().text
        if place := look.place:
            said = plain(t("cutover.page.queued", place=str(place), most=str(AT_ONCE)))
            st.info(said, icon=":material/hourglass_empty:")
            return
        stage, done, total = look.progress
        count = f" {plain(t('cutover.page.done', done=str(done), total=str(total)))}" if total else ""
        st.info(f"**{plain(t(f'cutover.page.stage.{stage}'))}**{count}", icon=":material/pending:")
        if total:
            st.progress(min(1.0, done / total))
        st.caption(plain(t("cutover.page.meanwhile")))
        so_far = look.so_far
        records.draw_so_far(so_far.records, _ROWS)
        servers.draw_so_far(so_far.probes, _ROWS)
