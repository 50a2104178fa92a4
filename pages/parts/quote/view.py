"""A quote on the screen: the answer first, then every amount with its working and its source."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from core.ground.messages import FieldError
from core.language import Language
from core.offer import wording
from core.pricing.form import link_query
from core.pricing.line_items import LineItem
from core.pricing.notes import Note
from core.pricing.quote import Option, Quote
from core.pricing.rules import RULES, OptionKind, Rule
from pages.parts.quote import example
from pages.parts.shared import mistakes as file_mistakes
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.words import plain

_ICONS = {"info": ":material/info:", "warning": ":material/warning:", "danger": ":material/dangerous:"}


def answer(quote: Quote, also: Mapping[str, str], language: Language) -> None:
    """Draw what it costs and the one sentence why; several options side by side, but that of losing the data folded.

    `also` is no part of the quote, but of the link to it.
    """
    t = language.text
    query = link_query(quote) | {name: text for name, text in also.items() if text}
    with st.container(border=True):
        if len(quote.options) == 1:
            _amounts(quote, quote.options[0], language)
            st.markdown(plain(t(quote.why)))
            _blocked(quote.options[0], language)
        else:
            st.markdown(plain(t(quote.why)))
            kept = _keeping_data(quote)
            for column, option in zip(st.columns(len(kept)), kept, strict=True):
                with column, st.container(border=True, height="stretch"):
                    st.markdown(f"**{plain(t(f'option.{option.kind}'))}**")
                    _way(quote, option, language)
            for option in quote.options:
                if option.kind == OptionKind.ABANDON:
                    # Folded, so that nobody takes it for one way of three; what it costs in data is told all the same.
                    with st.expander(plain(t("option.abandon.folded")), icon=_ICONS["danger"]):
                        _way(quote, option, language)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                plain(t("quote.holds", day=quote.holds_on, until=quote.rule_until, version=quote.tariff_version)),
                width="stretch",
            )
            with st.container(width="content"):
                copy_button(
                    t("quote.copy_link"),
                    done=t("copy.done"),
                    by_hand=t("copy.by_hand"),
                    path=f"quote?{urlencode(query)}",
                    key="quote_copy_link",
                )


def wrong(mistakes: Sequence[FieldError], language: Language) -> None:
    """Draw, where an answer would stand, what has to be put right first."""
    with st.container(border=True):
        st.markdown(f"**{language.text('quote.mistakes', count=len(mistakes))}**")
        # A link may have a thousand.
        file_mistakes.draw(mistakes[:30], language)


def _keeping_data(quote: Quote) -> list[Option]:
    return [option for option in quote.options if option.kind != OptionKind.ABANDON]


def _way(quote: Quote, option: Option, language: Language) -> None:
    t = language.text
    for note in option.notes:
        if note.tone == "danger":
            st.error(plain(t(note.message)), icon=_ICONS[note.tone])
    _amounts(quote, option, language)
    st.markdown(plain(t(f"option.{option.kind}.text")))


def bar(quote: Quote, language: Language) -> None:
    """Draw gross and net of each way in a line, to stay in sight on a phone; said to be an example where they are."""
    t = language.text
    for option in _keeping_data(quote):
        name = f"{t(f'option.{option.kind}')}: " if len(quote.options) > 1 else ""
        if example.left():
            name = f"{t('quote.example_word')} · {name}"
        if not option.available:
            st.markdown(f":small[{plain(name + t('quote.not_available'))}]")
            continue
        gross, net = (plain(language.money(amount)) for amount in (option.gross, option.net))
        st.markdown(
            f"{plain(name)}**{gross}** :small[{plain(t('quote.gross_word'))} · {net} {plain(t('quote.net_word'))}]"
        )


def details(quote: Quote, language: Language) -> None:
    """Draw the lines with their workings and sources, the notes and what happens next, for each option."""
    t = language.text
    if len(quote.options) == 1:
        _option(quote, quote.options[0], language)
        return
    labels = [t(f"option.{option.kind}") for option in quote.options]
    tabs = st.tabs(labels)
    for tab, option in zip(tabs, quote.options, strict=True):
        with tab:
            _option(quote, option, language)


def _amounts(quote: Quote, option: Option, language: Language) -> None:
    t = language.text
    if not option.available:
        st.markdown(f"### :material/block: {plain(t('quote.not_available'))}")
        return
    gross, net = language.money(option.gross), language.money(option.net)
    example.said(language)
    if len(quote.options) > 1:
        st.metric(t("quote.gross"), gross)
        st.markdown(plain(f"{t('quote.net')} {net}"))
        _by_hand(option, language)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.metric(plain(t("quote.gross_on", day=quote.holds_on)), gross, width="content")
        st.metric(t("quote.net"), net, width="content")
    _by_hand(option, language)


def _by_hand(option: Option, language: Language) -> None:
    # A discount typed without its minus is a surcharge: say which it was.
    for line in option.lines:
        if line.kind == "adjustment":
            st.markdown(plain(f"{language.text(line.label)}: {language.money(line.net)}"))


def _blocked(option: Option, language: Language) -> None:
    for blocker in option.blockers:
        st.markdown(f"- {plain(language.text(blocker))}")


def _option(quote: Quote, option: Option, language: Language) -> None:
    t = language.text
    if option.lines:
        st.subheader(t("quote.lines"), anchor=False)
        with st.container(border=True):
            for line in option.lines:
                _line(line, language)
            _total(t("quote.net"), option.net, language)
            _total(t("quote.vat", percent=option.vat_percent), option.vat, language)
            _total(f"**{t('quote.gross')}**", option.gross, language, strong=True)
    else:
        _source_caption(RULES[option.rule], language)
    st.subheader(t("quote.next"), anchor=False)
    for message in option.next:
        st.markdown(f"- {plain(t(message))}")
    if option.notes:
        st.subheader(t("quote.notes"), anchor=False)
        for note in option.notes:
            _note(note, option, language)


def _line(line: LineItem, language: Language) -> None:
    t = language.text
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(f"**{plain(t(line.label))}**", width="stretch")
        st.markdown(f"**{plain(language.money(line.net))}**", width="content")
    st.caption(plain(t(line.working)))
    if line.rule in RULES:
        _source_caption(RULES[line.rule], language)


def _source_caption(rule: Rule, language: Language) -> None:
    st.caption(f":material/gavel: [{rule.id}](tariff#{rule.id.lower()}) {plain('· ' + wording.source(rule, language))}")


def _total(label: str, amount: int, language: Language, *, strong: bool = False) -> None:
    text = plain(language.money(amount))
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.markdown(label, width="stretch")
        st.markdown(f"**{text}**" if strong else text, width="content")


def _note(note: Note, option: Option, language: Language) -> None:
    link = f"[{note.question}](tariff#{note.question.lower()}) " if note.question else ""
    st.markdown(f"{_ICONS[note.tone]} {link}{plain(wording.note(note, option, language))}")
