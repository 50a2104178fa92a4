"""The dialog that corrects when something happened: a stage or a step was entered, a check was done."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.ground.messages import FieldError, InputError, Message
from core.migration import moves, possible, typed
from core.migration.event import Event
from core.migration.migration import Domain, Migration
from core.migration.moves import Act
from core.migration.stages import CONFIRMED
from pages.parts.migration import dialog_fields
from pages.parts.shared import deed, migration_words, shell
from pages.parts.shared.deed import Deed


def draw(d: Deed) -> None:
    """Draw the choice of whose date it is, and of which; `about` may say with which of them it opens."""
    language = shell.language()
    t = language.text
    pending = deed.meanwhile(d)
    m = d.seen
    subjects = [name for name in ("", *(one.name for one in m.active)) if possible.happened(_subject(m, name))]
    first = subjects.index(d.about.get("domain") or "") if (d.about.get("domain") or "") in subjects else 0
    of = dialog_fields.pick(d, "of", t("card.date.of"), subjects, lambda name: _subject_said(m, name), first)
    subject = _subject(m, of)
    items = possible.happened(subject)
    wanted = d.about.get("item")
    first = items.index(wanted) if wanted in items else 0
    told = t("card.date.what")
    item = dialog_fields.pick(d, f"item_{of}", told, items, lambda item: _happened_said(subject, item), first)
    unknown = False
    if item != CONFIRMED:
        unknown = st.checkbox(t("card.date.unknown"), key=d.key(f"unknown_{of}_{item}"))
    when: dialog_fields.When = None, ""
    if not unknown:
        when = dialog_fields.moment(d, t("card.date.new"), _happened_at(subject, item), f"_{of}_{item}")
    reason = dialog_fields.reason(d)

    def decide(m: Migration, act: Act) -> Sequence[Event]:
        new = typed.read_moment(*when, "date")
        if new is None and not unknown:
            raise InputError(FieldError("date", "", Message("error.missing")))
        return moves.date(m, act, item, new, reason, of or None)

    dialog_fields.save(
        d, t("card.do.date"), pending, decide, t("card.dated_now"), domains=[of] if of else [], whole=not of
    )


def _subject(m: Migration, name: str) -> Migration | Domain:
    return m.domains[name] if name else m


def _subject_said(m: Migration, name: str) -> str:
    return m.domains[name].display if name else shell.language().text("card.date.whole")


def _happened_said(subject: Migration | Domain, item: str) -> str:
    language, check = shell.language(), shell.process().checks.get(item)
    name = language.value(check.label) if check and item in subject.checks else migration_words.stage(item)
    at = migration_words.at(_happened_at(subject, item)) or language.text("card.day_unknown")
    return f"{name} · {at}"


def _happened_at(subject: Migration | Domain, item: str) -> dt.datetime | None:
    return subject.checks[item].at if item in subject.checks else subject.entered[item]
