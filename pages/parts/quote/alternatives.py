"""Alternatives side by side: the same two figures for each, the best one marked."""

import datetime as dt

import streamlit as st

from core.language import Language
from core.pricing import form
from core.pricing.alternatives import Alternative, Alternatives, alternatives
from core.pricing.lead_time import LeadTime
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff
from pages.parts.quote.timeline import Adopt, figures, working
from pages.parts.shared.words import plain

_DIFFERING = ("target", "change_on", "target_period_months", "target_price_net", "adjust", "adjust_reason")
"""The texts of the form in which an alternative may differ."""


def draw(quote: Quote, tariff: Tariff, lead_time: LeadTime, today: dt.date, language: Language, adopt: Adopt) -> None:
    """Draw every alternative with its day, eligibility, figures and one sentence."""
    t = language.text
    found = alternatives(quote.request, tariff, today, lead_time)
    st.caption(plain(t("alternative.intro", count=found.horizon.months)))
    if found.horizon.past:
        st.info(plain(t("timeline.past")), icon=":material/history:")
    if found.best is not None:
        st.success(plain(" ".join(t(message) for message in found.why)), icon=":material/star:")
    names = {package.id: package.name for package in tariff.packages}
    for number, one in enumerate(found.all):
        with st.container(border=True):
            _alternative(one, number, found, names, quote, language, adopt)


def _alternative(
    one: Alternative,
    number: int,
    found: Alternatives,
    names: dict[str, str],
    quote: Quote,
    language: Language,
    adopt: Adopt,
) -> None:
    t = language.text
    package = names[one.request.target]
    title = t(f"alternative.{one.way}", package=package)
    if one.kind != "change":
        title = f"{title} · {t(f'option.{one.kind}')}"
    badge = f" :green-badge[★ {t('alternative.best_badge')}]" if one is found.best else ""
    st.markdown(f"**{plain(title)}** · {plain(language.value(one.day))}{badge}")
    if one.option is not None and one.option.available:
        figures(one.option, one.cost, found.horizon.months, language)
        if one.cost is None:
            st.caption(plain(t("timeline.cost_unknown", count=found.horizon.months)))
    if one.warning is not None:
        st.markdown(f":material/warning: {plain(t(one.warning))}")
    if one.quote is not None:
        st.caption(plain(t(one.quote.why)))
    if one.option is not None:
        for note in one.option.notes:
            if note.tone != "info":
                st.markdown(f":material/warning: {plain(t(note.message))}")
    for mistake in one.refused:
        st.markdown(f":material/block: {plain(language.mistake(mistake))}")
    if one.option is not None and not one.option.available:
        for blocker in one.option.blockers:
            st.markdown(f":material/block: {plain(t(blocker))}")
        return
    with st.container(horizontal=True):
        working([one], found.horizon.months, f"alternative_{number}", language)
        if one.quote is not None and one.request != quote.request:
            # The whole request: a discount agreed for another package would make another price.
            texts = form.texts_of(one.quote)
            st.button(
                t("alternative.adopt"),
                key=f"quote_adopt_{number}_{language.code}",
                on_click=adopt,
                kwargs={field: texts[field] for field in _DIFFERING},
            )
