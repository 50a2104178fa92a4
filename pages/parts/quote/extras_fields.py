"""The fields of what is added and given beside the rules: the code of a promotion, and lines of one's own."""

import streamlit as st

from core.ground import clock
from core.language import Language
from core.offer import typed_extras, wording
from core.offer.extras import MOST_LINES, Extras
from core.offer.promotions import Promotions
from core.offer.typed_extras import CODE, Mistakes
from core.pricing.quote import Quote
from pages.parts.quote import extras, kept_fields
from pages.parts.shared import mistakes as file_mistakes
from pages.parts.shared.words import plain

_MOST_TOLD = 10
"""Promotions told of beside the field of the code."""


def draw(
    quote: Quote, beside: Extras, mistakes: Mistakes, promotions: Promotions, language: Language
) -> dict[str, str]:
    """Draw the code and the rows, what is wrong with each below it; return what they show, by the keys of the fields.

    `beside` and `mistakes` are what was read of them.
    """
    t, kept, shown = language.text, extras.kept(), {}
    key, label = _key(CODE, "", language), language.field(CODE)
    told = {"placeholder": t("offer.not_required"), "help": _on_offer(quote, promotions, language)}
    shown[key] = kept_fields.text(st.text_input, label, kept, CODE, key, **told)
    for promotion in beside.promotions:
        st.caption(f":material/check: {plain(t('bill.given', name=promotion.name, until=promotion.valid_until))}")
    if beside.samples:
        st.caption(plain(t("promotion.samples")))
    file_mistakes.draw(mistakes.get(CODE, ()), language)
    rates = {f"{rate:f}": f"{language.value(rate)}%" for rate in typed_extras.rates(quote, promotions)}
    for number, row in kept["rows"].items():
        with st.container(border=True):
            shown |= _row(number, row, rates, language)
            file_mistakes.draw(mistakes.get(number, ()), language)
    st.button(
        t("bill.add"),
        key=f"{extras.PREFIX}add",
        icon=":material/add:",
        on_click=extras.add_row,
        disabled=len(kept["rows"]) >= MOST_LINES,
    )
    file_mistakes.draw(mistakes.get("", ()), language)
    return shown


def _row(number: str, row: dict[str, str], rates: dict[str, str], language: Language) -> dict[str, str]:
    named = {name: (row, name, _key(name, number, language)) for name in ("free_label", "free_net", "free_vat")}
    shown = {}

    def text(name: str, **options: int) -> None:
        shown[named[name][-1]] = kept_fields.text(st.text_input, language.field(name), *named[name], **options)

    text("free_label")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text("free_net", width=130)
        label, first = language.field("free_vat"), next(iter(rates))
        of_rate = {"format_func": rates.get, "width": 100}
        chosen = kept_fields.choice(st.selectbox, label, *named["free_vat"], list(rates), first, **of_rate)
        shown[named["free_vat"][-1]] = rates[chosen]
        yearly = _key("free_yearly", number, language)
        kept_fields.switch(st.checkbox, language.field("free_yearly"), row, "free_yearly", yearly, width="content")
        st.button(
            language.text("bill.remove"),
            key=f"{extras.PREFIX}remove_{number}",
            icon=":material/delete:",
            type="tertiary",
            on_click=extras.remove_row,
            args=(number,),
        )
    return shown


def _key(name: str, number: str, language: Language) -> str:
    return f"{extras.PREFIX}{language.code}_{name}_{number}"


def _on_offer(quote: Quote, promotions: Promotions, language: Language) -> str:
    """Return which promotions can be given today for the target."""
    held = typed_extras.can_be_given(quote, promotions, clock.today())
    if not held:
        return plain(language.text("bill.none_can_be_given"))
    said = "; ".join(f"{one.code}: {wording.off(one, language)}" for one in held[:_MOST_TOLD])
    return plain(language.text("bill.can_be_given", promotions=said))
