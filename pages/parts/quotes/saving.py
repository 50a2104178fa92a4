"""Saving a quote from the calculator: what it belongs to, the button, and the number that its offer then carries.

What it belongs to comes with the link that opened the calculator (`migration=`, `replaces=`) and stays in its address.
"""

import datetime as dt
import time
from dataclasses import dataclass, replace

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.language import Language
from core.migration.migration import Migration
from core.offer.bill import bill
from core.offer.customer import Customer
from core.offer.terms import ALL, Terms
from core.pricing.form import FIELDS, link_query
from core.pricing.lead_time import LeadTime
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from core.quotes import base
from core.quotes.saved import Draft, Saved, State
from core.quotes.store import QuoteConflictError
from pages.parts.quote import bill as bill_view
from pages.parts.quote import offer as offer_view
from pages.parts.quotes import deeds, table
from pages.parts.shared import person_choice, shell
from pages.parts.shared.words import plain

MIGRATION, REPLACES = "migration", "replaces"

_FOR = "_saving_for"
_COME = "_saving_come"
_OF = "_saving_of"
_SAVED = "_saving_saved"
_JUST = "_saving_just"
_WRONG = "_saving_wrong"

_HASTY = 5.0
"""Seconds in which nobody saves the same values twice on purpose."""


@dataclass(frozen=True, slots=True)
class _Belongs:
    """What the next quote belongs to, and what it takes the place of."""

    migration: Migration | None
    replaces: Saved | None


def renewal(saved: Saved) -> dict[str, str]:
    """Return the calculator's address in which a new version of a saved quote is made; of an accepted one, another."""
    texts = {name: text for name, text in saved.texts.items() if text}
    old = "" if saved.state == State.ACCEPTED else saved.number
    besides = {MIGRATION: saved.migration_ref, REPLACES: old, "subscription": saved.subscription}
    return texts | {name: text for name, text in besides.items() if text}


def arrived(subscription: str, opened: object) -> None:
    """Take over what the address says of whom the quote is for, where it is another one; before the rooms are drawn.

    `subscription`: the number in the base that the form was filled in from, "" for none; `opened`: what the form was
    opened with, another object after every opening.
    """
    given = {name: st.query_params[name] for name in (MIGRATION, REPLACES) if name in st.query_params}
    known = st.session_state.get(_FOR, {})
    visit, before = st.session_state.get(_COME, (None, None))
    st.session_state[_COME] = (shell.visit(), opened)
    if visit == shell.visit() and before is opened:
        # Nobody has come: a click may bring the address from before the page wrote its own into it.
        if given != known:
            for name in given.keys() - known.keys():
                del st.query_params[name]
            st.query_params.update(known)
    elif not given and not any(name in st.query_params for name in FIELDS):
        # Back from another page, with the form as it was left.
        st.query_params.update(known)
    elif given != known:
        for name in (_SAVED, _WRONG):
            st.session_state.pop(name, None)
        st.session_state[_FOR] = given
        belongs = _belongs()
        if given.get(MIGRATION) != known.get(MIGRATION):
            # What was added for another client is not this one's.
            bill_view.clear()
        if old := belongs.replaces:
            st.session_state[_OF] = subscription
            ways = old.offered[0].value if len(old.offered) == 1 else ALL
            _suggest(old.customer, contact=old.contact, language=old.language, option=ways)
            bill_view.suggest(old.extras)
        elif m := belongs.migration:
            _suggest(Customer(m.client))
    if subscription != st.session_state.get(_OF, ""):
        st.session_state[_OF] = subscription
        _another(subscription)


def _another(subscription: str) -> None:
    """Begin with the client of a subscription that was chosen: what was typed for the one before is not theirs."""
    st.session_state.pop(_SAVED, None)
    _drop(REPLACES)
    bill_view.clear()
    held = base.by_number(shell.store().engine, subscription) if subscription else None
    if held and MIGRATION not in st.session_state[_FOR]:
        _suggest(Customer(held.client))


def _suggest(customer: Customer, **more: str) -> None:
    texts = {
        "customer_name": customer.name,
        "customer_nip": customer.nip,
        "customer_address": "\n".join(customer.address),
        **{f"offer_{name}": text for name, text in more.items()},
    }
    offer_view.suggest(shell.language(), **texts)


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
        beside = bill_view.extras(quote, tariff)
    except InputError as error:
        st.caption(plain(language.text("bill.waits")))
        deeds.mistakes(error.errors)
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
    t, belongs = shell.language().text, _belongs()
    draft = replace(draft, migration=belongs.migration.id if belongs.migration else None)
    said, number = st.session_state.get(_SAVED, ("", ""))
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


def _belongs() -> _Belongs:
    given = st.session_state.get(_FOR, {})
    ref, number = given.get(MIGRATION, ""), given.get(REPLACES, "")
    return _Belongs(shell.store().by_ref(ref) if ref else None, shell.quotes().one(number) if number else None)


def _print(draft: Draft) -> str:
    """Return what a quote is saved of, but for what it replaces: its own number afterwards."""
    return repr((sorted(link_query(draft.quote).items()), replace(draft, quote=None, replaces="")))


def _line(text: str, parameter: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(text), width="stretch")
        label = shell.language().text("saving.not_that")
        st.button(label, key=f"saving_not_{parameter}", type="tertiary", on_click=_drop, args=(parameter,))


def _drop(parameter: str) -> None:
    st.session_state.setdefault(_FOR, {}).pop(parameter, None)
    st.query_params.pop(parameter, None)


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
    st.session_state.pop(_WRONG, None)
    if doing is None:
        return
    # The second click of a double one comes while the button still stands there, with whatever address.
    values = _print(replace(draft, migration=None))
    of, number, at = st.session_state.get(_JUST, ("", "", 0.0))
    if st.session_state.get(_SAVED, ("", ""))[0] == _print(draft):
        return
    if of == values and time.monotonic() - at < _HASTY:
        _note(draft, number)
        return
    try:
        saved = shell.quotes().save(doing, draft, tariff)
    except (InputError, QuoteConflictError) as error:
        st.session_state[_WRONG] = error
    except sa.exc.DBAPIError as error:
        st.session_state[_WRONG] = shell.database_error(error)
    else:
        st.session_state[_JUST] = (values, saved.number, time.monotonic())
        _note(draft, saved.number)
        shell.tell(shell.language().text("saving.saved", number=saved.number))


def _note(draft: Draft, number: str) -> None:
    """Remember that a draft is saved: what is changed from here on is another version, until somebody says not."""
    st.session_state[_SAVED] = (_print(draft), number)
    st.session_state.setdefault(_FOR, {})[REPLACES] = number
    st.query_params[REPLACES] = number


def _wrong() -> None:
    error = st.session_state.get(_WRONG)
    if isinstance(error, QuoteConflictError):
        deeds.happened(error.message, error.since)
    elif error:
        deeds.mistakes(error.errors)
