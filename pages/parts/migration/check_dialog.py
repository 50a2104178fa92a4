"""The dialog that ticks a check in words: in which way it was done, by whom or how, and when."""

import streamlit as st

from core.migration import moves
from pages.parts.migration import dialog_fields
from pages.parts.shared import deed, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def draw(d: Deed) -> None:
    """Draw it for the check `about["item"]`, of the domain `about["domain"]` where it is one of domains."""
    language, process = shell.language(), shell.process()
    t = language.text
    pending = deed.meanwhile(d)
    check = process.checks[d.about["item"]]
    domain = dialog_fields.domain_of(d) if d.about["domain"] else None
    st.markdown(f"**{plain(language.value(check.label))}**")
    if domain is not None:
        st.caption(plain(domain.display))
    choice = ""
    if check.choices:
        ways = {way.id: language.value(way.label) for way in check.choices}
        choice = dialog_fields.pick(d, "choice", language.field("choice"), list(ways), ways.__getitem__)
    detail = st.text_input(t("card.detail"), key=d.shows("detail", ""), placeholder=t("card.detail.example"))
    st.caption(plain(t("card.detail.no_password")))
    when = dialog_fields.when(d)
    name = domain.name if domain else None
    dialog_fields.save(
        d,
        t("card.do.check"),
        pending,
        lambda m, act: moves.check(m, dialog_fields.dated(act, when), check.id, name, choice=choice, detail=detail),
        t("card.checked_now", check=check.label),
        domains=[name] if name else [],
        whole=name is None,
    )
