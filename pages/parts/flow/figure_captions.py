"""What is said of every figure: what it means, how many it is made of, or why there is none."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import streamlit as st

from core.flow.percentiles import TooFew
from core.language import Language
from pages.parts.shared.words import plain

DRAWN = 800
"""Dots drawn of a chart, those to chase first and the latest: a browser takes long for more."""

_DAY = dt.timedelta(days=1)


def head(name: str, language: Language) -> None:
    """Draw what a figure is called, with what it means."""
    st.subheader(language.text(f"flow.{name}"), anchor=False, help=language.text(f"flow.{name}.help"))


def made_of(n: int | str, left_out: int, more: Iterable[str], language: Language) -> None:
    """Say how many a figure is made of, how many were left out, and what is to be known beside."""
    said = [language.text("flow.n", n=n)]
    if left_out:
        said.append(language.text("flow.left_out", count=left_out))
    st.caption(plain(" · ".join([*said, *more])))


def none(why: str) -> None:
    """Say why there is no figure."""
    st.markdown(f":material/hourglass_empty: {plain(why)}")


def too_few(found: TooFew, language: Language) -> None:
    """Say that there is too little for a figure."""
    none_of(found, language.text("flow.none", why=found.said), language)


def none_of(found: TooFew, why: str, language: Language) -> None:
    """Say why there is no figure, and how many were left out of it."""
    none(why)
    if found.left_out:
        st.caption(plain(language.text("flow.left_out", count=found.left_out)))


def beside(found: Iterable[tuple[str, str]]) -> None:
    """Draw numbers beside each other, each with its label."""
    with st.container(horizontal=True, gap="medium"):
        for label, value in found:
            st.markdown(f":small[{plain(label)}]  \n**{plain(value)}**", width="content")


def percent(percent: int, language: Language) -> str:
    """Return a whole percentage as the reader writes it."""
    return f"{percent}{language.text('flow.percent_sign')}"


def long(time: dt.timedelta, language: Language) -> str:
    """Return a time in days, a short one with its first decimal."""
    tenths = round(time / (_DAY / 10))
    if tenths >= 100 or tenths % 10 == 0:
        return language.text("flow.days", count=round(tenths / 10))
    return language.text("flow.days_part", days=Decimal(tenths) / 10)


def dots(chart: str, count: int, language: Language) -> list[str]:
    """Return what is said of the dots of a chart."""
    drawn = [language.text(f"flow.drawn.{chart}", drawn=DRAWN)] if count > DRAWN else []
    return [*drawn, language.text("flow.click")] if count else []
