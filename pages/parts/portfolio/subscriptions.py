"""The subscriptions that are simulated: invented ones until somebody brings a file, which stays in the session."""

import datetime as dt

import streamlit as st

from core.ground import clock
from core.ground.file_limits import SUBSCRIPTIONS
from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS, REQUIRED, template
from core.simulation.reading import Loaded
from core.simulation.samples import samples
from pages.parts.portfolio import subscriptions_file
from pages.parts.portfolio.subscriptions_state import Kept, kept
from pages.parts.shared import shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.uploaded import uploader
from pages.parts.shared.words import plain

BASE = "base"
"""The parameter of a link that says with which base it was made."""


def draw(language: Language) -> Loaded | None:
    """Draw which subscriptions are simulated and let somebody bring their own; None where no row can be used."""
    mine, tariff = kept(), shell.tariff()
    if mine.asked is None:
        mine.asked = st.query_params.get(BASE, "")
    if mine.asked != mine.mark:
        st.warning(plain(language.text("subscriptions.other_base")), icon=":material/file_copy_off:")
    if mine.asked:
        st.query_params[BASE] = mine.asked
    elif BASE in st.query_params:
        del st.query_params[BASE]
    if mine.upload is None:
        return _samples(mine, tariff, clock.today(), language)
    return subscriptions_file.draw(mine, mine.upload, tariff, language)


def is_another() -> bool:
    """Whether the figures are of another base than the link's."""
    mine = kept()
    return mine.asked != mine.mark


def at_hand() -> tuple[str, str] | None:
    """Return the name and the fingerprint of the file at hand, None for the samples."""
    upload = kept().upload
    return (upload.name, upload.file.sha256) if upload else None


def said(language: Language) -> str:
    """Return in words which base is at hand, for a file of its figures."""
    upload = kept().upload
    if upload is None:
        return language.text("subscriptions.samples_said")
    return f"{upload.name}{' · ' + language.text('subscriptions.first_unpaid_said') if upload.first_unpaid else ''}"


def of_link() -> dict[str, str]:
    """Return what a link says of the base at hand: which file it is, but nothing of what is in it."""
    mark = kept().mark
    return {BASE: mark} if mark else {}


def _samples(mine: Kept, tariff: Tariff, today: dt.date, language: Language) -> Loaded | None:
    t = language.text
    key = (tariff.version, today)
    if mine.samples is None or mine.samples[0] != key:
        mine.samples = (key, samples(tariff, today))
    loaded = mine.samples[1]
    st.markdown(f":material/science: {plain(t('subscriptions.samples', count=len(loaded.subscriptions)))}")
    with st.expander(t("subscriptions.own"), icon=":material/upload_file:"):
        columns = ", ".join(column.header for column in COLUMNS)
        required = ", ".join(column.header for column in COLUMNS if column.id in REQUIRED)
        uploader(
            t("subscriptions.upload"),
            key=f"subscriptions_upload_{mine.number}",
            most=SUBSCRIPTIONS,
            take_up=mine.take,
            language=language,
            help=plain(t("subscriptions.upload_help", columns=columns, required=required)),
        )
        st.caption(plain(t("subscriptions.session")))
        file_button(
            t("import.template"),
            template,
            name=f"{t('subscriptions.template_file')}.csv",
            mime="text/csv",
            key="subscriptions_template",
        )
    # A tariff of other packages has none of them.
    return loaded if len(loaded.subscriptions) else None
