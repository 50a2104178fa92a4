"""The offer of a quote on the page: whom it is for, what it looks like, and its files.

The customer's data stay in the session: they never go into the address, and so into no link, log or history.
"""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core import clock, datafiles
from core.language import LANGUAGES, Language
from core.messages import FieldError, InputError, Message
from core.offer.company import Company
from core.offer.customer import parse_customer
from core.offer.document import document
from core.offer.lines import as_csv, as_xlsx
from core.offer.offer import Offer, make_offer, refusals
from core.offer.pdf import pdf, pictures
from core.pricing import lead_time
from core.pricing.form import link_query
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from pages.parts import shell
from pages.parts.file_button import file_button
from pages.parts.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(quote: Quote, agreed: dt.date | None, tariff: Tariff, work: lead_time.LeadTime, language: Language) -> None:
    """Draw the form of the offer, its files to download and, where asked for, its picture."""
    t = language.text
    options = {option.kind.value: option for option in quote.options if option.available}
    if not options:
        st.markdown(plain(t("offer.none")))
        return
    try:
        company = datafiles.company()
    except InputError as error:
        st.error(t("offer.company_broken"), icon=":material/error:")
        for mistake in error.errors:
            st.text(language.mistake(mistake))
        return
    if company.samples:
        st.caption(plain(t("offer.samples_hint")))
    texts = _form(company, options, language)
    option = options[texts["offer_option"]]
    if refused := tuple(refusals(quote, option, clock.today())):
        _mistakes(refused, language)
        return
    try:
        offer = make_offer(
            quote,
            option,
            parse_customer(texts),
            company,
            next(contact for contact in company.contacts if contact.name == texts["offer_contact"]),
            clock.today(),
            shell.link("quote", link_query(quote)),
            _remarks(quote, option, agreed, tariff, work),
        )
        names = {package.id: package.name for package in tariff.packages}
        _files(
            offer,
            document(offer, names, LANGUAGES[texts["offer_language"]], sample_prices=tariff.file.samples),
            language,
        )
    except InputError as error:
        _mistakes(error.errors, language)


class _Form:
    """The fields, kept in the session under keys of our own: widgets forget when the page is left.

    Widget keys carry the language, like those of the calculator (docs/decisions.md).
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.kept: dict[str, str] = st.session_state.setdefault("_offer", {})
        self.texts: dict[str, str] = {}

    def text(self, draw, field: str, **options) -> None:
        self._draw(draw, field, self.kept.get(field, ""), **options)

    def choice(self, draw, field: str, choices: Sequence[str], default: str, **options) -> None:
        if len(choices) == 1:
            self.texts[field] = choices[0]
            return
        key = self._key(field)
        if st.session_state.get(key) not in choices:
            st.session_state.pop(key, None)
        kept = self.kept.get(field)
        self._draw(draw, field, kept if kept in choices else default, options=choices, **options)

    def _draw(self, draw, field: str, value: str, **options) -> None:
        key = self._key(field)

        def changed() -> None:
            # Before the page is drawn: the click that leaves a field may close the room it is in.
            self.kept[field] = st.session_state[key] or ""

        st.session_state.setdefault(key, value)
        self.texts[field] = draw(self.language.field(field), key=key, on_change=changed, **options) or ""

    def _key(self, field: str) -> str:
        return f"offer_{self.language.code}_{field}"


def _form(company: Company, options: dict[str, Option], language: Language) -> dict[str, str]:
    t = language.text
    fields = _Form(language)
    left, right = st.columns(2)
    fields.text(left.text_input, "customer_name")
    fields.text(left.text_input, "customer_nip", placeholder=t("offer.not_required"), help=t("offer.customer_nip.help"))
    # As high as the two fields beside it.
    fields.text(right.text_area, "customer_address", placeholder=t("offer.not_required"), height=144)
    left, right = st.columns(2)
    fields.choice(
        right.selectbox,
        "offer_language",
        list(LANGUAGES),
        language.code,
        format_func=lambda code: LANGUAGES[code].name,
    )
    contacts = [contact.name for contact in company.contacts]
    fields.choice(left.selectbox, "offer_contact", contacts, contacts[0])
    kinds = list(options)
    fields.choice(st.selectbox, "offer_option", kinds, kinds[0], format_func=lambda kind: t(f"option.{kind}"))
    st.caption(plain(t("offer.privacy")))
    return fields.texts


def _files(offer: Offer, texts: dict, language: Language) -> None:
    t, into = language.text, LANGUAGES[texts["lang"]]
    # Made at once, too: a letter that cannot be printed is told before somebody asks for the file.
    printed = pdf(texts)
    stem = f"{into.text('offer.file')}-{offer.number.replace('/', '-')}"
    st.markdown(plain(t("offer.summary", number=offer.number, day=offer.valid_until)))
    files = (
        ("pdf", t("offer.download_pdf"), lambda: printed, "application/pdf"),
        ("csv", t("offer.download_csv"), lambda: as_csv(offer, into), "text/csv"),
        ("xlsx", t("offer.download_xlsx"), lambda: as_xlsx(offer, into), _XLSX),
    )
    with st.container(horizontal=True):
        for ending, label, make, mime in files:
            with st.container(width="content"):
                name, primary = f"{stem}.{ending}", ending == "pdf"
                file_button(label, make, name=name, mime=mime, key=f"offer_{ending}", primary=primary)
    st.session_state.setdefault("offer_preview", st.session_state.get("_offer_preview", False))
    st.session_state["_offer_preview"] = st.toggle(t("offer.preview"), key="offer_preview")
    if st.session_state["_offer_preview"]:
        pages = pictures(texts)
        for page, picture in enumerate(pages, start=1):
            caption = t("offer.preview_page", number=offer.number, page=page, pages=len(pages))
            with st.container(border=True):
                st.image(picture, caption=plain(caption), width="stretch")


def _mistakes(errors: Sequence[FieldError], language: Language) -> None:
    # A name not typed yet is no mistake.
    wrong = [error for error in errors if (error.field, error.value) != ("customer_name", "")]
    for mistake in wrong:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")
    if not wrong:
        st.info(plain(language.text("offer.name_wanted")), icon=":material/edit:")


def _remarks(
    quote: Quote, option: Option, agreed: dt.date | None, tariff: Tariff, work: lead_time.LeadTime
) -> tuple[Message, ...]:
    """What the work adds to the offer; raises InputError where the agreed day is not possible."""
    if not lead_time.is_work(option):
        return ()
    when = lead_time.schedule(quote.holds_on, agreed, work)
    return lead_time.remarks(when, lead_time.carried(quote, option, tariff, when))
