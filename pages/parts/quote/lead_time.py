"""What if the work takes its time: whether it carries the change past a boundary of the terms."""

import datetime as dt

import streamlit as st

from core.ground.messages import InputError
from core.language import Language
from core.pricing.lead_time import LeadTime, carried, is_work, schedule
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from pages.parts.quote import timeline
from pages.parts.shared import mistakes
from pages.parts.shared.words import plain


def draw(
    quote: Quote, agreed: dt.date | None, tariff: Tariff, lead_time: LeadTime, today: dt.date, language: Language
) -> None:
    """Draw the days of the work where we move domains; both prices where they cross a boundary of the terms."""
    t = language.text
    option = quote.options[0]
    if quote.holds_on < today or not (option.available and is_work(option)):
        return
    try:
        when = schedule(quote.holds_on, agreed, lead_time)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return
    found = carried(quote, option, tariff, when)
    days = {"ordered": when.ordered, "analysed": when.analysed, "agreed": when.agreed, "visible": when.visible}
    late = found.option if found.option is not None and found.option.available else None
    if found.because is None:
        st.caption(f":material/schedule: {plain(t('lead.fine', **days))}")
        return
    sentences = [t("lead.tight", **days, hours=lead_time.dns_hours), t(found.because)]
    sentences += [language.mistake(mistake) for mistake in found.refused]
    if late is not None:
        then, now = (t("lead.price", net=one.net, gross=one.gross) for one in (late, option))
        sentences.append(t("lead.prices", late=then, now=now))
    box = st.info if late is not None and late.gross < option.gross else st.warning
    text, button = st.columns(timeline.BESIDE, vertical_alignment="center")
    with text:
        box(plain(" ".join(sentences)), icon=":material/schedule:")
    if late is not None and found.late is not None:
        opened = button.popover(t("timeline.working"), icon=":material/calculate:", key=f"quote_lead_{language.code}")
        with opened:
            timeline.cash(quote, option, language)
            timeline.cash(found.late, late, language)
