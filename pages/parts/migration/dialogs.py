"""The dialogs of the page by kind: what each asks for, the move that it makes of it, and what is told then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import streamlit as st

from core.flow import agreeing
from core.flow.agreeing import Chosen
from core.migration import moves, possible, typed, worded
from core.migration.event import Event
from core.migration.gate import together
from core.migration.migration import Domain, Migration
from core.migration.moves import Act
from core.migration.stages import STAGES
from pages.parts.migration import archive_dialog, check_dialog, correct_date_dialog, dialog_fields, handover_dialog
from pages.parts.shared import agreed_fields, deed, migration_fields, migration_words, move_dialog, shell
from pages.parts.shared.deed import Deed, Dialogs
from pages.parts.shared.words import plain

Form = tuple[dict[str, Any], dict[str, Any]]
"""What somebody typed into a form, and what it showed before."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A dialog that asks for some things, and makes a move of them.

    `fields`: what draws each thing asked for, by the name under which `move` takes it; those of the domains take
    `domain` too. `ways`: the stages of which one is chosen first, as `to`. `done`: the text told when it is done;
    `above`, `below`: those around the fields; `button`: where it is not called as the dialog is. `changes`: what is to
    stand as it was seen; the domain is, where it is about one. `reopens`: it may open a migration that was closed.
    """

    move: Callable[..., Sequence[Event]]
    fields: Mapping[str, Callable[[Deed], Any]]
    done: str
    above: str = ""
    below: str = ""
    button: str = ""
    ways: Callable[[Any], Sequence[str]] | None = None
    to: str = ""
    changes: Literal["migration", "with its domains", "nothing"] = "migration"
    reopens: bool = False


# -- what they ask for


def _by(d: Deed) -> str:
    t = shell.language().text
    return dialog_fields.pick(d, "by", t("card.hold.by"), ("client", "us"), lambda id: t(f"side.by.{id}"))


def _name(d: Deed) -> str:
    told = shell.language().field("domain").capitalize()
    return st.text_input(told, key=d.shows("name", dialog_fields.domain_of(d).display))


_ROWS = (
    ("client", "package"),
    ("source_host", "target_host"),
    ("owner", "deputy"),
    ("contact_name", "contact_phone"),
    ("no_phone", "nonstandard"),
    ("planned_day", "planned_hour"),
)
_BELOW_DAY = (("old_hosting_until", "waiting_on"), ("fee_applies",))
_DOMAIN_ROWS = (
    ("mailboxes", "websites", "registered_until"),
    ("old_ns", "new_ns"),
    ("old_addresses", "new_addresses"),
)


@dataclass(frozen=True, slots=True)
class _Edited:
    """What somebody typed into the form of a migration, what it showed before, what its day comes to, and reasons."""

    typed: dict[str, Any]
    shown: dict[str, Any]
    day: Chosen | None
    reasons: dict[str, str]


def _migration_form(d: Deed) -> _Edited:
    shown = typed.form_of_migration(d.seen)
    reasons: dict[str, str] = {}

    def package() -> str:
        chosen, reasons["package"] = agreed_fields.package(d.key, migration_fields.label("package"), d.seen.package)
        return chosen

    held = dialog_fields.form(d, shown, _ROWS, {"package": package})
    day, reasons["planned_at"] = agreed_fields.day(d.key, "planned_day", held["planned_day"], moved=[d.seen])
    return _Edited(held | dialog_fields.form(d, shown, _BELOW_DAY), shown, day, reasons)


def _domain_form(d: Deed) -> Form:
    shown = typed.form_of_domain(dialog_fields.domain_of(d))
    extra = [(name,) for name in shown if name not in typed.OF_DOMAIN]
    return dialog_fields.form(d, shown, (*_DOMAIN_ROWS, *extra)), shown


def _blank_form(d: Deed) -> Form:
    blank = {"domains": "", **typed.blank(typed.OF_DOMAIN)}
    return dialog_fields.form(d, blank, (("domains",), *_DOMAIN_ROWS)), blank


# -- the moves that are made of what was typed


def _edit(m: Migration, act: Act, form: _Edited) -> Sequence[Event]:
    values = typed.changes(form.typed, form.shown)
    reasons = agreeing.reasons_for(values, form.reasons, form.day, shell.prices(), m.package)
    return moves.change(m, act, values, reasons=reasons)


def _change(m: Migration, act: Act, form: Form, domain: str | None = None) -> Sequence[Event]:
    return moves.change(m, act, typed.changes(*form), domain)


def _add_domains(m: Migration, act: Act, form: Form) -> Sequence[Event]:
    new = typed.new_domains(form[0])
    return together(m, [partial(moves.add_domain, act=act, name=name, values=values) for name, values in new.items()])


def _resume(m: Migration, act: Act, when: dialog_fields.When) -> Sequence[Event]:
    return moves.resume(m, dialog_fields.dated(act, when))


# -- the kinds

_REASON = {"reason": dialog_fields.reason}

_KINDS: Mapping[str, _Kind] = {
    "edit": _Kind(_edit, {"form": _migration_form}, "card.saved", button="card.save"),
    "hold": _Kind(moves.hold, {"by": _by, **_REASON}, "card.held_now", changes="with its domains"),
    "resume": _Kind(_resume, {"when": dialog_fields.when}, "card.resumed_now"),
    "cancel": _Kind(moves.cancel, _REASON, "card.cancelled_now", above="card.cancel.what", changes="with its domains"),
    "restore": _Kind(moves.restore, _REASON, "card.restored_now"),
    "correct": _Kind(
        moves.correct,
        _REASON,
        "card.corrected_now",
        above="card.correct.what",
        ways=possible.stages_back,
        to="card.correct.to",
        changes="with its domains",
    ),
    "add_domain": _Kind(
        _add_domains, {"form": _blank_form}, "card.domain_added_now", below="register.counts", changes="nothing"
    ),
    "edit_domain": _Kind(_change, {"form": _domain_form}, "card.domain_saved", button="card.save"),
    "rename_domain": _Kind(
        moves.rename_domain, {"name": _name, **_REASON}, "card.domain_renamed", above="card.rename_domain.what"
    ),
    "withdraw": _Kind(moves.withdraw, _REASON, "card.withdrawn_now", above="card.withdraw.what"),
    "correct_domain": _Kind(
        moves.correct,
        _REASON,
        "card.domain_corrected",
        above="card.correct.what",
        ways=possible.steps_back,
        to="card.correct.to",
        reopens=True,
    ),
}


def _draw(d: Deed) -> None:
    """Draw what a dialog of the table asks for, and do it."""
    kind, t = _KINDS[d.kind], shell.language().text
    one = dialog_fields.domain_of(d) if d.kind in possible.OF_DOMAIN else None
    pending = deed.meanwhile(d)
    ways = kind.ways(d.seen if one is None else one) if kind.ways else ()
    if kind.ways and not ways:
        st.caption(plain(t("error.nothing_earlier")))
        return
    if kind.above:
        here = migration_words.stage(one.step if one else d.seen.stage)
        st.caption(plain(t(kind.above, here=here)))
    given: dict[str, Any] = {"domain": one.name} if one else {}
    if ways:
        given["to"] = dialog_fields.pick(d, "to", t(kind.to), ways, migration_words.stage, first=len(ways) - 1)
    given |= {name: field(d) for name, field in kind.fields.items()}
    if kind.below:
        st.caption(plain(t(kind.below)))
    dialog_fields.save(
        d,
        t(kind.button or f"card.do.{d.kind}"),
        pending,
        lambda m, act: kind.move(m, act, **given),
        _told(d, kind, one, given),
        **_which(d, kind, one),
    )


def _told(d: Deed, kind: _Kind, one: Domain | None, given: Mapping[str, Any]) -> str:
    """Return what is told when it is done; of a domain that gets another name, with that."""
    said: dict[str, Any] = {"ref": d.seen.ref}
    if one is not None:
        said["domain"] = given.get("name", one.display)
    if "to" in given:
        said["step"] = worded.stage(given["to"], shell.process())
    return shell.language().text(kind.done, **said)


def _which(d: Deed, kind: _Kind, one: Domain | None) -> dict[str, Any]:
    """Return what is to stand as it was seen, as `deed.attempt` is told of it."""
    if one is not None:
        return {"domains": [one.name], "whole": kind.reopens and d.seen.stage == STAGES[-1]}
    return {
        "domains": None if kind.changes == "with its domains" else (),
        "whole": kind.changes != "nothing",
    }


def _draw_back(d: Deed) -> None:
    """Draw the dialog by which domains go back, for the one domain that this is about."""
    one = dialog_fields.domain_of(d)
    d.about.setdefault("step", one.step)
    d.about.update(domains=(one.name,), back=True)
    move_dialog.draw(d)


def _title(d: Deed) -> str:
    domain = d.seen.domains.get(d.about.get("domain") or "")
    said = shell.language().text(f"card.do.{d.kind}")
    return plain(f"{said}: {domain.display}" if domain and d.kind in possible.OF_DOMAIN else said)


DIALOGS: Dialogs = {
    **move_dialog.DIALOGS,
    **dict.fromkeys(_KINDS, (_title, _draw)),
    **dict.fromkeys(("rework", "switch_back"), (_title, _draw_back)),
    "check": (_title, check_dialog.draw),
    "date": (_title, correct_date_dialog.draw),
    archive_dialog.KIND: (archive_dialog.title, archive_dialog.draw),
    "handover": (handover_dialog.title, handover_dialog.draw),
}
"""All of them: the title and the body."""
