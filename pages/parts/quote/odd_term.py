"""Beside the answer: a running term that is no whole number of months, and one click that reads it as it was meant."""

from collections.abc import Callable

import streamlit as st

from core.language import Language
from core.pricing import odd_term
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from pages.parts.shared.words import plain


def warn(quote: Quote, tariff: Tariff, language: Language, adopt: Callable[..., None]) -> None:
    """Say how long an odd term is and what it was priced for; `adopt` sets fields of the form."""
    said = [language.text(note.message) for note in quote.options[0].notes if note.inside]
    if not said:
        return
    text, button = st.columns((5, 2), vertical_alignment="center")
    with text:
        st.warning(plain(" ".join(said)), icon=":material/date_range:")
    term = odd_term.term(quote.request, tariff)
    if term is not None and term.months_but_a_day:
        meant = odd_term.without_last_day(quote.request).valid_until
        button.button(
            language.text("quote.first_unpaid_day"),
            key=f"quote_first_unpaid_day_{language.code}",
            on_click=adopt,
            kwargs={"valid_until": meant.isoformat()},
        )
