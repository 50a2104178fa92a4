"""Wyceny: the quotes that were saved, the newest first, to be filtered and searched by number and client."""

import datetime as dt

import streamlit as st

from core.ground import clock
from core.ground.bounds import LINE
from core.quotes.saved import State
from core.quotes.store import Wanted
from pages.parts.quotes import table
from pages.parts.shared import frame, line_table, person_choice, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

frame.guard()
if number := st.query_params.get("number"):
    st.switch_page("pages/saved.py", query_params={"number": number})
line_table.go()
language, quotes, today = shell.language(), shell.quotes(), clock.today()
t = language.text

_MORE = "_quotes_more"
STEP = 30
"""Quotes that a click shows more of."""

FIELDS = ("q", "state", "whose", "month")
DEFAULTS = dict.fromkeys(FIELDS, "")


def months() -> list[str]:
    """Return the months of a year to choose from, this one first, as 2026-11."""
    past = (today.year * 12 + today.month - 1 - n for n in range(12))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in past]


OPTIONS = {"state": ["", *State], "whose": ["", "mine"], "month": ["", *months()]}


def option(field: str, id: str) -> str:
    """Return an option of a filter as the reader knows it."""
    if not id:
        return t(f"quotes.any.{field}")
    if field == "month":
        return ".".join(reversed(id.split("-")))
    return t({"state": f"quotes.state.{id}", "whose": "quotes.mine"}[field])


def read(field: str, text: str) -> object:
    """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
    known = text in OPTIONS[field] if field in OPTIONS else len(text.strip()) <= LINE
    return text if known else DEFAULTS[field]


def changed() -> None:
    """Begin at the newest again."""
    st.session_state.pop(_MORE, None)


def clear() -> None:
    """Show everything."""
    state.fill(DEFAULTS)
    changed()


def days(month: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of a month; none for no month."""
    if not month:
        return None, None
    first = dt.date.fromisoformat(f"{month}-01")
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


state = FormState("quotes", language.code, FIELDS, read)
arrived = state.arrived()
if arrived is not None:
    state.fill(DEFAULTS | arrived)

st.title(t("page.quotes.title"))
with st.container(horizontal=True, vertical_alignment="bottom"):
    state.draw(
        st.text_input,
        "q",
        t("quotes.search"),
        type="search",
        placeholder=t("quotes.search.example"),
        live=True,
        max_chars=LINE,
        on_change=changed,
        width=270,
    )
    for field, options in OPTIONS.items():
        state.draw(
            st.selectbox,
            field,
            t(f"quotes.filter.{field}"),
            options=options,
            format_func=lambda id, field=field: option(field, id),
            on_change=changed,
            width=170,
        )
texts = state.keep({}, ())
me = shell.person()
if texts["whose"] and me is None:
    st.info(plain(t("quotes.whose_mine")), icon=":material/person:")
    person_choice.ask(f"quotes_person_{language.code}")

mark = quotes.mark()
since, until = days(texts["month"])
count = STEP * (1 + st.session_state.get(_MORE, 0))
wanted = Wanted(
    text=texts["q"].strip(),
    states=frozenset({State(texts["state"])} if texts["state"] else ()),
    author=me.id if texts["whose"] and me else "",
    since=since,
    until=until,
)
found = quotes.listed(wanted, today, count + 1)
if found:
    table.draw(found[:count], f"quotes_{language.code}")
    if len(found) > count:
        st.button(
            t("quotes.more"),
            key="quotes_more",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({_MORE: st.session_state.get(_MORE, 0) + 1}),
        )
else:
    with st.container(border=True):
        narrowed = any(texts.values())
        st.markdown(plain(t("quotes.none_found" if narrowed else "quotes.none")))
        if narrowed:
            st.button(t("quotes.clear"), key="quotes_clear", on_click=clear, icon=":material/filter_alt_off:")
        else:
            st.page_link("pages/quote.py", label=t("page.quote.title"), icon=shell.PAGES["quote"])
table.follow(mark)
