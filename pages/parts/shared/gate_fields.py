"""What is filled in before a migration moves: which of its domains, the checklist of its gate, when it happened."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.flow import agreeing
from core.flow.agreeing import Chosen
from core.ground import clock
from core.ground.messages import InputError
from core.migration import gate, typed
from core.migration.checks import is_done
from core.migration.gate import Filled, Ticked
from core.migration.migration import LISTS, Migration
from core.migration.stages import STEPS, Check
from pages.parts.shared import agreed_fields, day_field, handover_fields, migration_words, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

_NAMED = 8
"""Domains shown by name; of more, a few and their number."""


def from_to(old: str, new: str) -> None:
    """Say from which stage it goes to which."""
    st.markdown(f"**{plain(migration_words.stage(old))} → {plain(migration_words.stage(new))}**")


def refused(why: str | None) -> None:
    """Say why whoever sits here cannot do it; where nobody said who they are, that it is asked above."""
    if why:
        said = why if shell.person() else shell.language().text("person.choose_above")
        st.info(plain(said), icon=":material/person:")


def domains(
    d: Deed, step: str, here: Sequence[str], placeholder: str, label: str, default: Sequence[str] = ()
) -> tuple[str, ...]:
    """Draw the choice of some of the domains that stand here, and return them; the one alone there is no choice of.

    Each step has a choice of its own. Those of `about["domains"]` are chosen already, else those of the default.
    """
    names = {name: d.seen.domains[name].display for name in here}
    key = d.key(f"domains_{step}")
    if key in st.session_state:
        # Others may have taken some of them on.
        st.session_state[key] = [name for name in st.session_state[key] if name in names]
    else:
        wanted = [name for name in d.about.get("domains", ()) if name in names]
        st.session_state[key] = wanted or list(default)
    if len(here) < 2:
        return tuple(here)
    return tuple(
        st.multiselect(
            label,
            list(names),
            default=st.session_state[key],
            format_func=names.get,
            key=key,
            placeholder=placeholder,
            select_all=False,
        )
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in at a gate; `at`: the earlier moment where it was one; `wrong`: some of it does not read."""

    filled: Filled
    at: dt.datetime | None
    wrong: bool


def draw(d: Deed, step: str) -> Given:
    """Draw the form of the gate before which a migration stands, or its domains of a step."""
    wrong: list[InputError] = []
    reasons: dict[str, str] = {}
    names = _at_gate(d, step)
    ticks, unticked, fields = _checks(d, step, names, wrong, reasons)
    at = _when(d, wrong)
    return Given(Filled(ticks, unticked, fields, names, reasons), at, bool(wrong))


def _at_gate(d: Deed, step: str) -> tuple[str, ...]:
    m, t = d.seen, shell.language().text
    here = gate.at_gate(m, step) if step in STEPS else ()
    all_of_them, label = t("move.all_domains", count=len(here)), t("move.domains", count=len(here))
    chosen = domains(d, step, here, all_of_them, label, here if len(here) <= _NAMED else ())
    if len(here) == 1 and len(m.active) > 1:
        st.caption(plain(m.domains[here[0]].display))
    return chosen or here


def _checks(
    d: Deed, step: str, names: Sequence[str], wrong: list[InputError], reasons: dict[str, str]
) -> tuple[dict[str, Ticked], list[str], dict[str, Any]]:
    t, m = shell.language().text, d.seen
    ticks: dict[str, Ticked] = {}
    unticked: list[str] = []
    fields: dict[str, Any] = {}
    checks = shell.process().by_id[step].checks
    st.markdown(f"**{plain(t('move.checklist'))}**")
    if not checks:
        st.caption(plain(t("card.no_checks")))
    for check in checks:
        if check.field is not None:
            fields |= _field(d, check, wrong, reasons)
        elif check.fact is not None:
            _fact(m, check)
        else:
            _tick(d, check, names, fields, ticks, unticked)
    if any(check.field in LISTS for check in checks):
        lists: dict[str, Any] = {name: fields[name] for name in LISTS if name in fields}
        handover_fields.advice(replace(m, **lists))
    return ticks, unticked, fields


def _fact(m: Migration, check: Check) -> None:
    done = is_done(check, m, None, clock.now())
    icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
    st.markdown(f"{icon} {plain(shell.language().value(check.label))}")


def _field(d: Deed, check: Check, wrong: list[InputError], reasons: dict[str, str]) -> dict[str, Any]:
    """Draw a check that is done by filling in a field; return what is not as it was, and why where that is asked."""
    if check.field == "planned_at":
        return _planned(d, check, wrong, reasons)
    if check.field == "package":
        return _package(d, check, wrong, reasons)
    if check.field in LISTS:
        return _list(d, check, wrong)
    language, m, name = shell.language(), d.seen, str(check.field)
    typed_in = {name: st.text_input(language.value(check.label), key=d.shows(name, getattr(m, name)))}
    if name == "contact_phone":
        agreed_fields.phone(typed_in[name])
    if check.or_field and not typed_in[name].strip():
        said = language.field(check.or_field)
        typed_in[check.or_field] = st.text_input(said, key=d.shows(check.or_field, getattr(m, check.or_field)))
    return {field: text for field, text in typed_in.items() if text != getattr(m, field)}


def _list(d: Deed, check: Check, wrong: list[InputError]) -> dict[str, Any]:
    name = str(check.field)
    try:
        entries = handover_fields.draw(d, name)
    except InputError as error:
        _told(error, wrong)
        return {}
    return {} if entries == getattr(d.seen, name) else {name: entries}


def _package(d: Deed, check: Check, wrong: list[InputError], reasons: dict[str, str]) -> dict[str, Any]:
    before = d.seen.package
    d.shows("package", before)
    chosen, why = agreed_fields.package(d.key, shell.language().value(check.label), before)
    values = {} if chosen == before else {"package": chosen}
    return values if _reasoned(values, {"package": why}, None, d, wrong, reasons) else {}


def _reasoned(
    values: dict[str, Any],
    given: dict[str, str],
    day: Chosen | None,
    d: Deed,
    wrong: list[InputError],
    reasons: dict[str, str],
) -> bool:
    """Take the reasons that these fields need; where one lacks nothing goes on, and its field says so already."""
    try:
        reasons |= agreeing.reasons_for(values, given, day, shell.prices(), d.seen.package)
    except InputError as error:
        if any(given.values()):
            mistakes.draw(error.errors, shell.language())
        wrong.append(error)
        return False
    return True


def _planned(d: Deed, check: Check, wrong: list[InputError], reasons: dict[str, str]) -> dict[str, Any]:
    language, before = shell.language(), d.seen.planned_at
    day, hour = typed.day_and_hour(before)
    left, right = st.columns([2, 1])
    with left:
        key = d.shows("planned_at", day_field.shown(day))
        typed_day = day_field.day_field(language.value(check.label), key, None)
    hour = right.text_input(language.field("hour").capitalize(), key=d.shows("hour", hour), placeholder="14:00")
    try:
        planned = typed.read_moment(typed_day, hour, "planned_at")
    except InputError as error:
        _told(error, wrong)
        return {}
    values = {} if planned == before else {"planned_at": planned}
    picked, why = agreed_fields.day(d.key, "planned_at", agreeing.day_of({"planned_at": planned}), moved=[d.seen])
    return values if _reasoned(values, {"planned_at": why}, picked, d, wrong, reasons) else {}


def _tick(
    d: Deed,
    check: Check,
    names: Sequence[str],
    fields: Mapping[str, Any],
    ticks: dict[str, Ticked],
    unticked: list[str],
) -> None:
    """Draw a check that somebody ticks; `fields`: what is filled in beside it, for a check may need a field first."""
    language = shell.language()
    subjects = [d.seen.domains[name] for name in names] or [d.seen]
    done = sum(check.id in subject.checks for subject in subjects)
    label = language.value(check.label)
    if not check.required:
        label += f" {language.text('card.optional')}"
    if 0 < done < len(subjects):
        label += f" · {done}/{len(subjects)}"
    needs, off = check.needs, False
    if needs is not None and not done:
        off = fields.get(needs, getattr(d.seen, needs)) is None
    wanted = st.checkbox(label, key=d.shows(check.id, done == len(subjects)), disabled=off)
    if off:
        why = language.text(f"error.check_needs.{needs}")
        st.caption(plain(why[:1].upper() + why[1:]))
    elif wanted and done < len(subjects):
        ticks[check.id] = _way(d, check, label)
    elif not wanted and done == len(subjects):
        unticked.append(check.id)


def _way(d: Deed, check: Check, label: str) -> Ticked:
    """Draw which way a check was done, where it has several, and by whom or how."""
    if not check.choices:
        return Ticked()
    language = shell.language()
    left, right = st.columns([2, 3])
    ways = {way.id: language.value(way.label) for way in check.choices}
    choice = left.radio(
        label, list(ways), format_func=ways.get, key=d.key(f"{check.id}_way"), label_visibility="collapsed"
    )
    told = any(way.id == choice and way.told for way in check.choices)
    said = language.text("move.detail.needed" if told else "move.detail")
    detail = right.text_input(said, key=d.shows(f"{check.id}_detail", ""), help=language.text("move.detail.help"))
    return Ticked(str(choice or ""), detail)


def _when(d: Deed, wrong: list[InputError]) -> dt.datetime | None:
    """Draw who does it and when; return the earlier moment where it was one."""
    t, me = shell.language().text, shell.person()
    st.caption(plain(t("move.who", who=me.name if me else t("move.nobody"))))
    if not st.checkbox(t("move.earlier"), key=d.key("earlier")):
        return None
    left, right = st.columns([2, 1])
    with left:
        day = day_field.day_field(t("move.day"), d.key("day"), clock.today())
    hour = right.text_input(t("field.hour"), key=d.key("at_hour"), placeholder="14:00")
    try:
        return typed.read_moment(day, hour, "date")
    except InputError as error:
        _told(error, wrong)
        return None


def _told(error: InputError, wrong: list[InputError]) -> None:
    """Draw what is wrong with what was filled in, and remember that something is."""
    mistakes.draw(error.errors, shell.language())
    wrong.append(error)
