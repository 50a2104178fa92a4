"""What is asked of a look: the form in the session and in the address, mistakes told at their fields.

Mailboxes are people's addresses: they are kept in the session, and stand in no link. The lists of the domain's
migration fill in sites and mailboxes.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cutover.asked import Typed
from core.ground.messages import FieldError
from pages.parts.cutover import standing
from pages.parts.cutover.session_keys import LISTED, MAILBOXES, TRIED
from pages.parts.shared import shell
from pages.parts.shared.form_state import FormState, default
from pages.parts.shared.words import plain

_IN_ADDRESS = ("name", "new", "old", "map", "site", "agreed")
_BLANK = dict.fromkeys(_IN_ADDRESS, "")
_LINES = ("map", "site")
_MAILBOX = "mailbox"
_LINES_BETWEEN = str.maketrans(",;", "\n\n")
LABEL = "cutover."
"""Before a field, where its own name is told: `field.cutover.name`."""


class Form(NamedTuple):
    """What stands in the form, whether somebody asked for a look with it, and where mistakes are told, by field."""

    typed: Typed
    asked: bool
    places: dict[str, DeltaGenerator]


def draw() -> Form:
    """Draw what is asked, filled in from the address where somebody has come by one."""
    t = shell.language().text
    state = FormState("cutover", shell.language().code, _IN_ADDRESS, lambda _, text: text)
    arrived = state.arrived()
    if arrived is not None:
        state.fill(_with_lists(_BLANK | arrived))
    places: dict[str, DeltaGenerator] = {}
    with st.form("cutover_form", border=False):
        for line in (("name", "agreed"), ("new", "old"), ("map", "site", _MAILBOX)):
            for field, column in zip(line, st.columns(len(line), gap="small"), strict=True):
                with column:
                    _mailboxes() if field == _MAILBOX else _field(state, field)
                    places[field] = st.container()
        asked = st.form_submit_button(
            t("cutover.page.check"), type="primary", icon=":material/fact_check:", key="cutover_check"
        )
    texts = state.keep({}, ())
    return Form(_typed(texts), asked, places)


def _with_lists(texts: dict[str, str]) -> dict[str, str]:
    """Fill in sites and mailboxes by the lists of the domain's migration, once somebody has come for another domain."""
    before, filled = st.session_state.get(LISTED, ("", ""))
    if not texts["name"] or texts["name"] == before:
        return texts
    sites, mailboxes = standing.handed_over(texts["name"])
    if st.session_state.get(MAILBOXES, "") in ("", filled):
        # What somebody typed stays; those of another domain do not.
        st.session_state[MAILBOXES] = "\n".join(mailboxes)
        st.session_state.pop(_mailbox_key(), None)
    st.session_state[LISTED] = texts["name"], "\n".join(mailboxes)
    return texts if texts["site"] else {**texts, "site": "\n".join(sites)}


def _field(state: FormState, field: str) -> None:
    t = shell.language().text
    widget = st.text_area if field in _LINES else st.text_input
    extra = {"height": 100} if field in _LINES else {}
    if field == "name":
        extra["placeholder"] = t("propagation.name.example")
    state.draw(widget, field, t(f"field.cutover.{field}"), help=t(f"cutover.page.help.{field}"), **extra)


def _mailboxes() -> None:
    t, key = shell.language().text, _mailbox_key()
    if not isinstance(st.session_state.get(key), str):
        st.session_state[key] = st.session_state.get(MAILBOXES, "")
    st.session_state[MAILBOXES] = st.text_area(
        t("field.cutover.mailbox"),
        key=key,
        help=t("cutover.page.help.mailbox"),
        height=100,
        **default(st.session_state[key]),
    )


def _mailbox_key() -> str:
    return f"cutover_mailbox_{shell.language().code}"


def _typed(texts: dict[str, str]) -> Typed:
    mailboxes = st.session_state[MAILBOXES] or ""
    return Typed(
        texts["name"].strip(),
        _each(texts["new"]),
        _each(texts["old"]),
        # A pair may be typed with blanks around its sign.
        _each("=".join(part.strip(" ") for part in texts["map"].split("="))),
        tuple(filter(None, (line.strip() for line in mailboxes.translate(_LINES_BETWEEN).splitlines()))),
        _each(texts["site"]),
        texts["agreed"].strip(),
    )


def _each(text: str) -> tuple[str, ...]:
    return tuple(text.translate(_LINES_BETWEEN).split())


def tell(form: Form, errors: Sequence[FieldError]) -> None:
    """Tell mistakes at their fields; what is only missing yet, once somebody asked for a look without it."""
    if form.asked:
        st.session_state[TRIED] = form.typed
    language, tried = shell.language(), st.session_state.get(TRIED) == form.typed
    for error in errors:
        if not tried and not getattr(form.typed, error.field, None):
            continue
        named = replace(error, field=f"{LABEL}{error.field}")
        if place := form.places.get(error.field):
            place.error(plain(language.mistake(named)), icon=":material/error:")
