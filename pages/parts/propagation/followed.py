"""What was seen of a domain before somebody asks: a watch of it has looked all the while, so the check begins there."""

import streamlit as st

from core.dns.judging.check_so_far import Heard
from core.dns.wish import Wish
from core.ground.moments import moment
from core.watch import heard_text
from pages.parts.shared import shell, watch_reading
from pages.parts.shared.words import plain


def heard(wish: Wish) -> Heard | None:
    """Return what the watch of a name has heard; None where there is none, or nobody can read it."""
    watches = watch_reading.watches()
    watch = watches.open_of_name(wish.name.ascii)
    packed = watches.heard(watch.id) if watch else None
    try:
        return heard_text.unpack(packed, wish) if packed else None
    except ValueError:
        # What cannot be read is left out: the check is as one of a name that nobody follows.
        return None


def draw(wish: Wish) -> None:
    """Say since when a name is followed, and lead to what was seen of it."""
    language = shell.language()
    watch = watch_reading.watches().open_of_name(wish.name.ascii)
    if watch is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(language.text("propagation.followed", at=moment(watch.begun_at))), width="content")
        st.page_link(
            "pages/watches.py",
            label=language.text("propagation.followed.open"),
            icon=shell.PAGES["watches"],
            query_params={"id": str(watch.id)},
        )
