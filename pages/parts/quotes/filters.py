"""Which quotes are listed: a search, a state, one's own, a month; kept in the address."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.ground import clock
from core.ground.text_limits import LINE
from core.quotes import months
from core.quotes.saved import State
from core.quotes.store import Wanted
from pages.parts.quotes import session_keys as keys
from pages.parts.shared import person_choice, search_field, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

_FIELDS = ("q", "state", "whose", "month")
_BLANK = dict.fromkeys(_FIELDS, "")


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters as they are drawn: what is wanted, and whether that leaves anything out."""

    wanted: Wanted
    narrowed: bool
    state: FormState

    def clear(self) -> None:
        """Show everything: a callback."""
        self.state.fill(_BLANK)
        _begin_again()


def draw() -> Filters:
    """Draw the filters; return what they let through."""
    language, today = shell.language(), clock.today()
    t = language.text
    options = {"state": ["", *State], "whose": ["", "mine"], "month": ["", *months.of_a_year(today)]}

    def read(field: str, text: str) -> object:
        """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
        known = text in options[field] if field in options else len(text.strip()) <= LINE
        return text if known else ""

    state = FormState("quotes", language.code, _FIELDS, read)
    arrived = state.arrived()
    if arrived is not None:
        state.fill(_BLANK | arrived)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search_field.draw(state, t("quotes.search"), t("quotes.search.example"), on_change=_begin_again)
        for field, ids in options.items():
            state.draw(
                st.selectbox,
                field,
                t(f"quotes.filter.{field}"),
                options=ids,
                format_func=lambda id, field=field: _option(field, id, t),
                on_change=_begin_again,
                width=170,
            )
    texts = state.keep({}, ())
    me = shell.person()
    if texts["whose"] and me is None:
        st.info(plain(t("quotes.whose_mine")), icon=":material/person:")
        person_choice.ask(f"quotes_person_{language.code}")
    since, until = months.days(texts["month"])
    wanted = Wanted(
        text=texts["q"].strip(),
        states=frozenset({State(texts["state"])} if texts["state"] else ()),
        author=me.id if texts["whose"] and me else "",
        since=since,
        until=until,
    )
    return Filters(wanted, any(texts.values()), state)


def _option(field: str, id: str, t: Callable[..., str]) -> str:
    """Return an option of a filter as the reader knows it."""
    if not id:
        return t(f"quotes.any.{field}")
    if field == "month":
        return ".".join(reversed(id.split("-")))
    return t({"state": f"quotes.state.{id}", "whose": "quotes.mine"}[field])


def _begin_again() -> None:
    # At the newest.
    st.session_state.pop(keys.MORE, None)


def more() -> None:
    """Ask for more of the quotes that are wanted: a callback."""
    st.session_state[keys.MORE] = asked_for_more() + 1


def asked_for_more() -> int:
    """Return how often more of them were asked for."""
    return st.session_state.get(keys.MORE, 0)
