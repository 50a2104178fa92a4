"""What is filled in before a migration moves: which of its domains, the checklist of its gate, when it happened."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration import agreed, gate, typed
from core.migration.checks import is_done
from core.migration.gate import Filled, Ticked
from core.migration.migration import Migration
from core.migration.stages import Check
from pages.parts.shared import migration_words, mistakes, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.migration_fields import day_input
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


def domains(d: Deed, here: Sequence[str], placeholder: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
    """Draw the choice of some of the domains that stand here, and return them; the one alone there is no choice of."""
    names = {name: d.seen.domains[name].display for name in here}
    key = d.key("domains")
    if key in st.session_state:
        # Others may have taken some of them on.
        st.session_state[key] = [name for name in st.session_state[key] if name in names]
    if len(here) < 2:
        return tuple(here)
    return tuple(
        st.multiselect(
            shell.language().text("move.domains", count=len(here)),
            list(names),
            default=default,
            format_func=names.get,
            key=key,
            placeholder=placeholder,
        )
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in at a gate; `at`: the earlier moment where it was one; `wrong`: some of it does not read."""

    filled: Filled
    at: dt.datetime | None
    wrong: bool


def draw(d: Deed) -> Given:
    """Draw the form of the gate before which a migration stands."""
    wrong: list[InputError] = []
    names = _at_gate(d)
    ticks, unticked, fields = _checks(d, names, wrong)
    at = _when(d, wrong)
    return Given(Filled(ticks, unticked, fields, names), at, bool(wrong))


def _at_gate(d: Deed) -> tuple[str, ...]:
    m = d.seen
    here = gate.at_gate(m)
    all_of_them = shell.language().text("move.all_domains", count=len(here))
    chosen = domains(d, here, all_of_them, list(here) if len(here) <= _NAMED else None)
    if len(here) == 1 and len(m.active) > 1:
        st.caption(plain(m.domains[here[0]].display))
    return chosen or here


def _checks(
    d: Deed, names: Sequence[str], wrong: list[InputError]
) -> tuple[dict[str, Ticked], list[str], dict[str, Any]]:
    t, m = shell.language().text, d.seen
    ticks: dict[str, Ticked] = {}
    unticked: list[str] = []
    fields: dict[str, Any] = {}
    checks = shell.process().by_id[m.stage].checks
    st.markdown(f"**{plain(t('move.checklist'))}**")
    if not checks:
        st.caption(plain(t("card.no_checks")))
    for check in checks:
        if check.field is not None:
            fields |= _field(d, check, wrong)
        elif check.fact is not None:
            _fact(m, check)
        else:
            _tick(d, check, names, ticks, unticked)
    return ticks, unticked, fields


def _fact(m: Migration, check: Check) -> None:
    done = is_done(check, m, None, clock.now())
    icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
    st.markdown(f"{icon} {plain(shell.language().value(check.label))}")


def _field(d: Deed, check: Check, wrong: list[InputError]) -> dict[str, Any]:
    """Draw a check that is done by filling in a field; return what is not as it was."""
    if check.field == "planned_at":
        return _planned(d, check, wrong)
    language, m, name = shell.language(), d.seen, str(check.field)
    labels = {name: language.value(check.label)}
    if name == "contact_name":
        labels["contact_phone"] = language.field("contact_phone")
    typed_in = {field: st.text_input(said, key=d.shows(field, getattr(m, field))) for field, said in labels.items()}
    return {field: text for field, text in typed_in.items() if text != getattr(m, field)}


def _planned(d: Deed, check: Check, wrong: list[InputError]) -> dict[str, Any]:
    language, before = shell.language(), d.seen.planned_at
    day, hour = typed.day_and_hour(before)
    left, right = st.columns([2, 1])
    with left:
        day = day_input(language.value(check.label), d.shows("planned_at", day), None)
    hour = right.text_input(language.text("field.hour"), key=d.shows("hour", hour), placeholder="14:00")
    try:
        planned = typed.read_moment(day, hour, "planned_at")
    except InputError as error:
        _told(error, wrong)
        return {}
    if unusual := agreed.odd(planned, clock.now()):
        st.caption(f":material/warning: {plain(language.text(unusual))}")
    return {} if planned == before else {"planned_at": planned}


def _tick(d: Deed, check: Check, names: Sequence[str], ticks: dict[str, Ticked], unticked: list[str]) -> None:
    language = shell.language()
    subjects = [d.seen.domains[name] for name in names] or [d.seen]
    done = sum(check.id in subject.checks for subject in subjects)
    label = language.value(check.label)
    if not check.required:
        label += f" {language.text('card.optional')}"
    if 0 < done < len(subjects):
        label += f" · {done}/{len(subjects)}"
    wanted = st.checkbox(label, key=d.shows(check.id, done == len(subjects)))
    if wanted and done < len(subjects):
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
    detail = right.text_input(
        language.text("move.detail"), key=d.shows(f"{check.id}_detail", ""), help=language.text("move.detail.help")
    )
    return Ticked(str(choice or ""), detail)


def _when(d: Deed, wrong: list[InputError]) -> dt.datetime | None:
    """Draw who does it and when; return the earlier moment where it was one."""
    t, me = shell.language().text, shell.person()
    st.caption(plain(t("move.who", who=me.name if me else t("move.nobody"))))
    if not st.checkbox(t("move.earlier"), key=d.key("earlier")):
        return None
    left, right = st.columns([2, 1])
    with left:
        day = day_input(t("move.day"), d.key("day"), clock.today())
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
