"""Who looks, or that nobody does: above everything else on the page, since nothing below it is sure then."""

import streamlit as st

from core.ground import clock
from core.ground.clock import WARSAW
from pages.parts.shared import shell, watch_reading
from pages.parts.shared.words import plain


def draw() -> None:
    """Draw who looks; in red where nobody does, or where looks are late, with what to do."""
    t, now = shell.language().text, clock.now()
    read = watch_reading.read(now, shell.watch_plan())
    if read.broken:
        st.error(plain(t("watches.broken", names=", ".join(read.broken[:5]), count=len(read.broken))))
    if read.holder is None:
        st.error(f"**{plain(t('watches.nobody'))}** {plain(t('watches.nobody.do'))}", icon=":material/visibility_off:")
        return
    if late := sum(any(found.kind == "unlooked" for found in one.troubles) for one in read.shown):
        st.error(plain(t("watches.late", count=late)), icon=":material/running_with_errors:")
    if read.holder.until is None:
        st.caption(plain(t("watches.workers", count=read.holder.workers)))
        return
    until = f"{read.holder.until.astimezone(WARSAW):%H:%M:%S}"
    st.caption(plain(t("watches.looks", holder=read.holder.name[:80], until=until)))
