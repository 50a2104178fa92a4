"""What leaves the house of an offer: its files, the e-mail it goes out with, and its picture."""

from collections.abc import Mapping

import streamlit as st

from core.language import Language
from core.offer.document import document
from core.offer.email import email
from core.offer.lines import as_csv, as_xlsx
from core.offer.offer import Offer
from core.offer.pdf import pdf, pictures
from core.pricing.tariff import Tariff
from pages.parts.quote.session_keys import PREVIEW
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(offer: Offer, tariff: Tariff, into: Language, language: Language) -> None:
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
                file_button(label, make, name=name, mime=mime, key=f"offer_{ending}", primary=primary)
    _mail(offer, names, tariff, into, language)
    st.session_state.setdefault("offer_preview", st.session_state.get(PREVIEW, False))
    st.session_state[PREVIEW] = st.toggle(t("offer.preview"), key="offer_preview")
    if st.session_state[PREVIEW]:
        pages = pictures(texts)
        for page, picture in enumerate(pages, start=1):
            caption = t("offer.preview_page", number=offer.number, page=page, pages=len(pages))
            with st.container(border=True):
                st.image(picture, caption=plain(caption), width="stretch")


def _mail(offer: Offer, names: Mapping[str, str], tariff: Tariff, into: Language, language: Language) -> None:
    t = language.text
    message = email(offer, names, into, sample_prices=tariff.file.samples)
    with st.expander(t("offer.mail")):
        st.caption(plain(t("offer.mail.hint")))
        done = {"done": t("copy.done"), "by_hand": t("copy.by_hand")}
        # Above the text: on a phone its end is far.
        copy_button(t("offer.mail.copy_subject"), key="offer_mail_subject", text=message.subject, **done)
        copy_button(t("offer.mail.copy_body"), key="offer_mail_body", text=message.body, **done)
        st.markdown(f"**{plain(message.subject)}**")
        # Two blanks at the end of a line break it.
        st.markdown("\n\n".join("  \n".join(map(plain, part.split("\n"))) for part in message.body.split("\n\n")))
