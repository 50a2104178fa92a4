"""What is agreed with a client, to be chosen: the day with the next free ones beside it, the package, a telephone.

Each with the reason that is asked for where it is not as it should be. `key` gives the key of a widget by its name.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import streamlit as st

from core.flow import agreeing
from core.flow.agreeing import Chosen
from core.flow.offering import Load, offers
from core.ground import clock
from core.ground.messages import ShortDay
from core.migration import package_choice
from core.migration.cell_values import dialled
from core.migration.migration import Migration
from core.migration.stages import FIRST_OF_DOMAINS, position
from pages.parts.shared import day_field, shell
from pages.parts.shared.words import plain

Key = Callable[[str], str]

_OTHER = " other"
"""Stands among the packages for one of another name: no name begins with a blank."""


# -- the day


def day(
    key: Key, name: str, chosen: object, *, moved: Collection[Migration] = (), new: int = 0, why: str = "why_planned_at"
) -> tuple[Chosen | None, str]:
    """Draw below the field of a day, `name`, the next free ones, and what the one chosen comes to.

    `moved`, `new`: for whom it is agreed, as for `agreeing.chosen`. Returns that, and the reason that was given.
    """
    there, now = shell.store().snapshot(), clock.now()
    picked = chosen if isinstance(chosen, date) else None
    _offer(key, name, picked, there, moved, new)
    found = agreeing.chosen(picked, there, shell.capacity(), now, moved=moved, new=new)
    if found is None:
        return None, ""
    if found.told:
        said = " ".join(shell.language().text(message) for message in found.told)
        st.warning(plain(said), icon=":material/event_busy:")
    if not found.exceeded:
        return found, ""
    return found, _reason(key(why), "agree.why_day")


def _offer(
    key: Key,
    name: str,
    picked: date | None,
    there: Collection[Migration],
    moved: Collection[Migration],
    new: int,
) -> None:
    """Draw the next free days as choices, a click each; none for what is being moved already, or is over."""
    if any(not m.open or position(m.stage) >= position(FIRST_OF_DOMAINS) for m in moved):
        return
    language = shell.language()
    one = next(iter(moved)) if len(moved) == 1 else None
    refs = {m.ref for m in moved}
    others = [m for m in there if m.ref not in refs]
    capacity = shell.capacity()
    units = agreeing.wanted_units(capacity, moved, new)
    found = offers(others, capacity, shell.process(), clock.now(), units=units, m=one)
    if not found:
        st.caption(plain(language.text("flow.offers.none")))
        return
    said = {load.day: _said(load) for load in found}
    free = key("free")

    def taken() -> None:
        # A click on the one that is chosen leaves it.
        if (day := st.session_state[free]) is not None:
            st.session_state[key(name)] = day_field.shown(day)

    st.session_state[free] = picked if picked in said else None
    st.pills(
        language.text("agree.free"),
        list(said),
        format_func=said.get,
        key=free,
        on_change=taken,
    )


def _said(load: Load) -> str:
    """Return a free day in words: czw. 03.12, wolne 5 z 6."""
    language = shell.language()
    free = language.text("flow.offers.free", free=load.units - load.taken, units=load.units)
    return f"{language.value(ShortDay(load.day))}, {free}"


def _reason(key: str, label: str) -> str:
    """Draw the field of a reason, which takes effect while somebody types; return it."""
    st.session_state.setdefault(key, "")
    held = st.session_state[key]
    return st.text_input(shell.language().text(label), value=held, key=key, max_chars=200, live=True)


# -- the package


def package(key: Key, label: str, now: str, *, name: str = "package", **options: Any) -> tuple[str, str]:
    """Draw the choice of a package among those of the tariff, or of another name; return it, and the reason given.

    `now`: the one that is there, which stays one of them. Where the tariff cannot be read any name will do.
    """
    t, tariff, at = shell.language().text, shell.prices(), key(name)
    held = str(st.session_state.setdefault(at, now) or "")
    if tariff is None:
        return st.text_input(label, value=held, key=at, **options), ""
    known = ["", *package_choice.names(tariff, now), _OTHER]
    other = key(f"{name}_other")
    if held not in known:
        # Somebody typed it before, in another language or before a visit elsewhere.
        st.session_state[at], st.session_state[other] = _OTHER, held
    said = {name: name for name in known} | {"": t("agree.no_package"), _OTHER: t("agree.other_package")}
    picked = st.selectbox(
        label,
        known,
        index=known.index(st.session_state[at]),
        format_func=said.get,
        key=at,
        **options,
    )
    if picked != _OTHER:
        return picked, ""
    st.session_state.setdefault(other, "")
    typed = st.text_input(t("agree.package_name"), value=st.session_state[other], key=other, max_chars=200)
    if not package_choice.foreign(typed, tariff, now):
        return typed, ""
    return typed, _reason(key(f"why_{name}"), "agree.why_package")


# -- the telephone


def phone(telephone: str) -> None:
    """Say below a telephone that it cannot be dialled, where that is so: it is kept as it is, "wew. 12" exists."""
    if telephone.strip() and not dialled(telephone):
        st.caption(f":material/warning: {plain(shell.language().text('agree.not_dialled'))}")
