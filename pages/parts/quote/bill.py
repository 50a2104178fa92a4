"""The whole bill of a quote: what the rules charge and what is beside them, now and within a year."""

import contextlib
import datetime as dt
from collections.abc import Mapping

import streamlit as st

from core import datafiles
from core.ground.messages import InputError
from core.language import Language
from core.offer.bill import OUTSIDE, Bill, BillLine, bill
from core.offer.extras import Extras
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from pages.parts.quote import example, extras, extras_fields, unpriced
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def told(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw what the answer comes to with all that is beside the rules, where there is anything."""
    t = language.text
    if not extras.is_typed():
        return
    with st.container(key="quote_beside"):
        try:
            beside = extras.whole(quote, tariff)
            bills = [(option, bill(quote, option, beside, tariff)) for option in quote.options if option.available]
        except InputError:
            st.warning(plain(t("bill.wrong")), icon=":material/edit:")
            return
        example.said(language)
        for option, found in bills:
            values = {"gross": found.gross, "net": found.net}
            said = t("bill.told", **values)
            if len(quote.options) > 1:
                said = t("bill.told_of", option=t(f"option.{option.kind}"), **values)
            st.markdown(f":material/add_shopping_cart: {plain(said)}")
        st.caption(plain(t("bill.not_in_link")))


def bar(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw in a line, for where the answer's amounts stay in sight, what they are with all that is beside the rules."""
    t = language.text
    if not extras.is_typed():
        return
    said = t("bill.bar_without")
    if len(quote.options) == 1 and quote.options[0].available:
        with contextlib.suppress(InputError):
            said = t("bill.bar", gross=bill(quote, quote.options[0], extras.whole(quote, tariff), tariff).gross)
    with st.container(key="quote_beside_bar"):
        st.markdown(f":small[{plain(said)}]")


def draw(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw the fields of what is beside the rules, and below them the bill: now, and within a year."""
    t = language.text
    st.caption(plain(t("bill.intro")))
    try:
        promotions = datafiles.promotions()
    except InputError as error:
        shell.broken(t("bill.promotions_broken"), error, language)
        return
    beside, mistakes = extras.read(quote, tariff, promotions)
    with st.container(key="quote_extras"):
        shown = extras_fields.draw(quote, beside, mistakes, promotions, language)
    with st.container(key="quote_bill"):
        if mistakes:
            st.caption(plain(t("bill.waits")))
        elif options := {option.kind.value: option for option in quote.options if option.available}:
            option = _chosen(options, language)
            whole(bill(quote, option, beside, tariff), quote.holds_on, beside, language)
        else:
            st.markdown(plain(t("offer.none")))
    keyboards = {key: "decimal" for key in shown if "free_net" in key}
    unpriced.shown_for("bill", shown, language, keyboards)


def _chosen(options: Mapping[str, Option], language: Language) -> Option:
    """Return the way whose bill is drawn, asked for where there are several."""
    if len(options) == 1:
        return next(iter(options.values()))
    key = f"{extras.PREFIX}{language.code}_option"
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    label = language.field("offer_option")
    return options[
        st.selectbox(label, list(options), key=key, format_func=lambda kind: language.text(f"option.{kind}"))
    ]


# -- what it comes to


def whole(found: Bill, day: dt.date, beside: Extras, language: Language) -> None:
    """Draw a bill: what is due on the day of the change, and what falls due within the year."""
    t = language.text
    st.subheader(t("bill.due_now", day=day), anchor=False)
    with st.container(border=True):
        groups = {
            "bill.rules": [line for line in found.lines if line.kind not in OUTSIDE],
            "bill.outside": [line for line in found.lines if line.kind in OUTSIDE],
        }
        for heading, lines in groups.items():
            if beside and lines:
                st.caption(plain(t(heading)))
            for line in lines:
                _line(line, language)
        _amount(t("quote.net"), found.net, language)
        for vat in found.vats:
            label = t("quote.vat", percent=vat.percent)
            if len(found.vats) > 1:
                label = t("bill.vat_of", vat=label, net=vat.net)
            _amount(plain(label), vat.vat, language)
        _amount(f"**{t('quote.gross')}**", found.gross, language, strong=True)
    _year(found, beside, language)


def _year(found: Bill, beside: Extras, language: Language) -> None:
    t = language.text
    st.subheader(t("bill.year"), anchor=False)
    with st.container(border=True):
        for due in found.year:
            _amount(plain(f"{language.value(due.day)} · {language.value(due.label)}"), due.gross, language)
        _amount(f"**{t('bill.year_gross')}**", found.year_gross, language, strong=True)
    st.caption(plain(t("bill.year_note")))
    if beside.yearly:
        st.caption(plain(t("bill.again", net=beside.yearly, day=found.next_year)))


def _line(line: BillLine, language: Language) -> None:
    _amount(f"**{plain(language.value(line.label))}**", line.net, language, strong=True)
    if line.working is not None:
        st.caption(plain(language.text(line.working)))


def _amount(label: str, amount: int | None, language: Language, *, strong: bool = False) -> None:
    text = plain(language.money(amount) if amount is not None else language.text("bill.unknown"))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small", wrap=False):
        st.markdown(label, width="stretch")
        st.markdown(f"**{text}**" if strong else text, width="content")
