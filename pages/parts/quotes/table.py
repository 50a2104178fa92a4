"""Saved quotes as lines that lead on: on their page, at a migration, at a subscription."""

from collections.abc import Sequence

import streamlit as st

from core.ground import clock
from core.migration.fee import quote_query
from core.migration.migration import Migration
from core.migration.worded import person
from core.offer.nip import written
from core.quotes import quote_words
from core.quotes.calculator_link import MIGRATION
from core.quotes.saved import Saved, State, state_on
from core.quotes.store import Wanted
from pages.parts.shared import line_table, shell
from pages.parts.shared.deed import current
from pages.parts.shared.line_table import Cell, Part
from pages.parts.shared.words import plain

_EDGES = {State.EXPIRED: "late", State.SENT: "due"}
_WORDS: dict[State, line_table.Kind] = {State.EXPIRED: "late", State.SENT: "due", State.ACCEPTED: "strong"}


_MOST = 10
"""Quotes that stand at a migration or a subscription; the page of all quotes has the others."""


def of_migration(m: Migration) -> None:
    """Draw the quotes that belong to a migration, the newest first, and the way to a new one."""
    t, tariff, today = shell.language().text, shell.prices(), clock.today()
    found = shell.quotes().listed(Wanted(migration=m.id), today, _MOST)
    if found:
        draw(found, f"card_quotes_{shell.language().code}")
    else:
        st.caption(plain(t("card.quotes.none")))
    if tariff:
        query = {**quote_query(m, tariff, today), MIGRATION: m.ref}
        st.page_link("pages/quote.py", label=t("card.quote"), icon=shell.PAGES["quote"], query_params=query)


def of_subscription(number: str) -> None:
    """Draw the quotes that a subscription of the base has had, the newest first; nothing where there are none."""
    found = shell.quotes().listed(Wanted(subscription=number), clock.today(), _MOST) if number else []
    if found:
        st.caption(plain(shell.language().text("quotes.of_subscription", number=number)))
        draw(found, f"quote_of_subscription_{shell.language().code}")


def draw(quotes: Sequence[Saved], key: str) -> None:
    """Draw quotes, a line each; the page that shows them lets `line_table.go` go where a click leads."""
    t = shell.language().text
    heads = dict(zip(map(t, _HEADS), (18, 26, 24, 15, 17), strict=True))
    rows = [(_edge(saved), _cells(saved)) for saved in quotes]
    line_table.line_table(t("page.quotes.title"), heads, rows, key=key)


_HEADS = ("quotes.number", "quotes.client", "quotes.change", "quotes.gross", "quotes.state_now")


def follow(mark: object) -> None:
    """Draw the page again when somebody has changed a quote since `mark`; not while a dialog is open."""
    shell.follow(mark, lambda: current() is not None, lambda: shell.quotes().mark())


def _edge(saved: Saved) -> str:
    return "" if saved.replaced_by else _EDGES.get(state_on(saved, clock.today()), "")


def _cells(saved: Saved) -> list[Cell]:
    language, today = shell.language(), clock.today()
    t, now = language.text, state_on(saved, today)
    # What has been replaced waits for nobody.
    replaced = t("quotes.replaced_by", number=saved.replaced_by) if saved.replaced_by else ""
    until = quote_words.until(saved, today)
    nip = written(saved.customer.nip) if saved.customer.nip else ""
    besides = " · ".join(filter(None, (nip, saved.subscription)))
    amount = quote_words.shown(saved)
    return [
        [
            [Part(saved.number, "strong", "saved", {"number": saved.number})],
            [Part(f"{language.value(saved.saved_at)}, {person(saved.author, shell.team())}", "small")],
        ],
        [
            [Part(saved.customer.name, "strong")],
            [Part(besides, "small")] if besides else [],
        ],
        [
            [Part(" → ".join(quote_words.packages(saved, shell.package_names())))],
            [Part(t("quotes.on_day", day=quote_words.changed_on(saved)), "small")],
        ],
        [[Part(language.value(amount.gross), "strong")], [Part(t("quotes.net", net=amount.net), "small")]],
        [
            [Part(t(quote_words.state(saved, today)), "" if replaced else _WORDS.get(now, ""))],
            [Part(replaced or (t(until) if until else ""), "small")],
        ],
    ]
