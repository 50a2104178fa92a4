"""What a check says in words for others, to be copied: into a ticket, to a client."""

import datetime as dt

import streamlit as st

from core.dns.showing import verdict_words
from core.dns.wish import Wish
from core.language import LANGUAGES
from pages.parts.shared import shell
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.words import plain


def draw(wish: Wish, link: str, outcome: verdict_words.Outcome, asked_at: dt.datetime) -> None:
    """Draw the words for a ticket and for a client, in a language to be chosen; `link`: where others see the check."""
    language, t = shell.language(), shell.language().text
    st.subheader(t("propagation.others"), anchor=False)
    names = {code: known.name for code, known in LANGUAGES.items()}
    code = st.radio(
        t("move.message.language"),
        list(names),
        index=list(names).index(language.code),
        format_func=names.get,
        horizontal=True,
        key=f"propagation_code_{language.code}",
        label_visibility="collapsed",
    )
    theirs, name = LANGUAGES[code or language.code], wish.name.display
    texts = {
        "ticket": verdict_words.ticket(name, outcome, theirs, asked_at, link),
        "client": verdict_words.client_text(name, outcome, theirs),
    }
    for column, (kind, text) in zip(st.columns(2, gap="medium"), texts.items(), strict=True):
        with column:
            st.markdown(f"**{plain(t(f'propagation.others.{kind}'))}**")
            st.markdown("  \n".join(map(plain, text.split("\n"))))
            copy_button(
                t(f"propagation.copy.{kind}"),
                done=t("copy.done"),
                by_hand=t("copy.by_hand"),
                key=f"propagation_copy_{kind}",
                text=text,
            )
