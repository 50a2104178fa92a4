"""Saving a quote from the calculator: the button, and the number that its offer then carries."""

import datetime as dt
import time
from dataclasses import replace

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.language import Language
from core.offer.bill import bill
from core.offer.terms import Terms
from core.pricing.form import link_query
from core.pricing.lead_time import LeadTime
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from core.quotes.calculator_link import MIGRATION, REPLACES
from core.quotes.saved import Draft, Saved
from core.quotes.store import QuoteConflictError
from pages.parts.quote import extras
from pages.parts.quote import offer as offer_view
from pages.parts.quotes import belonging, happened, table
from pages.parts.quotes import session_keys as keys
from pages.parts.shared import mistakes, person_choice, shell
from pages.parts.shared.words import plain

_HASTY = 5.0
"""Seconds in which nobody saves the same values twice on purpose."""


def offer(
    quote: Quote,
    agreed: dt.date | None,
    tariff: Tariff,
    work: LeadTime,
    language: Language,
    subscription: str,
) -> None:
    """Draw the room of the offer: with what is charged beside the rules, and the button that saves the quote.

    `subscription` is the number in the base that the form was filled in from, "" for none.
    """
    table.of_subscription(subscription)
    try:
        beside = extras.whole(quote, tariff)
    except InputError as error:
        st.caption(plain(language.text("bill.waits")))
        mistakes.draw(error.errors, language)
        return

    def save(terms: Terms) -> str:
        offered = tuple(option.kind for option in terms.options)
        given = {"customer": terms.customer, "contact": terms.contact.name, "language": terms.language}
        own = {"valid_until": terms.valid_until, "agreed_on": agreed, "extras": beside, "subscription": subscription}
        return _draw(Draft(quote, offered, **given, **own), tariff)

    offer_view.draw(
        quote,
        agreed,
        tariff,
        work,
        language,
        bill=lambda option: bill(quote, option, beside, tariff),
        save=save,
    )


def _draw(draft: Draft, tariff: Tariff) -> str:
    """Draw what the quote belongs to and the button that saves it.

    Return the number that its offer carries: of the quote that was saved with just these values; else "".
    """
    t, belongs = shell.language().text, belonging.current()
    draft = replace(draft, migration=belongs.migration.id if belongs.migration else None)
    said, number = st.session_state.get(keys.SAVED, ("", ""))
    if said == _print(draft):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/bookmark_added: **{plain(t('saving.saved', number=number))}**", width="content")
            st.page_link("pages/saved.py", label=t("quotes.open", number=number), query_params={"number": number})
        return number
    with st.container(border=True):
        if m := belongs.migration:
            _line(t("saving.of_migration", ref=m.ref, client=m.client), MIGRATION)
        if old := belongs.replaces:
            _line(t("saving.new_version", number=old.number, client=old.customer.name), REPLACES)
        _buttons(draft, old, tariff)
        _wrong()
    return ""


def _print(draft: Draft) -> str:
    """Return what a quote is saved of, but for what it replaces: its own number afterwards."""
    return repr((sorted(link_query(draft.quote).items()), replace(draft, quote=None, replaces="")))


def _line(text: str, parameter: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(text), width="stretch")
        label = shell.language().text("saving.not_that")
        st.button(label, key=f"saving_not_{parameter}", type="tertiary", on_click=belonging.drop, args=(parameter,))


def _buttons(draft: Draft, old: Saved | None, tariff: Tariff) -> None:
    t, refused = shell.language().text, shell.refusal("work")
    ways = {"save": ""}
    if old:
        ways = {"save_version": old.number, "save_apart": ""}
        if draft.customer.name != old.customer.name:
            # Another client's: by one hasty click it must not take the place of the first one's.
            ways = dict(reversed(ways.items()))
    # On a phone the sidebar is behind the page.
    person_choice.ask(f"saving_person_{shell.language().code}")
    if refused and shell.person():
        st.caption(plain(refused))
    with st.container(horizontal=True):
        for place, (way, number) in enumerate(ways.items()):
            st.button(
                t(f"saving.{way}", number=number),
                key=f"saving_{way}",
                icon=":material/bookmark_add:",
                type="secondary" if place else "primary",
                disabled=refused is not None,
                on_click=_save,
                args=(replace(draft, replaces=number), tariff),
            )


def _save(draft: Draft, tariff: Tariff) -> None:
    doing = shell.act()
    st.session_state.pop(keys.WRONG, None)
    if doing is None:
        return
    # The second click of a double one comes while the button still stands there, with whatever address.
    values = _print(replace(draft, migration=None))
    of, number, at = st.session_state.get(keys.JUST, ("", "", 0.0))
    if st.session_state.get(keys.SAVED, ("", ""))[0] == _print(draft):
        return
    if of == values and time.monotonic() - at < _HASTY:
        _note(draft, number)
        return
    try:
        saved = shell.quotes().save(doing, draft, tariff)
    except (InputError, QuoteConflictError) as error:
        st.session_state[keys.WRONG] = error
    except sa.exc.DBAPIError as error:
        st.session_state[keys.WRONG] = shell.database_error(error)
    else:
        st.session_state[keys.JUST] = (values, saved.number, time.monotonic())
        _note(draft, saved.number)
        shell.tell(shell.language().text("saving.saved", number=saved.number))


def _note(draft: Draft, number: str) -> None:
    """Remember that a draft is saved: what is changed from here on is another version, until somebody says not."""
    st.session_state[keys.SAVED] = (_print(draft), number)
    belonging.next_version_of(number)


def _wrong() -> None:
    error = st.session_state.get(keys.WRONG)
    if isinstance(error, QuoteConflictError):
        happened.quicker(error.message, error.since)
    elif error:
        mistakes.draw(error.errors, shell.language())
