"""The search of the sidebar: a migration or a quote from every page, by its client, number, a domain, a telephone."""

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration import listing
from core.migration.listing import Wanted, listed
from core.quotes import store as store_of_quotes
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_FOUND = 7
"""Migrations that are shown here."""

_QUOTES = 3
"""Quotes that are shown below them."""


@st.fragment
def draw() -> None:
    """Draw the field, and below it what is found while somebody types."""
    t = shell.language().text
    text = st.text_input(
        t("search.label"),
        key=f"search_{shell.language().code}",
        type="search",
        live=True,
        placeholder=t("board.search.example"),
        help=plain(t("keys.hint")),
    )
    if text.strip():
        with shell.told(), st.container(key="search_hits"):
            _found(text)


def meant(text: str) -> tuple[str, dict[str, str]] | None:
    """Return the page of the only thing that a text can mean, with its query; None where it may mean several."""
    if not text.strip():
        return None
    try:
        migrations = listed(shell.store().snapshot(), Wanted(text), shell.process(), clock.now())
        offered = shell.quotes().listed(store_of_quotes.Wanted(text.strip()), clock.today(), _QUOTES + 1)
    except InputError:
        return None
    one = listing.meant(migrations, text)
    # The quotes of the migration itself are no others.
    if one and all(saved.migration == one.migration.id or len(migrations) > 1 for saved in offered):
        return "migration", {"ref": one.migration.ref}
    if not migrations and len(offered) == 1:
        return "saved", {"number": offered[0].number}
    return None


def _found(text: str) -> None:
    t = shell.language().text
    try:
        found = listed(shell.store().snapshot(), Wanted(text), shell.process(), clock.now())
        offered = shell.quotes().listed(store_of_quotes.Wanted(text.strip()), clock.today(), _QUOTES + 1)
    except InputError as error:
        st.caption(plain(shell.language().mistake(error.errors[0])))
        return
    for item in found[:_FOUND]:
        m = item.migration
        st.page_link("pages/migration.py", label=plain(f"{m.ref} · {m.client}"), query_params={"ref": m.ref})
    if len(found) > _FOUND:
        label = t("search.more", count=len(found))
        st.page_link("pages/board.py", label=label, query_params={"view": "table", "q": text, "state": "all"})
    for saved in offered[:_QUOTES]:
        label = plain(f"{saved.number} · {saved.customer.name}")
        st.page_link("pages/saved.py", label=label, icon=shell.PAGES["saved"], query_params={"number": saved.number})
    if len(offered) > _QUOTES:
        st.page_link("pages/quotes.py", label=t("search.more_quotes"), query_params={"q": text})
    if not found and not offered:
        st.caption(plain(t("search.nothing")))
