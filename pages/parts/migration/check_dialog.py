"""The dialog that ticks a check in words: in which way it was done, by whom or how, and when."""

import streamlit as st

from core.ground.messages import InputError
from core.migration import moves, possible
from core.migration.migration import Domain
from core.migration.stages import SWITCHED
from pages.parts.migration import dialog_fields
from pages.parts.shared import deed, look_first, shell
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
    force = _without_look(d, domain, when) if domain and check.id == SWITCHED else None
    name = domain.name if domain else None
    dialog_fields.save(
        d,
        t("card.do.check"),
        pending,
        lambda m, act: moves.check(
            m, dialog_fields.dated(act, when), check.id, name, choice=choice, detail=detail, force=force
        ),
        t("card.checked_now", check=check.label),
        domains=[name] if name else [],
        whole=name is None,
    )


def _without_look(d: Deed, domain: Domain, when: dialog_fields.When) -> str | None:
    """Tell that a domain was not looked at before its switch, and where that is done; return a manager's reason."""
    doing = shell.act()
    try:
        if doing is None or not possible.lacks_look(d.seen, dialog_fields.dated(doing, when), domain):
            return None
    except InputError:
        # What is no moment is told when it is saved.
        return None
    st.warning(plain(shell.language().text("card.not_looked")), icon=":material/lock:")
    look_first.link(d.seen, domain)
    if refused := shell.refusal("force"):
        st.caption(plain(refused))
        return None
    return st.text_input(shell.language().text("card.without_look.because"), key=d.shows("because", "")) or None
