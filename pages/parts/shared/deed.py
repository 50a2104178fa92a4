"""Something that somebody is about to do to a migration, in a dialog: begun, tried, told, or met by somebody quicker.

What stands may change while a form is open. So the form keeps the migration as it was when it was opened, and it is
that version which is changed, or nothing; whoever comes second sees what happened meanwhile beside what they entered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.ground import moments
from core.ground.messages import InputError, Message
from core.migration import worded
from core.migration.act import Act
from core.migration.event import Event
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.shared import last_deed, mistakes, person_choice, shell
from pages.parts.shared.words import plain

_OPEN = "_deed"
_DRAFTS = "_deed_drafts"
_DONE = "_deed_done"
_NUMBER = "_deed_number"


@dataclass
class Deed:
    """What is about to be done: `kind` picks the dialog, `about` is what it needs to know (a domain, a stage).

    `seen`: the migration as whoever does it sees it. `since`: what others did meanwhile, and `why` that matters, once
    that was found out. `number` keeps the widgets of one dialog from those of the next.
    """

    kind: str
    seen: Migration
    about: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    since: tuple[Event, ...] = ()
    why: Message | None = None
    now: Migration | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    _shown: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The same deed begun once more finds again what was entered before.
        # The token: after a restore its id may be another's, who must not find it.
        self.subject = (self.kind, *self.thing(), *sorted(self.about.items()))

    def thing(self) -> tuple[Any, ...]:
        """Return what it is about, and where that stands."""
        return self.seen.id, self.seen.token, self.seen.stage

    def key(self, name: str) -> str:
        """Return the key of a widget of this dialog."""
        return f"deed_{name}_{shell.language().code}_{self.number}"

    def shows(self, name: str, value: Any) -> str:
        """Return the key of a field that shows what stands: it follows a change by others until somebody touches it.

        Otherwise whoever goes on after a conflict would put back what they never looked at.
        """
        key, shown = self.key(name), self._shown
        if key not in st.session_state:
            st.session_state[key] = self.draft.get(name, value)
        elif st.session_state[key] == shown.get(name, value) != value:
            st.session_state[key] = value
        shown[name] = value
        return key

    def entered(self) -> dict[str, Any]:
        """Return what was entered otherwise than it is shown, by field."""
        held = {name: st.session_state.get(self.key(name), value) for name, value in self._shown.items()}
        return {name: value for name, value in held.items() if value != self._shown[name]}

    def tell_since(self) -> None:
        """Draw what others did meanwhile."""
        assert self.now is not None
        events(self.since, self.now)

    def go_on(self) -> None:
        """Go on with what stands now: a callback."""
        assert self.now is not None
        self.seen, self.now, self.since = self.now, None, ()


Dialogs = Mapping[str, tuple[Callable[[Deed], str], Callable[[Deed], None]]]
"""The dialogs of a page by kind: the title and the body."""


def begin(kind: str, seen: Migration, **about: Any) -> None:
    """Open a dialog at the next run of the script; call it from a callback."""
    # Whoever was quicker than the drawing of their own change means what they made of it.
    own = st.session_state.get(_DONE, {}).get(seen.id)
    seen = own if own is not None and own.origin == seen.origin and own.seq > seen.seq else seen
    start(Deed(kind, seen, about))


def start(deed: Deed) -> None:
    """Open the dialog of a deed at the next run of the script, with what was entered into it before."""
    deed.number = st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    st.session_state[_OPEN] = deed
    deed.draft = st.session_state.get(_DRAFTS, {}).pop(deed.subject, {})


def draw(dialogs: Dialogs) -> None:
    """Draw the open dialog, if it is one of these. Last on a page."""
    deed = current()
    if deed is None or deed.kind not in dialogs:
        return
    title, body = dialogs[deed.kind]

    @st.dialog(title(deed), width="medium", on_dismiss=_dismissed)
    def dialog(deed: Deed) -> None:
        person_choice.ask(deed.key("person"))
        if deed.draft:
            st.caption(plain(shell.language().text("deed.restored")))
        with shell.told():
            body(deed)

    dialog(deed)


def current() -> Deed | None:
    """Return the deed whose dialog is open."""
    return st.session_state.get(_OPEN)


def end() -> None:
    """Close the dialog."""
    st.session_state.pop(_OPEN, None)


def _dismissed() -> None:
    """Close the dialog by its cross or Escape; what was entered is there again when it is opened the next time."""
    deed = current()
    if deed is not None and (entered := deed.entered()):
        st.session_state.setdefault(_DRAFTS, {})[deed.subject] = entered
    end()


def attempt(
    deed: Deed,
    decide: Callable[[Migration, Act], Sequence[Event]],
    said: str | Callable[[Migration], str],
    *,
    domains: Sequence[str] | None = (),
    whole: bool = True,
) -> None:
    """Do it: `decide` gives the events for what stands; `said` is told when it is done, and the dialog closes.

    `said` may depend on what stands then. `domains`: those that it changes, None for all of them; `whole`: whether it
    changes the migration itself. Draws what is wrong with the input. Where somebody else was quicker nothing is
    written, and `meanwhile` tells it.
    """
    doing = shell.act()
    if doing is None:
        st.error(plain(shell.refusal("work") or ""), icon=":material/person:")
        return
    seen = deed.seen
    assert seen.id is not None
    try:
        written = shell.store().change(
            seen.id,
            lambda m: decide(m, doing),
            seen=seen.version if whole else None,
            domains={
                name: seen.domains[name].version
                for name in (seen.domains if domains is None else domains)
                if name in seen.domains
            },
            all_domains=domains is None,
            origin=seen.origin,
        )
    except InputError as error:
        mistakes.draw(error.errors, shell.language())
    except ConflictError as error:
        if error.now is None:
            refused(error)
            return
        deed.now, deed.since, deed.why = error.now, error.since, error.message
        st.rerun(scope="fragment")
    except LookupError:
        st.error(plain(shell.language().text("deed.gone")), icon=":material/delete:")
    else:
        st.session_state.setdefault(_DONE, {})[seen.id] = written.migration
        end()
        told = said if isinstance(said, str) else said(written.migration)
        last_deed.remember(written, told)
        shell.tell(told)
        st.rerun()


def meanwhile(deed: Deed) -> bool:
    """Draw what others did since the dialog was opened, and let it go on with what stands now; whether there is any.

    What was entered stays in the form.
    """
    # A place of its own: without it the fields below would move, and be drawn anew under somebody's hands.
    with st.container():
        if deed.now is None:
            return False
        assert deed.why is not None
        t = shell.language().text
        with st.container(border=True):
            st.markdown(f":material/sync_problem: **{plain(t(deed.why))}**")
            deed.tell_since()
            st.caption(plain(t("deed.kept")))
            st.button(t("deed.go_on"), key=deed.key("go_on"), on_click=deed.go_on, icon=":material/sync:")
    return True


def refused(error: InputError | ConflictError) -> None:
    """Draw why something was not written where there is no form to go on with."""
    if isinstance(error, ConflictError):
        st.error(plain(why(error)), icon=":material/settings_backup_restore:")
    else:
        mistakes.draw(error.errors, shell.language())


def why(error: ConflictError) -> str:
    """Return why a deed was refused, and that its migration is not there any more where that is so."""
    t = shell.language().text
    return t(error.message) if error.now is not None else f"{t(error.message)} {t('deed.not_there')}"


def events(happened: Sequence[Event], m: Migration) -> None:
    """Draw what happened, a line an event: who, when, what, from what to what."""
    language, process, team = shell.language(), shell.process(), shell.team()
    lines = []
    for event in happened:
        told = worded.event(event, process, team)
        domain = m.domains[event.domain].display if event.domain in m.domains else ""
        change = " → ".join(filter(None, (language.value(told.old), language.value(told.new))))
        what = ": ".join(filter(None, (language.text(told.what), change)))
        parts = [language.value(moments.moment(event.recorded_at)), worded.person(event.actor, team), domain, what]
        lines.append("- " + plain(" · ".join(filter(None, parts))))
    if lines:
        st.markdown("\n".join(lines))
