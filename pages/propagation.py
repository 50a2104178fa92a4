"""Propagacja DNS: how far a change of a domain has got in the world; one glance, then the proof."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from core.dns.asked import read_wish
from core.dns.wish import Wish
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.migration.dns_check import checkable
from core.migration.resolvers_aside import as_text
from pages.parts.propagation import aside, check, files, followed, form, resolver_choice
from pages.parts.shared import frame, shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
t = language.text
private = settings().private_servers
state = form.opened()


def draw_check(wish: Wish) -> None:
    """Draw a check and what may be done about it."""
    name, found, chosen = wish.name.ascii, there.get(wish.name.ascii), resolver_choice.chosen(private)
    migration = found.migration if found else None
    of_link = form.aside_of_link(state, name, migration)
    asides = aside.found(name, chosen, migration, of_link, partial(form.set_aside, state))
    wish = replace(wish, aside=asides.in_force)
    live = bool(state.value("live"))
    # Of a line that sets nobody aside nothing is handed on: it may be anything.
    texts = state.texts() | {"aside": as_text(() if migration else asides.in_force)}
    query = {name: text for name, text in texts.items() if text}
    # A ticket is read later: it opens the check, and does not keep asking.
    link = shell.link("propagation", {name: text for name, text in query.items() if name != "live"})
    view = check.View(wish, chosen, live, private, link, asides.moved)
    with st.container(horizontal=True, vertical_alignment="center"):
        check.again_button(view)
        aside.button(asides)
        every = round(settings().check_every)
        state.draw(st.toggle, "live", t("propagation.live"), help=t("propagation.live.help", seconds=every))
        copy_button(
            t("propagation.link"),
            done=t("copy.done"),
            by_hand=t("copy.by_hand"),
            key="propagation_link",
            path=f"propagation?{urlencode(query)}",
        )
        if found:
            st.page_link(
                "pages/migration.py",
                label=plain(t("propagation.migration", ref=found.migration.ref)),
                icon=shell.PAGES["migration"],
                query_params={"ref": found.migration.ref},
            )
    aside.draw_wrong(asides)
    followed.draw(wish)
    check.draw(view)
    files.draw(view.wish, view.running)
    aside.draw(asides)


there = {c.domain.name: c for c in checkable(shell.store().snapshot())}
st.title(t("page.propagation.title"))
form.draw(state, there, private)
st.query_params.pop("ref", None)
texts = state.keep({}, ())
if unknown := form.unknown_types():
    st.warning(plain(t("propagation.unknown_types", types=", ".join(unknown)[:80])), icon=":material/help:")
if not texts["name"].strip():
    st.info(plain(t("propagation.empty")), icon=":material/info:")
else:
    try:
        wish = followed.asking(read_wish(texts, clock.now(), private=private), texts["types"])
    except InputError as error:
        form.wrong(state, error)
    else:
        draw_check(wish)
