"""What stands around every page: language, navigation, and the guard that no page runs without them."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core import clock, datafiles
from core.language import LANGUAGES, Language, best
from core.messages import InputError
from core.pricing.lead_time import LeadTime
from core.pricing.tariff import Tariff
from pages.parts import file_button

PAGES = {"start": ":material/home:", "quote": ":material/calculate:", "tariff": ":material/menu_book:"}
"""The menu, in order, with icons. A page's file stem is its address and the key of its texts."""

DEFAULT_PAGE = next(iter(PAGES))

_T = TypeVar("_T")

_RUNNING = "_page_runs_inside_the_shell"


def main() -> None:
    """Draw the shell and run the page that was asked for inside it."""
    st.set_page_config(page_icon="📦", layout="wide")
    language = _choose_language()
    pages = [
        st.Page(
            f"pages/{stem}.py",
            title=language.text(f"page.{stem}.title"),
            icon=icon,
            default=stem == DEFAULT_PAGE,
        )
        for stem, icon in PAGES.items()
    ]
    page = st.navigation(pages)
    st.session_state[_RUNNING] = True
    try:
        page.run()
        file_button.forget()
    finally:
        del st.session_state[_RUNNING]


def guard() -> None:
    """Stop a page that Streamlit runs on its own, and run it inside the shell instead.

    On the first visit after a start, a deep link makes Streamlit's own discovery of pages/ run the page's file
    without app.py. Every page calls this before anything else.
    """
    if _RUNNING not in st.session_state:
        main()
        st.stop()


def language() -> Language:
    """Return the reader's language."""
    return LANGUAGES[st.session_state["_language"]]


def tariff() -> Tariff:
    """Return the tariff, or say what is wrong with its file and stop the page."""
    return _of_file(datafiles.tariff, language().text("tariff.broken"))


def lead_time() -> LeadTime:
    """Return how long the work takes, or say what is wrong with its file and stop the page."""
    return _of_file(datafiles.process, language().text("lead.broken")).lead_time


def _of_file(read: Callable[[], _T], broken: str) -> _T:
    try:
        return read()
    except InputError as error:
        st.error(broken, icon=":material/error:")
        for mistake in error.errors:
            st.text(language().mistake(mistake))
        st.stop()


def _choose_language() -> Language:
    browser = best(st.context.locale)
    names = {language.name: language for language in LANGUAGES.values()}
    with st.sidebar:
        # The label is in both languages: whoever needs the switch cannot read the other one.
        chosen = st.radio(
            "Język · Language",
            list(names),
            index=list(names).index(browser.name),
            key="lang",
            bind="query-params",
            horizontal=True,
        )
        language = names.get(chosen, browser)
        st.session_state["_language"] = language.code
        st.caption(language.text("shell.today", date=clock.today()))
    return language
