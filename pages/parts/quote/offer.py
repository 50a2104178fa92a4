"""The offer of a quote on the page: whom it is for, what it looks like, its files, and the e-mail it goes out with.

The customer's data stay in the session: they never go into the address, and so into no link, log or history.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import streamlit as st

from core import datafiles
from core.ground import clock
from core.ground.messages import FieldError, InputError
from core.language import LANGUAGES, Language
from core.offer.bill import Bill
from core.offer.company import Company
from core.offer.document import document
from core.offer.email import email
from core.offer.lines import as_csv, as_xlsx
from core.offer.offer import Offer, make_offer, offered, refusals, way
from core.offer.pdf import pdf, pictures
from core.offer.terms import ALL, Terms, choices, read_terms
from core.pricing import lead_time
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_KEPT = "_offer"
"""Where the session keeps what was typed into the form."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(
    quote: Quote,
    agreed: dt.date | None,
    tariff: Tariff,
    work: lead_time.LeadTime,
    language: Language,
    *,
    bill: Callable[[Option], Bill],
    save: Callable[[Terms], str] | None = None,
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
        number = save(terms) if save else ""
        offer = make_offer(
            quote, ways, terms.customer, company, terms.contact, clock.today(), terms.valid_until, number
        )
        until = "offer.until_change" if offer.valid_until == quote.holds_on else "offer.summary"
        st.markdown(plain(t(until, number=offer.number, day=offer.valid_until)))
        files(offer, tariff, LANGUAGES[terms.language], language)
    except InputError as error:
        _mistakes(error.errors, language)


def our_company(language: Language) -> Company | None:
    """Return our company as it stands on offers; where its file cannot be used, say so and return None."""
    try:
        company = datafiles.company()
    except InputError as error:
        st.error(language.text("offer.company_broken"), icon=":material/error:")
        for mistake in error.errors:
            st.text(language.mistake(mistake))
        return None
    if company.samples:
        st.caption(plain(language.text("offer.samples_hint")))
    return company


def files(offer: Offer, tariff: Tariff, into: Language, language: Language, key: str = "offer") -> None:
    """Draw the files of an offer in the language `into`, its e-mail and its picture; raises InputError as `pdf`."""
    t = language.text
    names = {package.id: package.name for package in tariff.packages}
    texts = document(offer, names, into, sample_prices=tariff.file.samples)
    # Made at once, too: a letter that cannot be printed is told before somebody asks for the file.
    printed = pdf(texts)
    stem = f"{into.text('offer.file')}-{offer.number.replace('/', '-')}"
    made = (
        ("pdf", t("offer.download_pdf"), lambda: printed, "application/pdf"),
        ("csv", t("offer.download_csv"), lambda: as_csv(offer, into), "text/csv"),
        ("xlsx", t("offer.download_xlsx"), lambda: as_xlsx(offer, into), _XLSX),
    )
    with st.container(horizontal=True):
        for ending, label, make, mime in made:
            with st.container(width="content"):
                name, primary = f"{stem}.{ending}", ending == "pdf"
                file_button(label, make, name=name, mime=mime, key=f"{key}_{ending}", primary=primary)
    message = email(offer, names, into, sample_prices=tariff.file.samples)
    with st.expander(t("offer.mail")):
        st.caption(plain(t("offer.mail.hint")))
        done = {"done": t("copy.done"), "by_hand": t("copy.by_hand")}
        # Above the text: on a phone its end is far.
        copy_button(t("offer.mail.copy_subject"), key=f"{key}_mail_subject", text=message.subject, **done)
        copy_button(t("offer.mail.copy_body"), key=f"{key}_mail_body", text=message.body, **done)
        st.markdown(f"**{plain(message.subject)}**")
        # Two blanks at the end of a line break it.
        st.markdown("\n\n".join("  \n".join(map(plain, part.split("\n"))) for part in message.body.split("\n\n")))
    st.session_state.setdefault(f"{key}_preview", st.session_state.get(f"_{key}_preview", False))
    st.session_state[f"_{key}_preview"] = st.toggle(t("offer.preview"), key=f"{key}_preview")
    if st.session_state[f"_{key}_preview"]:
        pages = pictures(texts)
        for page, picture in enumerate(pages, start=1):
            caption = t("offer.preview_page", number=offer.number, page=page, pages=len(pages))
            with st.container(border=True):
                st.image(picture, caption=plain(caption), width="stretch")


def suggest(language: Language, **texts: str) -> None:
    """Fill in fields of the offer's form, as if somebody had typed them: the client's name, say."""
    for field, text in texts.items():
        st.session_state.setdefault(_KEPT, {})[field] = text
        st.session_state[_key(language, field)] = text


class _Form:
    """The fields, kept in the session under keys of our own: widgets forget when the page is left.

    Widget keys carry the language, like those of the calculator (docs/decisions.md).
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
        self.texts: dict[str, str] = {}

    def text(self, draw, field: str, **options) -> None:
        self._draw(draw, field, self.kept.get(field, ""), **options)

    def choice(self, draw, field: str, choices: Sequence[str], default: str, **options) -> None:
        if len(choices) == 1:
            self.texts[field] = choices[0]
            return
        key = _key(self.language, field)
        if st.session_state.get(key) not in choices:
            st.session_state.pop(key, None)
        kept = self.kept.get(field)
        self._draw(draw, field, kept if kept in choices else default, options=choices, **options)

    def _draw(self, draw, field: str, value: str, **options) -> None:
        key = _key(self.language, field)

        def changed() -> None:
            # Before the page is drawn: the click that leaves a field may close the room it is in.
            self.kept[field] = st.session_state[key] or ""

        st.session_state.setdefault(key, value)
        self.texts[field] = draw(self.language.field(field), key=key, on_change=changed, **options) or ""


def _key(language: Language, field: str) -> str:
    return f"offer_{language.code}_{field}"


def _form(company: Company, quote: Quote, language: Language) -> dict[str, str]:
    t = language.text
    fields = _Form(language)
    left, right = st.columns(2)
    fields.text(left.text_input, "customer_name")
    fields.text(left.text_input, "customer_nip", placeholder=t("offer.not_required"), help=t("offer.customer_nip.help"))
    # As high as the two fields beside it.
    fields.text(right.text_area, "customer_address", placeholder=t("offer.not_required"), height=144)
    left, middle, right = st.columns([2, 1, 1])
    contacts = [contact.name for contact in company.contacts]
    fields.choice(left.selectbox, "offer_contact", contacts, contacts[0])
    fields.text(middle.text_input, "offer_days", placeholder=str(company.offer_days))
    fields.choice(
        right.selectbox,
        "offer_language",
        list(LANGUAGES),
        language.code,
        format_func=lambda code: LANGUAGES[code].name,
    )
    named = {ALL: t("offer.all_ways"), **{o.kind.value: t(f"option.{o.kind}") for o in quote.options}}
    ways = choices(quote)
    fields.choice(st.selectbox, "offer_option", ways, ways[0], format_func=named.get)
    st.caption(plain(t("offer.privacy")))
    return fields.texts


def _mistakes(errors: Sequence[FieldError], language: Language) -> None:
    # A name not typed yet is no mistake.
    wrong = [error for error in errors if (error.field, error.value) != ("customer_name", "")]
    for mistake in wrong:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")
    if not wrong:
        st.info(plain(language.text("offer.name_wanted")), icon=":material/edit:")
