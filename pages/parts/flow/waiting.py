"""Whom migrations waited for: us, the client, or nobody while they were held."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow.history import Item
from core.flow.percentiles import TooFew
from core.flow.waiting import waited
from core.flow.wanted import Wanted
from core.language import Language
from pages.parts.flow import figure_captions


def draw(items: Sequence[Item], wanted: Wanted, now: dt.datetime, language: Language) -> None:
    """Draw how long they waited for each side, in the period that is `wanted`."""
    t = language.text
    figure_captions.head("waiting", language)
    found = waited(items, now, wanted.since, wanted.until)
    if not found.n:
        figure_captions.none(t("flow.waiting.none"))
        return
    with st.container(horizontal=True):
        for side in ("us", "client", "hold"):
            median = (
                found.median.said
                if isinstance(found.median, TooFew)
                else t("flow.waiting.median", days=figure_captions.long(getattr(found.median, side), language))
            )
            total = getattr(found.total, side)
            st.metric(
                t(f"flow.waiting.{side}"),
                figure_captions.long(total, language),
                language.value(median),
                delta_color="off",
                delta_arrow="off",
                width="stretch",
            )
    more = []
    if found.left_out:
        unknown = figure_captions.long(found.total.unknown, language)
        more.append(t("flow.waiting.unknown", days=unknown, count=found.left_out))
    figure_captions.made_of(found.n, 0, more, language)
