"""What the next quote belongs to: a migration, the quote whose place it takes, the subscription of a client.

It comes with the link that opened the calculator (`migration=`, `replaces=`) and stays in its address.
"""

from dataclasses import dataclass

import streamlit as st

from core.migration.migration import Migration
from core.offer.customer import Customer
from core.offer.terms import ALL
from core.pricing.form import FIELDS
from core.quotes import subscription_base
from core.quotes.calculator_link import MIGRATION, REPLACES
from core.quotes.saved import Saved
from pages.parts.quote import extras, offer
from pages.parts.quotes import session_keys as keys
from pages.parts.shared import shell


@dataclass(frozen=True, slots=True)
class Belongs:
    """What the next quote belongs to, and what it takes the place of."""

    migration: Migration | None
    replaces: Saved | None


def arrived(subscription: str, opened: object) -> None:
    """Take over what the address says of whom the quote is for, where it is another one; before the rooms are drawn.

    `subscription`: the number in the base that the form was filled in from, "" for none; `opened`: what the form was
    opened with, another object after every opening.
    """
    given = {name: st.query_params[name] for name in (MIGRATION, REPLACES) if name in st.query_params}
    known = st.session_state.get(keys.FOR, {})
    visit, before = st.session_state.get(keys.COME, (None, None))
    st.session_state[keys.COME] = (shell.visit(), opened)
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
        for name in (keys.SAVED, keys.WRONG):
            st.session_state.pop(name, None)
        st.session_state[keys.FOR] = given
        belongs = current()
        if given.get(MIGRATION) != known.get(MIGRATION):
            # What was added for another client is not this one's.
            extras.clear()
        if old := belongs.replaces:
            st.session_state[keys.OF] = subscription
            ways = old.offered[0].value if len(old.offered) == 1 else ALL
            _suggest(old.customer, contact=old.contact, language=old.language, option=ways)
            extras.suggest(old.extras)
        elif m := belongs.migration:
            _suggest(Customer(m.client))
    if subscription != st.session_state.get(keys.OF, ""):
        st.session_state[keys.OF] = subscription
        _another(subscription)


def _another(subscription: str) -> None:
    """Begin with the client of a subscription that was chosen: what was typed for the one before is not theirs."""
    st.session_state.pop(keys.SAVED, None)
    drop(REPLACES)
    extras.clear()
    held = subscription_base.by_number(shell.store().engine, subscription) if subscription else None
    if held and MIGRATION not in st.session_state[keys.FOR]:
        _suggest(Customer(held.client))


def _suggest(customer: Customer, **more: str) -> None:
    texts = {
        "customer_name": customer.name,
        "customer_nip": customer.nip,
        "customer_address": "\n".join(customer.address),
        **{f"offer_{name}": text for name, text in more.items()},
    }
    offer.suggest(shell.language(), **texts)


def current() -> Belongs:
    """Return what the next quote belongs to by now."""
    given = st.session_state.get(keys.FOR, {})
    ref, number = given.get(MIGRATION, ""), given.get(REPLACES, "")
    return Belongs(shell.store().by_ref(ref) if ref else None, shell.quotes().one(number) if number else None)


def drop(parameter: str) -> None:
    """Say that it does not belong there: a callback."""
    st.session_state.setdefault(keys.FOR, {}).pop(parameter, None)
    st.query_params.pop(parameter, None)


def next_version_of(number: str) -> None:
    """Note that what is changed from here on is another version of a quote, until somebody says not."""
    st.session_state.setdefault(keys.FOR, {})[REPLACES] = number
    st.query_params[REPLACES] = number
