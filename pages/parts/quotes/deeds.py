"""What people do with a saved quote: sent at once, and a dialog for what needs words; the second of two is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import streamlit as st

from core.ground import moments
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.migration import typed, worded
from core.migration.act import Act
from core.migration.migration import Migration
from core.pricing.rules import OptionKind
from core.quotes import base
from core.quotes import worded as quote_words
from core.quotes.saved import QuoteEvent, Saved, State
from core.quotes.store import QuoteConflictError
from pages.parts.shared import deed, migration_fields, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_SEEN = "_quote_seen"
_TROUBLE = "_quote_trouble"

Do = Callable[[Saved, Act], Saved]
"""(quote as it was seen, who does it) -> the quote after it."""


@dataclass
class QuoteDeed(Deed):
    """What is about to be done to a saved quote: `seen` is the quote as whoever does it sees it."""

    def thing(self) -> tuple[Any, ...]:
        """Return which quote it is about, and its state."""
        return self.seen.number, self.seen.epoch, self.seen.state


# -- what is on the screen


def drawn(saved: Saved) -> None:
    """Remember which state of a quote is drawn: what is done next, is done to that one."""
    before, open_ = st.session_state.get(_SEEN), deed.current()
    if before is not None and (before.number, before.epoch) != (saved.number, saved.epoch):
        st.session_state.pop(_TROUBLE, None)
    if open_ is not None and (open_.seen.number, open_.seen.epoch) != (saved.number, saved.epoch):
        deed.end()
    st.session_state[_SEEN] = saved


def begin(kind: str) -> None:
    """Open a dialog about the quote on the screen: a callback."""
    st.session_state.pop(_TROUBLE, None)
    deed.start(QuoteDeed(kind, st.session_state[_SEEN]))


def send() -> None:
    """Write down that the client has the quote on the screen: a callback. What is wrong is told by `trouble`."""
    st.session_state.pop(_TROUBLE, None)
    seen, doing = st.session_state[_SEEN], shell.act()
    if doing is None or seen.state == State.SENT:
        # The second click of a double one comes while the button still stands there.
        return
    try:
        sent = shell.quotes().send(seen, doing)
    except (InputError, QuoteConflictError) as error:
        st.session_state[_TROUBLE] = error
    except sa.exc.DBAPIError as error:
        st.session_state[_TROUBLE] = shell.database_error(error)
    else:
        st.session_state[_SEEN] = sent
        shell.tell(shell.language().text("quotes.sent_now", number=sent.number))


def trouble() -> None:
    """Draw why the last click did nothing."""
    t, error = shell.language().text, st.session_state.get(_TROUBLE)
    if error is None:
        return
    with st.container(border=True):
        if isinstance(error, QuoteConflictError):
            happened(error.message, error.since)
        else:
            mistakes(error.errors)
        st.button(
            t("card.understood"),
            key=f"quote_understood_{shell.language().code}",
            on_click=lambda: st.session_state.pop(_TROUBLE, None),
        )


def mistakes(errors: Sequence[FieldError]) -> None:
    """Draw what is wrong, a line each."""
    for mistake in errors:
        st.error(plain(shell.language().mistake(mistake)), icon=":material/error:")


def events(happened: Sequence[QuoteEvent]) -> None:
    """Draw what happened to a quote, a line an event: when, who, what and why."""
    language, team = shell.language(), shell.team()
    lines = []
    for event in happened:
        parts = (
            language.value(moments.moment(event.recorded_at)),
            worded.person(event.actor, team) if event.actor else "",
            language.text(quote_words.event(event)),
            event.reason,
        )
        lines.append("- " + plain(" · ".join(filter(None, parts))))
    if lines:
        st.markdown("\n".join(lines))


def happened(message: Message, since: Sequence[QuoteEvent]) -> None:
    """Draw that somebody else was quicker, and what they did."""
    st.markdown(f":material/sync_problem: **{plain(shell.language().text(message))}**")
    events(since)


# -- the dialogs


def _attempt(d: Deed, do: Do, said: Callable[[Saved], str]) -> None:
    """Do it, and close the dialog; or draw what is wrong, or that somebody else was quicker: `_meanwhile` tells it."""
    doing = shell.act()
    if doing is None:
        st.error(plain(shell.refusal("work") or ""), icon=":material/person:")
        return
    try:
        done = do(d.seen, doing)
    except InputError as error:
        mistakes(error.errors)
    except QuoteConflictError as error:
        if error.now is None:
            st.error(plain(shell.language().text(error.message)), icon=":material/delete:")
            return
        d.now, d.since, d.why = error.now, error.since, error.message
        st.rerun(scope="fragment")
    else:
        deed.end()
        shell.tell(said(done))
        st.rerun()


def _meanwhile(d: Deed) -> bool:
    """Draw what others did since the dialog was opened; whether there is any. What was entered stays in the form."""
    t = shell.language().text
    # A place of its own: without it the fields below would move under somebody's hands.
    with st.container():
        if d.now is None:
            return False
        with st.container(border=True):
            happened(d.why, d.since)
            st.caption(plain(t("deed.kept")))
            st.button(t("deed.go_on"), key=d.key("go_on"), on_click=_go_on, args=(d,), icon=":material/sync:")
    return True


def _go_on(d: Deed) -> None:
    d.seen, d.now, d.since = d.now, None, ()
    # The page behind is drawn from what stands as well.
    st.session_state[_SEEN] = d.seen


def _save(d: Deed, told: str, pending: bool, do: Do, said: Callable[[Saved], str]) -> None:
    if st.button(told, key=d.key("save"), type="primary", disabled=pending):
        _attempt(d, do, said)


def _reason(d: Deed, label: str) -> str:
    return st.text_input(shell.language().text(label), key=d.shows("reason", ""))


def _refuse(d: Deed) -> None:
    t = shell.language().text
    pending = _meanwhile(d)
    reason = _reason(d, "quotes.refuse.reason")
    _save(
        d,
        t("quotes.do.refuse"),
        pending,
        lambda seen, act: shell.quotes().refuse(seen, act, reason),
        lambda done: t("quotes.refused_now", number=done.number),
    )


def _take_back(d: Deed) -> None:
    t = shell.language().text
    pending = _meanwhile(d)
    st.caption(plain(t(f"quotes.take_back.{d.seen.state}")))
    reason = _reason(d, "quotes.take_back.reason")
    _save(
        d,
        t("quotes.do.take_back"),
        pending,
        lambda seen, act: shell.quotes().take_back(seen, act, reason),
        lambda done: t("quotes.taken_back_now", number=done.number, state=Message(f"quotes.state.{done.state}")),
    )


def _attach(d: Deed) -> None:
    t = shell.language().text
    pending = _meanwhile(d)
    ref = st.text_input(t("quotes.attach.ref"), key=d.shows("ref", ""), placeholder="P-61").strip()
    found = shell.store().by_ref(ref) if ref else None
    if found:
        st.caption(plain(f"{found.ref} · {found.client}"))

    def do(seen: Saved, act: Act) -> Saved:
        if found is None:
            # What is told of it repeats it.
            refuse_secrets("ref", ref)
            raise InputError(FieldError("ref", ref, Message("quotes.attach.unknown" if ref else "error.missing")))
        return shell.quotes().attach(seen, act, found.id)

    _save(d, t("quotes.do.attach"), pending, do, lambda done: t("quotes.attached_now", ref=done.migration_ref))


def _accept(d: Deed) -> None:
    """Ask which way the client takes, and what the migration is to begin with, or what joins the one there is."""
    t, saved = shell.language().text, d.seen
    pending = _meanwhile(d)
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
    form = _form(d, m, to_move) if begun or m else {}

    def do(seen: Saved, act: Act) -> Saved:
        if m:
            new = typed.new_domains(form) if form["domains"].strip() else None
            return shell.quotes().accept(seen, act, kind, None, new)
        if begun:
            new = typed.registration(form)
            return shell.quotes().accept(seen, act, kind, new.values, new.domains)
        return shell.quotes().accept(seen, act, kind)

    def said(done: Saved) -> str:
        if done.migration_ref:
            return t("quotes.accepted_migration", number=done.number, ref=done.migration_ref)
        return t("quotes.accepted_now", number=done.number)

    _save(d, t("quotes.do.accept"), pending, do, said)


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
    ("owner", "planned_day"),
    ("fee_applies",),
)


def _form(d: Deed, m: Migration | None, to_move: bool) -> dict[str, Any]:
    """Draw the form of the migration that begins, or of what is added to the one there is; return what was typed."""
    blank = dict.fromkeys(typed.OF_NEW, "") | {"planned_day": None, "fee_applies": False}
    shown = blank | _prefilled(d.seen, m, to_move)
    rows = (("domains",), ("mailboxes",)) if m else _ROWS
    for name in (name for row in rows for name in row):
        d.shows(name, shown[name])
    held = migration_fields.rows(rows, lambda name: migration_fields.widget(name, d.key(name), shown[name]))
    counted = int(d.seen.texts["domains"])
    st.caption(plain(shell.language().text("quotes.accept.added" if m else "quotes.accept.counted", count=counted)))
    return (dict.fromkeys(typed.OF_DOMAIN, "") if m else shown) | held


def _prefilled(saved: Saved, m: Migration | None, to_move: bool) -> dict[str, Any]:
    held = base.by_number(shell.store().engine, saved.subscription) if saved.subscription else None
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


def _titled(id: str) -> Callable[[Deed], str]:
    return lambda d: plain(f"{shell.language().text(id)}: {d.seen.number}")


DIALOGS: Mapping[str, tuple[Callable[[Deed], str], Callable[[Deed], None]]] = {
    "accept": (_titled("quotes.do.accept"), _accept),
    "refuse": (_titled("quotes.do.refuse"), _refuse),
    "take_back": (_titled("quotes.do.take_back"), _take_back),
    "attach": (_titled("quotes.do.attach"), _attach),
}
"""The dialogs of the page by kind: the title and the body."""
