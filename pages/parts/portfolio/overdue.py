"""Whether those count whose term is over: a switch for all scenarios alike, which goes into their link."""

import datetime as dt

import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation.overdue import overdue
from core.simulation.subscriptions import Subscriptions
from pages.parts.portfolio import session_keys

PARAMETER = "overdue"
_WITHOUT = "out"


def draw(base: Subscriptions, tariff: Tariff, today: dt.date, language: Language) -> Subscriptions:
    """Draw the switch where anybody is overdue, and return the subscriptions that count."""
    if session_keys.WITHOUT_OVERDUE not in st.session_state:
        st.session_state[session_keys.WITHOUT_OVERDUE] = st.query_params.get(PARAMETER) == _WITHOUT
    over = overdue(base, today, tariff.on(calendar.number(today)).readings)
    out = bool(st.session_state[session_keys.WITHOUT_OVERDUE])
    count = int(over.sum())
    if count or out:
        key = f"portfolio_without_overdue_{language.code}"
        st.session_state.setdefault(key, out)

        def switched() -> None:
            st.session_state[session_keys.WITHOUT_OVERDUE] = st.session_state[key]

        label = language.text("portfolio.without_overdue", count=count)
        st.toggle(label, key=key, on_change=switched, help=language.text("portfolio.without_overdue.help"))
    if out:
        st.query_params[PARAMETER] = _WITHOUT
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
    return _paid(base, over, today) if out else base


def of_link() -> dict[str, str]:
    """Return what a link says of it."""
    return {PARAMETER: _WITHOUT} if st.session_state.get(session_keys.WITHOUT_OVERDUE) else {}


def said(base: str, language: Language) -> str:
    """Return in words which subscriptions count, of a base in words."""
    without = st.session_state.get(session_keys.WITHOUT_OVERDUE)
    return f"{base} · {language.text('portfolio.without_overdue_said')}" if without else base


def _paid(base: Subscriptions, over, today: dt.date) -> Subscriptions:
    """Return those who have paid; the same object from run to run, by which what is worked out of it is known."""
    made = st.session_state.get(session_keys.PAID)
    if made is None or made[0] is not base or made[1] != today:
        made = (base, today, base.rows(~over))
        st.session_state[session_keys.PAID] = made
    paid: Subscriptions = made[2]
    return paid
