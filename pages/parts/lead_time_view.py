"""What if the work takes its time: whether it carries the change past a boundary of the terms."""

import streamlit as st

from core import datafiles
from core.language import Language
from core.messages import InputError
from core.pricing import form
from core.pricing.lead_time import carried, is_work, schedule
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from pages.parts.words import plain


def draw(quote: Quote, texts: dict[str, str], tariff: Tariff, language: Language) -> None:
    """Draw the days of the work where we move domains: a warning with both prices where another rule comes up."""
    t = language.text
    option = quote.options[-1]
    if not (option.available and is_work(option)):
        return
    try:
        lead_time = datafiles.process().lead_time
        when = schedule(quote.holds_on, form.agreed_day(texts), lead_time)
    except InputError as error:
        for mistake in error.errors:
            st.error(plain(language.mistake(mistake)), icon=":material/error:")
        return
    found = carried(quote, option, tariff, when)
    days = {"ordered": when.ordered, "analysed": when.analysed, "agreed": when.agreed, "visible": when.visible}
    if not found.crosses:
        st.caption(f":material/schedule: {plain(t('lead.fine', **days))}")
        return
    values = {**days, "hours": lead_time.dns_hours, "now": option.net}
    if found.late is None or found.late_option is None:
        text = t("lead.tight_unavailable", **values)
    else:
        text = t("lead.tight", **values, rule=found.late.rule.id, late=found.late_option.net)
    st.warning(plain(text), icon=":material/schedule:")
