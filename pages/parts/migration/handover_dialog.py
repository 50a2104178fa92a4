"""The dialog in which a list that the client handed over is written: mail accounts, or websites."""

from dataclasses import replace

import streamlit as st

from core.ground.messages import InputError
from core.migration import moves
from core.migration.handover import HandedList
from pages.parts.migration import dialog_fields
from pages.parts.shared import deed, handover_fields, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def title(d: Deed) -> str:
    """Return which list it is."""
    return plain(shell.language().text(f"handover.title.{d.about['list']}"))


def draw(d: Deed) -> None:
    """Draw the list to be written, and write it."""
    t, field = shell.language().text, str(d.about["list"])
    pending = deed.meanwhile(d)
    st.caption(plain(t("handover.no_passwords")))
    entries: HandedList | None = None
    wrong = False
    try:
        entries = handover_fields.draw(d, field)
    except InputError as error:
        mistakes.draw(error.errors, shell.language())
        wrong = True
    else:
        handover_fields.advice(replace(d.seen, **{field: entries}))
    dialog_fields.save(
        d,
        t("card.save"),
        pending or wrong,
        lambda m, act: moves.change(m, act, {field: entries}),
        t("handover.saved", ref=d.seen.ref),
    )
