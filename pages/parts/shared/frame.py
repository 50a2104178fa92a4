"""What stands around every page: menu, language, who sits here, search; and the guard that no page runs without it."""

from pathlib import Path

import streamlit as st

from core.ground import clock
from core.language import LANGUAGES, best
from pages.parts.shared import (
    day_field,
    deed,
    file_button,
    keys,
    malformed,
    person_choice,
    remembered,
    search,
    shell,
    streamlit_words,
    undo_bar,
)
from pages.parts.shared.words import plain

malformed.install()

_RUNNING = "_page_runs_inside_the_shell"

_SIDEBAR = 236
"""Pixels of the sidebar, as in frame.css; whether it is open, the browser remembers."""

_STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"


def main() -> None:
    """Draw what stands around, and run the page that was asked for inside it."""
    st.set_page_config(page_icon="📦", layout="wide", initial_sidebar_state=_SIDEBAR)
    st.html(_STYLE)
    day_field.style()
    _choose_language()
    streamlit_words.hint(shell.language())
    person_choice.recall()
    page = st.navigation(_menu())
    keys.act()
    if shell.come_to(page.url_path):
        # A dialog belongs to the page that opened it.
        deed.end()
    with st.sidebar:
        person_choice.draw()
        search.draw()
        keys.draw(page.url_path)
        remembered.draw()
    if (done := shell.take_told()) and not undo_bar.tells(done):
        # Seen wherever the page is scrolled to, and nothing moves for it.
        st.toast(plain(done), icon=":material/check_circle:", duration="long")
    st.session_state[_RUNNING] = True
    try:
        with shell.told():
            undo_bar.draw()
            page.run()
        file_button.forget()
    finally:
        del st.session_state[_RUNNING]


def guard() -> None:
    """Stop a page that Streamlit runs on its own, and run it inside the frame instead.

    On the first visit after a start, a deep link makes Streamlit's own discovery of pages/ run the page's file
    without app.py. Every page calls this before anything else.
    """
    if _RUNNING not in st.session_state:
        main()
        st.stop()


def _menu() -> list[st.Page]:
    text = shell.language().text
    return [
        st.Page(
            f"pages/{stem}.py",
            title=text(f"page.{stem}.title"),
            icon=icon,
            default=stem == shell.DEFAULT_PAGE,
            visibility="hidden" if stem in shell.BY_LINK else "visible",
        )
        for stem, icon in shell.PAGES.items()
    ]


def _choose_language() -> None:
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
        shell.speak(language)
        st.caption(language.text("shell.today", date=clock.today()))
