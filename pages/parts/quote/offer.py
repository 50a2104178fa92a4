"""The room of the offer: whom it is for, from whom, until when; and the files that come of it.

The customer's data stay in the session: they never go into the address, and so into no link, log or history.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core import datafiles
from core.ground import clock
from core.ground.messages import FieldError, InputError
from core.language import LANGUAGES, Language
from core.offer.bill import Bill
from core.offer.company import Company
from core.offer.offer import make_offer, offered, refusals, way
from core.offer.terms import ALL, Terms, choices, read_terms
from core.pricing import lead_time
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from pages.parts.quote import kept_fields, offer_files
from pages.parts.quote.kept_fields import Widget
from pages.parts.quote.session_keys import OFFER
from pages.parts.shared import mistakes, shell
from pages.parts.shared.words import plain


def draw(
    quote: Quote,
    agreed: dt.date | None,
    tariff: Tariff,
    work: lead_time.LeadTime,
    language: Language,
    *,
    bill: Callable[[Option], Bill],
    save: Callable[[Terms], str],
) -> None:
    """Draw the form of the offer, its files to download and, where asked for, its picture.

    `bill` makes the bill of an option, with what is charged beside the rules. `save` draws, once the terms are whole,
    how to save the quote with them, and returns the number under which it is saved, "" while it is not.
    """
    t = language.text
    options = offered(quote)
    if not options:
        st.markdown(plain(t("offer.none")))
        return
    company = our_company(language)
    if company is None:
        return
    texts = _form(company, quote, language)
    if refused := tuple(refusals(quote, options[0], clock.today())):
        _mistakes(refused, language)
        return
    try:
        terms = read_terms(texts, quote, company, clock.today())
        ways = [way(quote, o, agreed, tariff, work, bill(o)) for o in terms.options]
        number = save(terms)
        until, today = terms.valid_until, clock.today()
        offer = make_offer(quote, ways, terms.customer, company, terms.contact, today, until, number)
        told = "offer.until_change" if until == quote.holds_on else "offer.summary"
        st.markdown(plain(t(told, number=offer.number, day=until)))
        offer_files.draw(offer, tariff, LANGUAGES[terms.language], language)
    except InputError as error:
        _mistakes(error.errors, language)


def our_company(language: Language) -> Company | None:
    """Return our company as it stands on offers; where its file cannot be used, say so and return None."""
    try:
        company = datafiles.company()
    except InputError as error:
        shell.broken(language.text("offer.company_broken"), error, language)
        return None
    if company.samples:
        st.caption(plain(language.text("offer.samples_hint")))
    return company


def suggest(language: Language, **texts: str) -> None:
    """Fill in fields of the offer's form, as if somebody had typed them: the client's name, say."""
    for field, text in texts.items():
        _kept()[field] = text
        st.session_state[_key(language, field)] = text


def _key(language: Language, field: str) -> str:
    return f"offer_{language.code}_{field}"


def _kept() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(OFFER, {})
    return found


def _form(company: Company, quote: Quote, language: Language) -> dict[str, str]:
    t, kept = language.text, _kept()
    texts: dict[str, str] = {}

    def text(draw: Widget, field: str, **options: Any) -> None:
        texts[field] = kept_fields.text(draw, language.field(field), kept, field, _key(language, field), **options)

    def choice(draw: Widget, field: str, choices: Sequence[str], first: str, **options: Any) -> None:
        if len(choices) == 1:
            texts[field] = choices[0]
            return
        label, key = language.field(field), _key(language, field)
        texts[field] = kept_fields.choice(draw, label, kept, field, key, choices, first, **options)

    left, right = st.columns(2)
    text(left.text_input, "customer_name")
    text(left.text_input, "customer_nip", placeholder=t("offer.not_required"), help=t("offer.customer_nip.help"))
    # As high as the two fields beside it.
    text(right.text_area, "customer_address", placeholder=t("offer.not_required"), height=144)
    left, middle, right = st.columns([2, 1, 1])
    contacts = [contact.name for contact in company.contacts]
    choice(left.selectbox, "offer_contact", contacts, contacts[0])
    text(middle.text_input, "offer_days", placeholder=str(company.offer_days))
    languages = {code: known.name for code, known in LANGUAGES.items()}
    choice(right.selectbox, "offer_language", list(languages), language.code, format_func=languages.get)
    named = {ALL: t("offer.all_ways"), **{o.kind.value: t(f"option.{o.kind}") for o in quote.options}}
    ways = choices(quote)
    choice(st.selectbox, "offer_option", ways, ways[0], format_func=named.get)
    st.caption(plain(t("offer.privacy")))
    return texts


def _mistakes(errors: Sequence[FieldError], language: Language) -> None:
    # A name not typed yet is no mistake.
    wrong = [error for error in errors if (error.field, error.value) != ("customer_name", "")]
    mistakes.draw(wrong, language)
    if not wrong:
        st.info(plain(language.text("offer.name_wanted")), icon=":material/edit:")
