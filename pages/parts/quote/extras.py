"""What is typed beside the rules: kept in the session, so that it goes into no address and no link."""

from typing import Any

import streamlit as st

from core import datafiles
from core.ground import clock
from core.ground.messages import InputError
from core.offer import typed_extras
from core.offer.extras import NONE, Extras
from core.offer.promotions import Promotions
from core.offer.typed_extras import CODE, Mistakes
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from pages.parts.quote.session_keys import EXTRAS

PREFIX = "bill_"
"""What the keys of the widgets begin with."""


def kept() -> dict[str, Any]:
    """Return what is typed: `rows` (texts by number), CODE."""
    found: dict[str, Any] = st.session_state.setdefault(EXTRAS, {"rows": {}, CODE: ""})
    return found


def is_typed() -> bool:
    """Whether anything is."""
    return typed_extras.is_typed(kept()["rows"], kept()[CODE])


def read(quote: Quote, tariff: Tariff, promotions: Promotions) -> tuple[Extras, Mistakes]:
    """Return what reads, and what does not."""
    return typed_extras.read(kept()["rows"], kept()[CODE], quote, tariff, promotions, clock.today())


def whole(quote: Quote, tariff: Tariff) -> Extras:
    """Return what is charged and given beside the rules of a quote; raises InputError where something does not read."""
    if not is_typed():
        return NONE
    found, mistakes = read(quote, tariff, datafiles.promotions())
    if mistakes:
        raise InputError(*(mistake for of_one in mistakes.values() for mistake in of_one))
    return found


def clear() -> None:
    """Forget what is typed: for another client it would be wrong."""
    st.session_state.pop(EXTRAS, None)
    _forget_widgets("")


def suggest(beside: Extras) -> None:
    """Fill in what is charged and given beside the rules, as if somebody had typed it: that of an earlier quote."""
    clear()
    rows, code = typed_extras.typed(beside)
    st.session_state[EXTRAS] = {"rows": rows, CODE: code}


def add_row() -> None:
    """Begin another line."""
    rows = kept()["rows"]
    rows[str(max(map(int, rows), default=0) + 1)] = {}


def remove_row(number: str) -> None:
    """Forget a line."""
    kept()["rows"].pop(number, None)
    # The next row may get its number, and would have its texts.
    _forget_widgets(f"_{number}")


def _forget_widgets(end: str) -> None:
    for key in [str(key) for key in st.session_state]:
        if key.startswith(PREFIX) and key.endswith(end):
            del st.session_state[key]
