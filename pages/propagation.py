"""Propagacja DNS: how far a change of a domain has got in the world; one glance, then the proof."""

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from core.dns.asked import FIELDS, LABEL, READY, read_wish, split_types
from core.dns.wish import Wish
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.migration.dns_check import check_form, checkable
from core.migration.migration import Migration
from core.migration.resolvers_aside import as_text
from pages.parts.propagation import aside, check, resolver_choice
from pages.parts.shared import frame, shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
t = language.text
private = settings().private_servers

IN_ADDRESS = (*FIELDS, "live", "aside")
DEFAULTS = dict.fromkeys(IN_ADDRESS, "")
DETAILS = ("expect", "was", "new", "old", "ttl", "switched")
OF_ONE_DOMAIN = (*DETAILS, "aside")
LINES = ("expect", "was")


def read(field: str, text: str) -> object:
    """Return a text of the address as its widget's value; of types those that there are."""
    if field == "types":
        return [type for type in split_types(text) if type in READY]
    return text.lower() in ("true", "1") if field == "live" else text


state = FormState("propagation", language.code, IN_ADDRESS, read)
arrived = state.arrived()
if arrived is not None:
    state.fill(DEFAULTS | arrived)
    asked = split_types(arrived.get("types", ""))
    st.session_state["_propagation_unknown"] = [type for type in asked if type not in READY]


def choose() -> None:
    """Take a domain of the pipeline over into the form."""
    chosen = st.session_state[f"propagation_pick_{language.code}"]
    if chosen in there:
        state.fill(DEFAULTS | check_form(there[chosen].domain))


def draw_form() -> None:
    """Draw what is to be checked."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        state.draw(
            st.text_input,
            "name",
            t("field.check.name"),
            placeholder=t("propagation.name.example"),
            on_change=renamed,
        )
    with right:
        st.selectbox(
            t("propagation.pick"),
            list(there),
            index=None,
            format_func=lambda name: f"{there[name].domain.display} · {there[name].migration.client}",
            key=f"propagation_pick_{language.code}",
            placeholder=t("propagation.pick.choose") if there else t("propagation.pick.none"),
            on_change=choose,
            disabled=not there,
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state.draw(
            st.multiselect,
            "types",
            t("field.check.types"),
            options=READY,
            placeholder=t("propagation.types.usual"),
            on_change=lambda: st.session_state.pop("_propagation_unknown", None),
            width=420,
        )
        filled = sum(bool(st.session_state[state.key(field)]) for field in DETAILS)
        label = t("propagation.details_filled", filled=filled) if filled else t("propagation.details")
        with st.popover(label, icon=":material/tune:", key=f"propagation_details_{language.code}"):
            for field in DETAILS:
                widget = st.text_area if field in LINES else st.text_input
                extra = {"height": 68} if field in LINES else {}
                state.draw(widget, field, t(f"field.check.{field}"), help=t(f"propagation.help.{field}"), **extra)
        resolver_choice.draw(private)


def renamed() -> None:
    """Forget what was known of the domain before: its servers and values would judge another one."""
    kept = {field: text for field, text in state.texts().items() if field not in OF_ONE_DOMAIN}
    if any(state.texts()[field] for field in OF_ONE_DOMAIN):
        shell.tell(t("propagation.cleared"))
    state.fill(DEFAULTS | kept)
    st.session_state[f"propagation_pick_{language.code}"] = None


def offer(name: str) -> None:
    """Put the name into the form that was found in what somebody pasted."""
    state.fill(state.texts() | {"name": name})


def draw_wrong(error: InputError) -> None:
    """Say what is wrong with the form, and offer the name that stands inside a pasted address."""
    for mistake in error.errors:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")
        offered = mistake.message.values.get("name")
        if mistake.field == f"{LABEL}name" and isinstance(offered, str):
            st.button(
                plain(t("propagation.offered", name=offered)),
                key="propagation_offered",
                on_click=offer,
                args=(offered,),
                type="primary",
            )


def keep_aside(text: str) -> None:
    """Put who is set aside into the form, and with it into the link."""
    st.session_state[state.key("aside")] = text


def of_link(name: str, migration: Migration | None) -> str:
    """Return who is set aside by the link; nobody where the domain is in a migration, whose history says that."""
    text = state.texts()["aside"]
    if migration is None:
        return text
    if text:
        st.session_state["_propagation_left_out"] = name
        keep_aside("")
        state.keep({}, ())
    if st.session_state.get("_propagation_left_out") == name:
        st.info(plain(t("propagation.aside.link_ignored", ref=migration.ref)), icon=":material/info:")
    return ""


def draw_check(wish: Wish) -> None:
    """Draw a check and what may be done about it."""
    found, chosen = there.get(wish.name.ascii), resolver_choice.chosen(private)
    migration = found.migration if found else None
    asides = aside.found(wish.name.ascii, chosen, migration, of_link(wish.name.ascii, migration), keep_aside)
    wish = replace(wish, aside=asides.in_force)
    live = bool(st.session_state[state.key("live")])
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
    check.draw(view)
    check.files(view)
    aside.draw(asides)


there = {c.domain.name: c for c in checkable(shell.store().snapshot())}
st.title(t("page.propagation.title"))
draw_form()
st.query_params.pop("ref", None)
texts = state.keep({}, ())
if unknown := st.session_state.get("_propagation_unknown"):
    st.warning(plain(t("propagation.unknown_types", types=", ".join(unknown)[:80])), icon=":material/help:")
if not texts["name"].strip():
    st.info(plain(t("propagation.empty")), icon=":material/info:")
else:
    try:
        wish = read_wish(texts, clock.now(), private=private)
    except InputError as error:
        draw_wrong(error)
    else:
        draw_check(wish)
