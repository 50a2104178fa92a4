"""Small pictures of the pages of a look, the old server's beside the new one's: where a Chromium is, and on a click."""

from collections.abc import Sequence

import streamlit as st

from core.cutover.asking import browser
from core.cutover.asking.pictures import PICTURES_MAX, Pictures, RunningPictures, Shot
from core.cutover.probes import Page
from core.cutover.result import Cutover
from core.cutover.settings import Targets
from core.cutover.showing.side_by_side import PagePair, pictured
from core.ground import clock
from core.ground.settings import settings
from pages.parts.shared import shell
from pages.parts.shared.once import Once
from pages.parts.shared.words import plain

_EVERY = 1.0
_WIDTH = 640
"""Of two pictures, in pixels; on a phone they are as wide as it is."""


@Once
def all_pictures() -> Pictures:
    """Return the pictures of this process, so that one is taken at a time."""
    return Pictures(Targets(settings().cutover_targets), clock.now)


def draw(found: Cutover, pairs: Sequence[PagePair]) -> None:
    """Draw the pictures of a look's pages, or the button that asks for them; nothing where no page is worth one."""
    t = shell.language().text
    worth = pictured(pairs, len(pairs))
    if not worth:
        return
    if browser.chromium() is None:
        st.caption(plain(t("cutover.page.pictures.none")))
        return
    running = all_pictures().of(found)
    if running is None:
        if not st.button(t("cutover.page.pictures.show"), key="cutover_pictures", icon=":material/image:"):
            return
        chosen = pictured(pairs, PICTURES_MAX // 2)
        running = all_pictures().begin(found, [page for pair in chosen for page in (pair.old, pair.new) if page])
        if running is None:
            st.error(plain(t("cutover.page.pictures.too_many")), icon=":material/hourglass_disabled:")
            return
    if running.over:
        _draw(running, worth)
    else:
        st.fragment(_follow, run_every=_EVERY)(running, worth)


def _follow(running: RunningPictures, worth: Sequence[PagePair]) -> None:
    with shell.told():
        if running.over:
            st.rerun()
        _draw(running, worth)


def _draw(running: RunningPictures, worth: Sequence[PagePair]) -> None:
    t = shell.language().text
    if not running.over:
        said = t("cutover.page.pictures.taking", done=str(len(running.taken)), total=str(len(running.shots)))
        st.info(plain(said), icon=":material/pending:")
    st.caption(plain(t("cutover.page.pictures.what")))
    asked = set(running.shots)
    shown = [pair for pair in worth if any(page and Shot.of(page) in asked for page in (pair.old, pair.new))]
    for pair in shown:
        st.markdown(f"**{plain(pair.site)}**")
        with st.container(horizontal=True, width=_WIDTH):
            for page in filter(None, (pair.old, pair.new)):
                _picture(running, page)
    if len(shown) < len(worth):
        some = t("cutover.page.pictures.some", shown=str(len(shown)), total=str(len(worth)))
        st.caption(plain(some))


def _picture(running: RunningPictures, page: Page) -> None:
    t, shot = shell.language().text, Shot.of(page)
    with st.container():
        if png := running.taken.get(shot):
            alt = t(f"cutover.page.pictures.alt.{page.side}", site=page.site, address=page.address)
            st.image(png, width="stretch", alt=alt, output_format="PNG")
        else:
            why = "failed" if shot in running.taken or running.over else "waits"
            st.caption(plain(t(f"cutover.page.pictures.{why}")))
        st.caption(plain(t(f"cutover.page.pictures.{page.side}", address=page.address)))
