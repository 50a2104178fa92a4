"""Setting a resolver aside: who, why, and taking it back; in a migration's history where the check is of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.dns.change import Aside
from core.dns.observation import Server
from core.ground import moments
from core.ground.messages import FieldError, InputError, Message
from core.migration import resolvers_aside, worded
from core.migration.carried import reason_of
from core.migration.cell_values import LINE_MAX
from core.migration.event import OF_RESOLVERS
from core.migration.migration import Migration
from core.migration.resolvers_aside import Standing
from pages.parts.propagation.session_keys import ASIDE_OPEN
from pages.parts.shared import deed, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_KIND, _LINK = "resolver_aside", "_aside_link"


@dataclass(frozen=True)
class Asides:
    """Who is set aside for a domain, among `resolvers`: in the history of `migration`, None where it is in none.

    `wrong`: what a link has that sets nobody aside; `keep`: puts another text into the link.
    """

    domain: str
    resolvers: Sequence[Server]
    migration: Migration | None
    standing: tuple[Standing, ...]
    wrong: tuple[FieldError, ...]
    keep: Callable[[str], None]

    @property
    def in_force(self) -> tuple[Aside, ...]:
        """Who does not count, as a check is told of it."""
        return resolvers_aside.in_force(self.standing)

    def moved(self) -> bool:
        """Whether somebody else has set one aside meanwhile, or taken it back; not while somebody here is about to."""
        if self.migration is None or deed.current() is not None:
            return False
        return _standing(self.migration, self.domain) != self.standing


def found(
    domain: str, resolvers: Sequence[Server], migration: Migration | None, text: str, keep: Callable[[str], None]
) -> Asides:
    """Return who is set aside for a domain (its ASCII name); `text` is what the link has of it."""
    if migration is not None:
        return Asides(domain, resolvers, migration, _standing(migration, domain), (), keep)
    known = {server.id for server in (*shell.resolvers(), *resolvers)}
    of_link, wrong = resolvers_aside.read(text, known)
    standing = tuple(Standing(one.id, one.reason) for one in of_link)
    return Asides(domain, resolvers, None, standing, wrong, keep)


def _standing(m: Migration, domain: str) -> tuple[Standing, ...]:
    assert m.id is not None
    return resolvers_aside.standing(shell.store().told(m.id, OF_RESOLVERS), domain)


def button(asides: Asides) -> None:
    """Draw the button that opens the dialog; it says how many are set aside."""
    language, count = shell.language(), len(asides.standing)
    label = language.text("propagation.aside.count", count=count) if count else language.text("propagation.aside")
    st.button(label, key="propagation_aside", icon=":material/person_off:", on_click=_open, args=(asides,))


def _open(asides: Asides) -> None:
    if asides.migration is not None:
        deed.begin(_KIND, asides.migration, domain=asides.domain)
    else:
        st.session_state[ASIDE_OPEN] = asides.domain


def _close() -> None:
    st.session_state.pop(ASIDE_OPEN, None)


def draw_wrong(asides: Asides) -> None:
    """Draw what is wrong with the link; above the verdict, for which such lines set nobody aside."""
    mistakes.draw(asides.wrong, shell.language())


def draw(asides: Asides) -> None:
    """Draw the dialog where it is open; last on a page."""
    language = shell.language()
    if asides.migration is not None:
        open_ = deed.current()
        if open_ is not None and (open_.seen.id, open_.about.get("domain")) != (asides.migration.id, asides.domain):
            deed.end()
        title = language.text("propagation.aside")
        deed.draw({_KIND: (lambda d: title, lambda d: _of_migration(d, asides))})
    elif st.session_state.get(ASIDE_OPEN) == asides.domain:
        st.dialog(language.text("propagation.aside"), width="medium", on_dismiss=_close)(_of_link)(asides)


def _of_migration(d: Deed, asides: Asides) -> None:
    def decide(id: str, shown: str, reason: str) -> None:
        deed.attempt(
            d,
            lambda m, act: resolvers_aside.set_aside(m, act, asides.domain, id, shown, reason),
            shell.language().text("propagation.aside.done", resolver=shown),
            whole=False,
        )

    def back(id: str, shown: str) -> None:
        deed.attempt(
            d,
            lambda m, act: resolvers_aside.count_again(m, act, asides.domain, id, shown),
            shell.language().text("propagation.aside.undone", resolver=shown),
            whole=False,
        )

    kept = shell.language().text("propagation.aside.kept_in_history", ref=d.seen.ref)
    _fields(asides, d.key, kept, decide, back)


def _of_link(asides: Asides) -> None:
    t = shell.language().text

    def keep(standing: Sequence[Aside], said: str) -> None:
        asides.keep(resolvers_aside.as_text(standing))
        _close()
        shell.tell(said)
        st.rerun()

    def decide(id: str, shown: str, reason: str) -> None:
        try:
            if not id:
                raise InputError(FieldError("resolver", "", Message("error.missing")))
            one = Aside(id, reason_of(reason))
        except InputError as error:
            mistakes.draw(error.errors, shell.language())
            return
        keep((*asides.in_force, one), t("propagation.aside.done", resolver=shown))

    def back(id: str, shown: str) -> None:
        left = [one for one in asides.in_force if one.id != id]
        keep(left, t("propagation.aside.undone", resolver=shown))

    keys = shell.language().code
    _fields(asides, lambda name: f"{_LINK}_{name}_{keys}", t("propagation.aside.kept_in_link"), decide, back)


def _fields(
    asides: Asides,
    key: Callable[[str], str],
    kept: str,
    decide: Callable[[str, str, str], None],
    back: Callable[[str, str], None],
) -> None:
    """Draw who is set aside, each to be taken back, and the fields for one more."""
    language, t = shell.language(), shell.language().text
    names = {server.id: f"{server.operator or server.id} {server.address}" for server in asides.resolvers}
    for number, one in enumerate(asides.standing):
        shown = one.shown or names.get(one.id, one.id)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            who = worded.person(one.actor, shell.team()) if one.actor else ""
            at = language.value(moments.moment(one.at)) if one.at else ""
            small = f"  \n:small[{plain(', '.join(filter(None, (who, at))))}]" if who or at else ""
            st.markdown(f"**{plain(shown)}**: {plain(one.reason)}{small}")
            if st.button(t("propagation.aside.back"), key=key(f"back_{number}")):
                back(one.id, shown)
    aside = {one.id for one in asides.standing}
    left = [server.id for server in asides.resolvers if server.id not in aside]
    id = st.selectbox(
        t("propagation.aside.who"),
        left,
        index=None,
        format_func=names.get,
        key=key("resolver"),
        placeholder=t("propagation.aside.choose"),
        disabled=not left,
    )
    reason = st.text_input(language.field("reason"), key=key("reason"), max_chars=LINE_MAX, disabled=not left)
    st.caption(plain(f"{t('propagation.aside.help')} {kept}"))
    if len(left) == 1:
        st.warning(plain(t("propagation.aside.last")), icon=":material/visibility_off:")
    if st.button(t("propagation.aside.do"), key=key("save"), type="primary", disabled=not left):
        decide(id or "", names.get(id or "", ""), reason)
