"""What was seen of a domain before somebody asks: a watch of it has looked all the while, so the check begins there."""

from dataclasses import replace

import streamlit as st

from core.dns.judging.check_so_far import Heard
from core.dns.wish import Wish
from core.ground.messages import InputError
from core.ground.moments import moment
from core.watch import heard_text, looking
from core.watch.plan import plan_of_desk
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


def asking(wish: Wish, types: str) -> Wish:
    """Return what is asked of a name: where nobody said which `types`, those of its watch.

    Of these alone the past is known: one type more, and nobody could say until when caches may hold what was.
    """
    watch = watch_reading.watches().open_of_name(wish.name.ascii)
    if watch is None or types.strip():
        return wish
    try:
        watched = looking.wish_of(watch, plan_of_desk()).types
    except InputError:
        return wish
    told = (wish.value_type,) if wish.value_type and wish.value_type not in watched else ()
    return replace(wish, types=(*watched, *told))


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
