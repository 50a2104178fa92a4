"""What the calculator still has from its example: marked at every field, said at every price, no offer made from it.

    if example.left():
        st.info(example.no_offer(language))

A field is its own as soon as somebody types in it, or all are with the button that says that they are right.
"""

import streamlit as st

from core.language import Language
from core.pricing import example
from pages.parts.quote.session_keys import EXAMPLE
from pages.parts.shared.words import plain


def note(texts: dict[str, str]) -> None:
    """Keep which fields of the form are the example's in this run, for whoever asks `left`."""
    st.session_state[EXAMPLE] = example.left(texts)


def left() -> tuple[str, ...]:
    """Return the fields of the calculator that still have the example's value; none where all are the client's."""
    found: tuple[str, ...] = st.session_state.get(EXAMPLE, ())
    return found


def no_offer(language: Language) -> str:
    """Return why nothing is offered or saved from an example, and what to do."""
    return plain(language.text("quote.example_no_offer", fields=_names(left(), language)))


def label(field: str, name: str, texts: dict[str, str], language: Language) -> str:
    """Return the label of a field, marked where its value is the example's."""
    return language.text("quote.example_field", field=name) if field in example.left(texts) else name


def said(language: Language) -> None:
    """Say above what was priced that it is an example, where it is."""
    if left():
        st.caption(f":material/science: {plain(language.text('quote.example_short'))}")


def ask(on_confirm, language: Language) -> None:
    """Say which values are the example's, with the button that says that they are right all the same."""
    if not left():
        return
    t = language.text
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        text = t("quote.example", fields=_names(left(), language))
        st.markdown(f":material/science: {plain(text)}", width="stretch")
        st.button(t("quote.example_right"), key="quote_example_right", on_click=on_confirm)


def _names(fields: tuple[str, ...], language: Language) -> str:
    # The start of a term is asked for as its length.
    shown = ("paid_months" if field == "term_start" else field for field in fields)
    return ", ".join(language.field(field) for field in shown)
