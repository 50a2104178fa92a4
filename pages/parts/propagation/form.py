"""What is to be checked: the form in the session and in the address, filled in from a domain of a migration."""

from collections.abc import Mapping

import streamlit as st

from core.dns.asked import FIELDS, LABEL, READY, split_types
from core.ground.messages import InputError
from core.migration.dns_check import Checkable, check_form
from core.migration.migration import Migration
from pages.parts.propagation import resolver_choice
from pages.parts.propagation.session_keys import LEFT_OUT, UNKNOWN
from pages.parts.shared import mistakes, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

_IN_ADDRESS = (*FIELDS, "live", "aside")
_BLANK = dict.fromkeys(_IN_ADDRESS, "")
_DETAILS = ("expect", "was", "new", "old", "ttl", "switched")
_OF_ONE_DOMAIN = (*_DETAILS, "aside")
_LINES = ("expect", "was")


def opened() -> FormState:
    """Return the form, filled in from the address where somebody has come by one."""
    state = FormState("propagation", shell.language().code, _IN_ADDRESS, _read)
    arrived = state.arrived()
    if arrived is not None:
        state.fill(_BLANK | arrived)
        asked = split_types(arrived.get("types", ""))
        st.session_state[UNKNOWN] = [type for type in asked if type not in READY]
    return state


def _read(field: str, text: str) -> object:
    """Return a text of the address as its widget's value; of types those that there are."""
    if field == "types":
        return [type for type in split_types(text) if type in READY]
    return text.lower() in ("true", "1") if field == "live" else text


def draw(state: FormState, there: Mapping[str, Checkable], private: bool) -> None:
    """Draw what is to be checked; `there` are the domains of the pipeline by name."""
    language, t = shell.language(), shell.language().text
    picked = _pick_key()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        state.draw(
            st.text_input,
            "name",
            t("field.check.name"),
            placeholder=t("propagation.name.example"),
            on_change=_renamed,
            args=(state,),
        )
    with right:
        st.selectbox(
            t("propagation.pick"),
            list(there),
            index=None,
            format_func=lambda name: f"{there[name].domain.display} · {there[name].migration.client}",
            key=picked,
            placeholder=t("propagation.pick.choose") if there else t("propagation.pick.none"),
            on_change=_choose,
            args=(state, there),
            disabled=not there,
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state.draw(
            st.multiselect,
            "types",
            t("field.check.types"),
            options=READY,
            placeholder=t("propagation.types.usual"),
            select_all=False,
            on_change=lambda: st.session_state.pop(UNKNOWN, None),
            width=420,
        )
        filled = sum(bool(state.value(field)) for field in _DETAILS)
        label = t("propagation.details_filled", filled=filled) if filled else t("propagation.details")
        with st.popover(label, icon=":material/tune:", key=f"propagation_details_{language.code}"):
            for field in _DETAILS:
                widget = st.text_area if field in _LINES else st.text_input
                extra = {"height": 68} if field in _LINES else {}
                state.draw(widget, field, t(f"field.check.{field}"), help=t(f"propagation.help.{field}"), **extra)
        resolver_choice.draw(private)


def unknown_types() -> list[str]:
    """Return the types of a link that nobody can ask for."""
    return st.session_state.get(UNKNOWN, [])


def wrong(state: FormState, error: InputError) -> None:
    """Say what is wrong with the form, and offer the name that stands inside a pasted address."""
    for mistake in error.errors:
        mistakes.draw([mistake], shell.language())
        offered = mistake.message.values.get("name")
        if mistake.field == f"{LABEL}name" and isinstance(offered, str):
            st.button(
                plain(shell.language().text("propagation.offered", name=offered)),
                key="propagation_offered",
                on_click=_take,
                args=(state, offered),
                type="primary",
            )


def _take(state: FormState, name: str) -> None:
    state.fill(state.texts() | {"name": name})


def set_aside(state: FormState, text: str) -> None:
    """Put who is set aside into the form, and with it into the link."""
    st.session_state[state.key("aside")] = text


def aside_of_link(state: FormState, name: str, migration: Migration | None) -> str:
    """Return who is set aside by the link; nobody where the domain is in a migration, whose history says that."""
    text = state.texts()["aside"]
    if migration is None:
        return text
    if text:
        st.session_state[LEFT_OUT] = name
        set_aside(state, "")
        state.keep({}, ())
    if st.session_state.get(LEFT_OUT) == name:
        said = shell.language().text("propagation.aside.link_ignored", ref=migration.ref)
        st.info(plain(said), icon=":material/info:")
    return ""


def _pick_key() -> str:
    return f"propagation_pick_{shell.language().code}"


def _choose(state: FormState, there: Mapping[str, Checkable]) -> None:
    """Take a domain of the pipeline over into the form."""
    chosen = st.session_state[_pick_key()]
    if chosen in there:
        state.fill(_BLANK | check_form(there[chosen].domain))


def _renamed(state: FormState) -> None:
    """Forget what was known of the domain before: its servers and values would judge another one."""
    kept = {field: text for field, text in state.texts().items() if field not in _OF_ONE_DOMAIN}
    if any(state.texts()[field] for field in _OF_ONE_DOMAIN):
        shell.tell(shell.language().text("propagation.cleared"))
    state.fill(_BLANK | kept)
    st.session_state[_pick_key()] = None
