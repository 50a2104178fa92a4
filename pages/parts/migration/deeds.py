"""What people do on the page of one migration: ticks made at once, and a dialog for everything that needs words."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa
import streamlit as st

from core.ground import moments
from core.ground.messages import FieldError, InputError, Message
from core.migration import moves, possible, typed, worded
from core.migration.act import Act
from core.migration.event import Event
from core.migration.gate import together
from core.migration.migration import Domain, Migration
from core.migration.stages import CONFIRMED, STAGES
from core.store.conflicts import ConflictError
from pages.parts.shared import deed, move_dialog, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_SEEN = "_card_seen"
_MARK = "_card_mark"
_TROUBLE = "_card_trouble"


# -- what is on the screen


def drawn(m: Migration, mark: object) -> None:
    """Remember which state of a migration is drawn: what is done next, is done to that one."""
    before = st.session_state.get(_SEEN)
    if before is not None and before.id == m.id and before.epoch != m.epoch:
        # Whatever was about to be done was about what stood here before.
        st.session_state[_TROUBLE] = (m.id, shell.store().replaced(m.id, before.origin))
    open_, trouble = deed.current(), st.session_state.get(_TROUBLE)
    if open_ is not None and (open_.seen.id, open_.seen.token) != (m.id, m.token):
        deed.end()
    if trouble is not None and trouble[0] != m.id:
        del st.session_state[_TROUBLE]
    st.session_state[_SEEN], st.session_state[_MARK] = m, mark


@st.fragment(run_every=2)
def follow() -> None:
    """Draw the page again when somebody else changed this migration; not while a dialog is open."""
    if deed.current() is not None:
        return
    m, store = _seen(), shell.store()
    assert m.id is not None
    try:
        mark = store.mark()
        if mark == st.session_state[_MARK]:
            return
        now = store.one(m.id)
    except sa.exc.DBAPIError:
        # The page says what is wrong with the database.
        st.rerun()
    # What was blanked is gone from what stands, without an event more.
    if now is None or (now.origin, now.seq) != (m.origin, m.seq) or now != m:
        st.rerun()
    st.session_state[_MARK] = mark


def _seen() -> Migration:
    return st.session_state[_SEEN]


def begin(kind: str, **about: Any) -> None:
    """Open a dialog about the migration on the screen: a callback."""
    # Not the one that the button was drawn with: a tick a moment ago made it another one.
    st.session_state.pop(_TROUBLE, None)
    deed.begin(kind, _seen(), **about)


# -- ticks


def ticked(key: str, item: str, domain: str | None) -> None:
    """Tick a check or take it back, as its checkbox says: a callback. What is wrong is told by `trouble`."""
    on = bool(st.session_state[key])
    if on and shell.process().checks[item].choices:
        begin("check", item=item, domain=domain)
        return
    st.session_state.pop(_TROUBLE, None)
    m, doing = _seen(), shell.act()
    assert m.id is not None
    if doing is None:
        return
    decide = partial(moves.check if on else moves.uncheck, act=doing, item=item, domain=domain)
    try:
        written = shell.store().change(
            m.id,
            decide,
            seen=m.version if domain is None else None,
            domains={} if domain is None else {domain: m.domains[domain].version},
            origin=m.origin,
        )
    except (InputError, ConflictError) as error:
        st.session_state[_TROUBLE] = (m.id, error)
    except sa.exc.DBAPIError as error:
        st.session_state[_TROUBLE] = (m.id, shell.database_error(error))
    except LookupError:
        # The page that is drawn next finds nothing and says so.
        return
    else:
        st.session_state[_SEEN] = written.migration


def trouble() -> None:
    """Draw why the last tick was not made."""
    language = shell.language()
    found = st.session_state.get(_TROUBLE)
    if found is None:
        return
    _, error = found
    with st.container(border=True):
        if isinstance(error, ConflictError):
            st.markdown(f":material/sync_problem: **{plain(deed.why(error))}**")
            deed.events(error.since, error.now)
            st.caption(plain(language.text("card.tick_again")))
        else:
            for mistake in error.errors:
                st.error(plain(language.mistake(mistake)), icon=":material/error:")
        st.button(
            language.text("card.understood"),
            key=f"card_understood_{language.code}",
            on_click=lambda: st.session_state.pop(_TROUBLE, None),
        )


# -- fields of a form

_SELECTS: Mapping[str, Callable[[str], list[str]]] = {
    # Whoever has left the team stays an option where they are the owner.
    "owner": lambda now: list(dict.fromkeys(["", *(person.id for person in shell.team().people), now])),
    "deputy": lambda now: list(dict.fromkeys(["", *(person.id for person in shell.team().people), now])),
    "waiting_on": lambda now: ["us", "client"],
}


def _option(name: str, id: str) -> str:
    if name == "waiting_on":
        return shell.language().text(f"side.{id}")
    return worded.person(id, shell.team()) if id else shell.language().text("card.nobody")


_MARKUP = re.compile(r"[^\w\s.,()-]+")


def label(name: str) -> str:
    """Return the label of a field of a form."""
    language = shell.language()
    if name.startswith("extra."):
        # Read aloud as it is, so it cannot be made plain; a header with marks of markdown loses them.
        return _MARKUP.sub(" ", name.removeprefix("extra.")).strip() or language.text("import.column")
    if name == "planned_hour":
        return language.field("hour").capitalize()
    # A quote's package is the one that is left; a migration's is the one that it leads to.
    return language.field({"planned_day": "planned_at", "package": "target"}.get(name, name))


def widget(name: str, key: str, value: Any, **options: Any) -> Any:
    """Draw the widget of a field, and return what it holds.

    Its value is in the session and its default as well: a browser too slow to draw it before the next run of the script
    would otherwise send a blank.
    """
    st.session_state.setdefault(key, value)
    held = st.session_state[key]
    told = label(name)
    if name in _SELECTS:
        choices = _SELECTS[name](held)
        return st.selectbox(
            told,
            choices,
            index=choices.index(held),
            format_func={id: _option(name, id) for id in choices}.get,
            key=key,
            **options,
        )
    if name == "fee_applies":
        return st.checkbox(told, value=held, key=key, **options)
    if name == "planned_day":
        return day_input(told, key, held)
    if name in ("domains", "note"):
        return st.text_area(told, value=held, key=key, height=90, **options)
    if name == "planned_hour":
        options = {"placeholder": "14:00", **options}
    return st.text_input(told, value=held, key=key, **options)


def day_input(told: str, key: str, value: dt.date | None) -> dt.date | None:
    """Draw the input of a day, which may be left empty."""
    # Wider than any day that makes sense: beyond its range the widget would speak English and keep the old one.
    return st.date_input(
        told,
        value=value,
        min_value=typed.FIRST_DAY,
        max_value=dt.date.max,
        format=shell.language().date_input,
        key=key,
    )


def rows(names: Sequence[Sequence[str]], draw: Callable[[str], Any]) -> dict[str, Any]:
    """Draw fields, those of a row side by side, and return what they hold."""
    held = {}
    for row in names:
        for column, name in zip(st.columns(len(row)), row, strict=True):
            with column:
                held[name] = draw(name)
    return held


def _form(d: Deed, shown: dict[str, Any], names: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Draw the form of what stands; return what was typed.

    After somebody else's change what was not touched shows that change, what was typed stays.
    """
    for row in names:
        for name in row:
            d.shows(name, shown[name])
    return rows(names, lambda name: widget(name, d.key(name), shown[name]))


def _moment(d: Deed, told_day: str, at: dt.datetime | None = None, suffix: str = "") -> tuple[dt.date | None, str]:
    """Draw the inputs of a day and an hour; return what they hold."""
    day, hour = typed.day_and_hour(at)
    day_key, hour_key = d.shows(f"day{suffix}", day), d.shows(f"hour{suffix}", hour)
    left, right = st.columns(2)
    with left:
        found = day_input(told_day, day_key, st.session_state[day_key])
    with right:
        told = label("planned_hour")
        clock = st.text_input(told, value=st.session_state[hour_key], key=hour_key, placeholder="14:00")
    return found, clock


def _pick(d: Deed, name: str, told: str, options: Sequence[str], said: Callable[[str], str], first: int = 0) -> str:
    """Draw a choice of one of some ids; return it."""
    key = d.key(name)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[first]
    place = list(options).index(st.session_state[key])
    return st.selectbox(told, options, index=place, format_func={id: said(id) for id in options}.get, key=key)


def _stage(id: str) -> str:
    return shell.language().value(worded.stage(id, shell.process()))


def _reason(d: Deed) -> str:
    language = shell.language()
    return st.text_input(language.field("reason"), key=d.shows("reason", ""))


def _save(
    d: Deed, told: str, pending: bool, decide: Callable[[Migration, Act], Sequence[Event]], said: str, **which: Any
) -> None:
    """Draw the button that does it."""
    if st.button(told, key=d.key("save"), type="primary", disabled=pending):
        deed.attempt(d, decide, said, **which)


# -- the dialogs: of the migration


def _said(d: Deed, id: str) -> str:
    return shell.language().text(id, ref=d.seen.ref)


def _edit(d: Deed) -> None:
    pending = deed.meanwhile(d)
    shown = typed.form_of_migration(d.seen)
    held = _form(
        d,
        shown,
        (
            ("client", "package"),
            ("source_host", "target_host"),
            ("owner", "deputy"),
            ("contact_name", "contact_phone"),
            ("nonstandard",),
            ("planned_day", "planned_hour", "waiting_on"),
            ("fee_applies",),
        ),
    )
    _save(
        d,
        shell.language().text("card.save"),
        pending,
        lambda m, act: moves.change(m, act, typed.changes(held, shown)),
        _said(d, "card.saved"),
    )


def _hold(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    by = _pick(d, "by", t("card.hold.by"), ("client", "us"), lambda id: t(f"side.by.{id}"))
    reason = _reason(d)
    _save(
        d,
        t("card.do.hold"),
        pending,
        lambda m, act: moves.hold(m, act, by, reason),
        _said(d, "card.held_now"),
        domains=None,
    )


def _resume(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    day, hour = _moment(d, t("card.when"))
    st.caption(plain(t("card.when.now")))
    _save(
        d,
        t("card.do.resume"),
        pending,
        lambda m, act: moves.resume(m, _at(act, day, hour)),
        _said(d, "card.resumed_now"),
    )


def _cancel(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    st.caption(plain(t("card.cancel.what")))
    reason = _reason(d)
    _save(
        d,
        t("card.do.cancel"),
        pending,
        lambda m, act: moves.cancel(m, act, reason),
        _said(d, "card.cancelled_now"),
        domains=None,
    )


def _restore(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    reason = _reason(d)
    _save(d, t("card.do.restore"), pending, lambda m, act: moves.restore(m, act, reason), _said(d, "card.restored_now"))


def _correct(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    ways = possible.stages_back(d.seen)
    if not ways:
        st.caption(plain(t("error.nothing_earlier")))
        return
    st.caption(plain(t("card.correct.what", here=_stage(d.seen.stage))))
    to = _pick(d, "to", t("card.correct.to"), ways, _stage, first=len(ways) - 1)
    reason = _reason(d)
    _save(
        d,
        t("card.do.correct"),
        pending,
        lambda m, act: moves.correct(m, act, to, reason),
        _said(d, "card.corrected_now"),
        domains=None,
    )


def _check(d: Deed) -> None:
    language, process = shell.language(), shell.process()
    t = language.text
    pending = deed.meanwhile(d)
    check, domain = process.checks[d.about["item"]], _about(d).name if d.about["domain"] else None
    st.markdown(f"**{plain(language.value(check.label))}**")
    if domain is not None:
        st.caption(plain(d.seen.domains[domain].display))
    choice = ""
    if check.choices:
        ways = {way.id: language.value(way.label) for way in check.choices}
        choice = _pick(d, "choice", language.field("choice"), list(ways), ways.__getitem__)
    detail = st.text_input(t("card.detail"), key=d.shows("detail", ""), placeholder=t("card.detail.example"))
    st.caption(plain(t("card.detail.no_password")))
    day, hour = _moment(d, t("card.when"))
    st.caption(plain(t("card.when.now")))
    _save(
        d,
        t("card.do.check"),
        pending,
        lambda m, act: moves.check(m, _at(act, day, hour), check.id, domain, choice=choice, detail=detail),
        t("card.checked_now", check=check.label),
        domains=[domain] if domain else [],
        whole=domain is None,
    )


def _at(act: Act, day: dt.date | None, hour: str) -> Act:
    return replace(act, at=typed.read_moment(day, hour, "date"))


def _date(d: Deed) -> None:
    language, process = shell.language(), shell.process()
    t = language.text
    pending = deed.meanwhile(d)
    m = d.seen
    subjects = [name for name in ("", *(one.name for one in m.active)) if possible.happened(_subject(m, name))]
    first = subjects.index(d.about.get("domain") or "") if (d.about.get("domain") or "") in subjects else 0
    of = _pick(d, "of", t("card.date.of"), subjects, lambda name: _subject_said(m, name), first)
    subject = _subject(m, of)
    items = possible.happened(subject)

    def said(item: str) -> str:
        check = process.checks.get(item)
        name = language.value(check.label) if check and item in subject.checks else _stage(item)
        at = _happened_at(subject, item)
        return f"{name} · {language.value(moments.moment(at)) if at else t('card.day_unknown')}"

    wanted = d.about.get("item")
    item = _pick(d, f"item_{of}", t("card.date.what"), items, said, items.index(wanted) if wanted in items else 0)
    at = _happened_at(subject, item)
    unknown = False
    if item != CONFIRMED:
        unknown = st.checkbox(t("card.date.unknown"), key=d.key(f"unknown_{of}_{item}"))
    day, hour = (None, "") if unknown else _moment(d, t("card.date.new"), at, f"_{of}_{item}")
    reason = _reason(d)

    def decide(m: Migration, act: Act) -> Sequence[Event]:
        new = typed.read_moment(day, hour, "date")
        if new is None and not unknown:
            raise InputError(FieldError("date", "", Message("error.missing")))
        return moves.date(m, act, item, new, reason, of or None)

    _save(d, t("card.do.date"), pending, decide, t("card.dated_now"), domains=[of] if of else [], whole=not of)


def _subject(m: Migration, name: str) -> Migration | Domain:
    return m.domains[name] if name else m


def _subject_said(m: Migration, name: str) -> str:
    return m.domains[name].display if name else shell.language().text("card.date.whole")


def _happened_at(subject: Migration | Domain, item: str) -> dt.datetime | None:
    return subject.checks[item].at if item in subject.checks else subject.entered[item]


# -- the dialogs: of its domains


def _add_domain(d: Deed) -> None:
    t = shell.language().text
    pending = deed.meanwhile(d)
    blank = dict.fromkeys(("domains", *typed.OF_DOMAIN), "")
    held = _form(d, blank, (("domains",), *_DOMAIN_ROWS))
    st.caption(plain(t("register.counts")))

    def decide(m: Migration, act: Act) -> Sequence[Event]:
        new = typed.new_domains(held)
        return together(m, [partial(moves.add_domain, act=act, name=n, values=v) for n, v in new.items()])

    _save(d, t("card.do.add_domain"), pending, decide, _said(d, "card.domain_added_now"), whole=False)


_DOMAIN_ROWS = (("mailboxes", "websites"), ("old_ns", "new_ns"), ("old_addresses", "new_addresses"))


def _about(d: Deed) -> Domain:
    there, name = d.seen.domains, d.about["domain"]
    if name not in there:
        # Somebody corrected its name meanwhile, or took back the import that had brought it.
        found = next((one.name for one in there.values() if name in one.former), None)
        if found is None:
            deed.end()
            st.rerun()
        d.about["domain"] = name = found
    return there[name]


def _edit_domain(d: Deed) -> None:
    pending = deed.meanwhile(d)
    one = _about(d)
    shown = typed.form_of_domain(one)
    extra = [(name,) for name in shown if name not in typed.OF_DOMAIN]
    held = _form(d, shown, (*_DOMAIN_ROWS, *extra))
    _save(
        d,
        shell.language().text("card.save"),
        pending,
        lambda m, act: moves.change(m, act, typed.changes(held, shown), one.name),
        shell.language().text("card.domain_saved", domain=one.display),
        domains=[one.name],
        whole=False,
    )


def _rename_domain(d: Deed) -> None:
    t, one = shell.language().text, _about(d)
    pending = deed.meanwhile(d)
    st.caption(plain(t("card.rename_domain.what")))
    name = st.text_input(shell.language().field("domain").capitalize(), key=d.shows("name", one.display))
    reason = _reason(d)
    _save(
        d,
        t("card.do.rename_domain"),
        pending,
        lambda m, act: moves.rename_domain(m, act, one.name, name, reason),
        t("card.domain_renamed", domain=name),
        domains=[one.name],
        whole=False,
    )


def _withdraw(d: Deed) -> None:
    t, one = shell.language().text, _about(d)
    pending = deed.meanwhile(d)
    st.caption(plain(t("card.withdraw.what")))
    reason = _reason(d)
    _save(
        d,
        t("card.do.withdraw"),
        pending,
        lambda m, act: moves.withdraw(m, act, one.name, reason),
        t("card.withdrawn_now", domain=one.display),
        domains=[one.name],
        whole=False,
    )


def _correct_domain(d: Deed) -> None:
    t, one = shell.language().text, _about(d)
    pending = deed.meanwhile(d)
    ways = possible.steps_back(one)
    if not ways:
        st.caption(plain(t("error.nothing_earlier")))
        return
    st.caption(plain(t("card.correct.what", here=_stage(one.step))))
    to = _pick(d, "to", t("card.correct.to"), ways, _stage, first=len(ways) - 1)
    reason = _reason(d)
    _save(
        d,
        t("card.do.correct"),
        pending,
        lambda m, act: moves.correct(m, act, to, reason, one.name),
        t("card.domain_corrected", domain=one.display, step=worded.stage(to, shell.process())),
        domains=[one.name],
        whole=d.seen.stage == STAGES[-1],
    )


def _rework(d: Deed) -> None:
    t, one = shell.language().text, _about(d)
    pending = deed.meanwhile(d)
    st.caption(plain(t("card.rework.what")))
    to = _pick(d, "to", t("card.rework.to"), possible.REWORKS, _stage, first=len(possible.REWORKS) - 1)
    reason = _reason(d)
    _save(
        d,
        t("card.do.rework"),
        pending,
        lambda m, act: moves.rework(m, act, one.name, to, reason),
        t("card.reworked_now", domain=one.display, step=worded.stage(to, shell.process())),
        domains=[one.name],
        whole=False,
    )


def _titled(id: str) -> Callable[[Deed], str]:
    def title(d: Deed) -> str:
        domain = d.seen.domains.get(d.about.get("domain") or "")
        said = shell.language().text(id)
        return plain(f"{said}: {domain.display}" if domain and d.kind in possible.OF_DOMAIN else said)

    return title


DIALOGS: Mapping[str, tuple[Callable[[Deed], str], Callable[[Deed], None]]] = {
    move_dialog.KIND: (move_dialog.title, move_dialog.draw),
    "edit": (_titled("card.do.edit"), _edit),
    "hold": (_titled("card.do.hold"), _hold),
    "resume": (_titled("card.do.resume"), _resume),
    "cancel": (_titled("card.do.cancel"), _cancel),
    "restore": (_titled("card.do.restore"), _restore),
    "correct": (_titled("card.do.correct"), _correct),
    "check": (_titled("card.do.check"), _check),
    "date": (_titled("card.do.date"), _date),
    "add_domain": (_titled("card.do.add_domain"), _add_domain),
    "edit_domain": (_titled("card.do.edit_domain"), _edit_domain),
    "rename_domain": (_titled("card.do.rename_domain"), _rename_domain),
    "withdraw": (_titled("card.do.withdraw"), _withdraw),
    "correct_domain": (_titled("card.do.correct_domain"), _correct_domain),
    "rework": (_titled("card.do.rework"), _rework),
}
"""The dialogs of the page by kind: the title and the body."""


# -- notes

_NOTES = "_card_notes"


def note_key(m: Migration) -> str:
    """Return the key of the field in which a note is written; what was typed survives a visit elsewhere."""
    key = f"card_note_{m.id}_{shell.language().code}"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(_NOTES, {}).get(m.id, "")
    return key


def note_typed(m: Migration) -> None:
    """Remember what stands in the field of a note, once it was drawn."""
    st.session_state.setdefault(_NOTES, {})[m.id] = st.session_state[note_key(m)]


def note_saved(key: str) -> None:
    """Write the note that stands in the field: a callback."""
    m, doing = _seen(), shell.act()
    assert m.id is not None
    st.session_state.pop(_NOTE_WRONG, None)
    if doing is None:
        return
    try:
        # A note contradicts nothing that somebody else did meanwhile: it asks for no version.
        written = shell.store().change(m.id, lambda now: moves.note(now, doing, st.session_state[key]), origin=m.origin)
    except InputError as error:
        st.session_state[_NOTE_WRONG] = (m.id, error.errors)
    except ConflictError as error:
        st.session_state[_NOTE_WRONG] = (m.id, (FieldError("", "", error.message),))
    except sa.exc.DBAPIError as error:
        st.session_state[_NOTE_WRONG] = (m.id, shell.database_error(error).errors)
    except LookupError:
        return
    else:
        st.session_state[key] = ""
        st.session_state[_SEEN] = written.migration


_NOTE_WRONG = "_card_note_wrong"


def note_wrong(m: Migration) -> Sequence[FieldError]:
    """Return what is wrong with the note that was to be written."""
    id, errors = st.session_state.get(_NOTE_WRONG, (None, ()))
    return errors if id == m.id else ()
