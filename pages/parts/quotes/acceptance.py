"""The dialog in which a client's yes is written down, with the migration that it begins or brings up to date."""

from typing import Any

import streamlit as st

from core.dns.names import split_names
from core.flow import agreeing
from core.flow.agreeing import Chosen
from core.ground.text_limits import LINE
from core.migration import typed
from core.migration.migration import Migration
from core.migration.moves import Act
from core.pricing.rules import OptionKind
from core.quotes import quote_words, subscription_base
from core.quotes.saved import Saved
from pages.parts.quotes.deeds import save_button
from pages.parts.shared import agreed_fields, deed, migration_fields, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain


def draw(d: Deed) -> None:
    """Ask which way the client takes, and what the migration is to begin with, or what joins the one there is."""
    t, saved = shell.language().text, d.seen
    pending = deed.meanwhile(d)
    kind = _way(d)
    if kind == OptionKind.ABANDON:
        st.error(plain(t("option.abandon.text")), icon=":material/dangerous:")
    to_move = any(amount.kind == kind and amount.fee for amount in saved.amounts)
    m = shell.store().one(saved.migration) if saved.migration else None
    if m:
        st.markdown(plain(t("quotes.accept.updates", ref=m.ref, client=m.client)))
        begun = False
    else:
        key = d.shows("begun", to_move)
        begun = st.checkbox(t("quotes.accept.begin"), value=st.session_state[key], key=key)
        if not begun:
            st.caption(plain(t("quotes.accept.alone")))
    reasons: dict[str, str] = {}
    form, day = _form(d, m, to_move, reasons) if begun or m else ({}, None)

    def do(seen: Saved, act: Act) -> Saved:
        if m:
            new = typed.new_domains(form) if form["domains"].strip() else None
            return shell.quotes().accept(seen, act, kind, None, new)
        if begun:
            new = typed.registration(form)
            package = _prefilled(seen, None, to_move)["package"]
            why = agreeing.reasons_for(new.values, reasons, day, shell.prices(), package)
            return shell.quotes().accept(seen, act, kind, new.values, new.domains, why)
        return shell.quotes().accept(seen, act, kind)

    def said(done: Saved) -> str:
        if done.migration_ref:
            return t("quotes.accepted_migration", number=done.number, ref=done.migration_ref)
        return t("quotes.accepted_now", number=done.number)

    save_button(d, t("quotes.do.accept"), pending, do, said)


def _way(d: Deed) -> OptionKind:
    """Draw the choice of the ways that were offered, with what each costs; return the one that the client takes."""
    language, saved = shell.language(), d.seen
    amounts = {amount.kind: amount for amount in saved.amounts}

    def told(kind: OptionKind) -> str:
        return f"{language.text(quote_words.way(kind))} · {language.money(amounts[kind].gross)}"

    if len(saved.offered) == 1:
        st.markdown(f"**{plain(told(saved.offered[0]))}**")
        return saved.offered[0]
    # A radio, not a list: on a phone every way with its amount is seen before one is chosen.
    kinds = {told(kind): kind for kind in saved.offered}
    key = d.key("way")
    if st.session_state.get(key) not in kinds:
        st.session_state[key] = next(iter(kinds))
    return kinds[st.radio(language.text("quotes.accept.way"), list(kinds), key=key)]


_ROWS = (
    ("client",),
    ("domains",),
    ("mailboxes", "package"),
    ("contact_name", "contact_phone"),
    ("no_phone",),
    ("owner", "planned_day"),
)


def _form(d: Deed, m: Migration | None, to_move: bool, reasons: dict[str, str]) -> tuple[dict[str, Any], Chosen | None]:
    """Draw the form of the migration that begins, or of what is added to the one there is.

    Returns what was typed, and what its day comes to; `reasons` are filled in here.
    """
    shown = typed.blank(typed.OF_NEW) | _prefilled(d.seen, m, to_move)
    rows = (("domains",), ("mailboxes",)) if m else _ROWS
    for name in (*(name for row in rows for name in row), *(() if m else ("fee_applies",))):
        d.shows(name, migration_fields.shown_as(name, shown[name]))

    def widget(name: str) -> Any:
        if name == "package":
            label = migration_fields.label(name)
            chosen, reasons[name] = agreed_fields.package(d.key, label, shown[name])
            return chosen
        return migration_fields.widget(name, d.key(name), shown[name])

    held = migration_fields.rows(rows, widget)
    day = None
    if not m:
        new = max(len(split_names(held["domains"][:LINE])), 1)
        day, reasons["planned_at"] = agreed_fields.day(d.key, "planned_day", held["planned_day"], new=new)
        held |= migration_fields.rows((("fee_applies",),), widget)
    counted = int(d.seen.texts["domains"])
    t = shell.language().text
    st.caption(plain(t("quotes.accept.added") if m else t("quotes.accept.counted", count=counted)))
    return (typed.blank(typed.OF_DOMAIN) if m else shown) | held, day


def _prefilled(saved: Saved, m: Migration | None, to_move: bool) -> dict[str, Any]:
    held = subscription_base.by_number(shell.store().engine, saved.subscription) if saved.subscription else None
    there = m.domains if m else {}
    names = [name for name in (held.names if held else ()) if name not in there]
    me = shell.person()
    return {
        "client": saved.customer.name,
        "domains": ", ".join(names),
        "mailboxes": saved.texts.get("mailboxes", "") if not m else "",
        "package": quote_words.packages(saved, shell.package_names())[1],
        "owner": me.id if me else "",
        "planned_day": quote_words.agreed_on(saved),
        "fee_applies": to_move,
    }
