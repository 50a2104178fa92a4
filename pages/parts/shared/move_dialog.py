"""The dialog that moves a migration on: the checklist of its gate, when, what the client is told, and what is missing.

A card dropped on an earlier stage corrects a wrong move, or sends back what failed the client's test.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.migration import agreed, board, gate, typed, worded
from core.migration.act import Act
from core.migration.checks import is_done
from core.migration.gate import Filled, Ticked
from core.migration.migration import Migration
from core.migration.people import CONSOLE
from core.migration.stages import STAGES, STEPS, Check
from pages.parts.shared import client_message, shell
from pages.parts.shared import deed as deeds
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

KIND = "move"

_NAMED = 8
"""Domains shown by name; of more, a few and their number."""


def title(deed: Deed) -> str:
    """Return what the dialog is called."""
    return plain(f"{deed.seen.ref} · {deed.seen.client}")


def draw(deed: Deed) -> None:
    """Draw the dialog for the migration as it was seen; `about["to"]` is the stage it was dropped on, if it was."""
    blocked = deeds.meanwhile(deed)
    m, to, t = deed.seen, deed.about.get("to"), shell.language().text
    # What was dropped or opened meant this stage: wherever others have taken it since, it is not meant anew.
    opened = deed.about.setdefault("stage", m.stage)
    way = "moved" if m.stage != opened else board.way(m, to)
    if way in ("moved", "closed", "cancelled", "held", "here"):
        st.info(plain(t(f"move.{way}", stage=_name(m.stage))), icon=":material/info:")
        _unsaved(deed, blocked)
        _open(m)
    elif way in ("back", "rework"):
        _back(deed, str(to), way == "rework", blocked)
    else:
        if way == "skip":
            following = STAGES[STAGES.index(m.stage) + 1]
            st.warning(plain(t("move.skip", wanted=_name(str(to)), next=_name(following))), icon=":material/signpost:")
        _Gate(deed, blocked).draw()


def _name(stage: str) -> str:
    return shell.language().value(worded.stage(stage, shell.process()))


def _open(m: Migration) -> None:
    st.page_link(
        "pages/migration.py",
        label=plain(shell.language().text("move.open", ref=m.ref)),
        icon=shell.PAGES["migration"],
        query_params={"ref": m.ref},
    )


def _unsaved(deed: Deed, blocked: bool) -> None:
    """Show what was filled in before somebody else moved the migration, and let it be saved where it fits."""
    filled: Filled | None = deed.about.get("filled")
    if filled is None or not (filled.fields or filled.ticks):
        return
    language, process, team = shell.language(), shell.process(), shell.team()
    said = [
        f"{language.value(worded.column(name))}: {language.value(worded.value(name, value, process, team))}"
        for name, value in filled.fields.items()
    ]
    said += [language.value(process.checks[item].label) for item in filled.ticks]
    st.markdown(f"**{plain(language.text('move.unsaved'))}**\n" + "\n".join(f"- {plain(line)}" for line in said))
    if st.button(language.text("move.keep"), key=deed.key("keep"), disabled=blocked or bool(shell.refusal("work"))):
        deeds.attempt(
            deed,
            lambda m, act: gate.fill_in(m, act, filled),
            language.text("move.kept", ref=deed.seen.ref),
            domains=filled.domains,
        )


def _from_to(old: str, new: str) -> None:
    st.markdown(f"**{plain(_name(old))} → {plain(_name(new))}**")


def _refused(why: str | None) -> None:
    """Say why whoever sits here cannot do it; where nobody said who they are, that it is asked above."""
    if why:
        said = why if shell.person() else shell.language().text("person.choose_above")
        st.info(plain(said), icon=":material/person:")


class _Gate:
    """The form of a gate."""

    def __init__(self, deed: Deed, blocked: bool) -> None:
        self.deed = deed
        self.blocked = blocked
        self.m = deed.seen
        self.process = shell.process()
        self.stage = self.process.by_id[self.m.stage]
        self.following = STAGES[STAGES.index(self.m.stage) + 1]
        self.arrives = self.following
        self.t = shell.language().text
        self.wrong: list[str] = []

    def draw(self) -> None:
        """Draw it, and do what is asked for."""
        _from_to(self.m.stage, self.following)
        domains = self._domains()
        ticks, unticked, fields = self._checks(domains)
        at = self._when()
        filled = Filled(ticks, unticked, fields, domains)
        # What is missing is told to everybody; whoever has not said who they are cannot go on anyway.
        act = shell.act() or Act(self.process, CONSOLE, clock.now())
        act = Act(act.process, act.person, act.now, at)
        then, shut = self._preview(act, filled)
        with st.expander(plain(self.t("move.message")), icon=":material/mail:"):
            told = [then.domains[name] for name in domains]
            client_message.draw(then, self.arrives, told, self.deed.key("message"))
        sure = self._limit()
        self._buttons(filled, at, shut, sure)

    def _domains(self) -> tuple[str, ...]:
        here = gate.at_gate(self.m)
        names = {name: self.m.domains[name].display for name in here}
        key = self.deed.key("domains")
        if key in st.session_state:
            # Others may have taken some of them on.
            st.session_state[key] = [name for name in st.session_state[key] if name in names]
        if len(here) > 1:
            chosen = st.multiselect(
                self.t("move.domains", count=len(here)),
                list(names),
                default=list(names) if len(here) <= _NAMED else None,
                format_func=names.get,
                key=key,
                placeholder=self.t("move.all_domains", count=len(here)),
            )
            return tuple(chosen) or here
        if len(self.m.active) > 1 and here:
            st.caption(plain(", ".join(names.values())))
        return here

    def _checks(self, domains: tuple[str, ...]) -> tuple[dict[str, Ticked], list[str], dict[str, Any]]:
        ticks: dict[str, Ticked] = {}
        unticked: list[str] = []
        fields: dict[str, Any] = {}
        st.markdown(f"**{plain(self.t('move.checklist'))}**")
        if not self.stage.checks:
            st.caption(plain(self.t("card.no_checks")))
        for check in self.stage.checks:
            if check.field is not None:
                fields |= self._field(check)
            elif check.fact is not None:
                done = is_done(check, self.m, None, clock.now())
                icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
                st.markdown(f"{icon} {plain(shell.language().value(check.label))}")
            else:
                self._tick(check, domains, ticks, unticked)
        return ticks, unticked, fields

    def _field(self, check: Check) -> dict[str, Any]:
        """Draw a check that is done by filling in a field; return what is not as it was."""
        language, name = shell.language(), str(check.field)
        label = language.value(check.label)
        before = getattr(self.m, name)
        if name != "planned_at":
            labels = {name: label}
            if name == "contact_name":
                labels["contact_phone"] = language.field("contact_phone")
            typed_in = {
                field: st.text_input(said, key=self.deed.shows(field, getattr(self.m, field)))
                for field, said in labels.items()
            }
            return {field: text for field, text in typed_in.items() if text != getattr(self.m, field)}
        day, hour = typed.day_and_hour(before)
        a, b = st.columns([2, 1])
        day = a.date_input(
            label,
            value=None,
            key=self.deed.shows(name, day),
            format=language.date_input,
            min_value=typed.FIRST_DAY,
            max_value=dt.date.max,
        )
        hour = b.text_input(self.t("field.hour"), key=self.deed.shows("hour", hour), placeholder="14:00")
        try:
            planned = typed.read_moment(day, hour, name)
        except InputError as error:
            self._mistakes(error)
            return {}
        if unusual := agreed.odd(planned, clock.now()):
            st.caption(f":material/warning: {plain(language.text(unusual))}")
        return {} if planned == before else {name: planned}

    def _tick(self, check: Check, domains: tuple[str, ...], ticks: dict[str, Ticked], unticked: list[str]) -> None:
        language = shell.language()
        subjects = [self.m.domains[name] for name in domains] or [self.m]
        done = sum(check.id in subject.checks for subject in subjects)
        label = language.value(check.label)
        if not check.required:
            label += f" {self.t('card.optional')}"
        if 0 < done < len(subjects):
            label += f" · {done}/{len(subjects)}"
        wanted = st.checkbox(label, key=self.deed.shows(check.id, done == len(subjects)))
        if wanted and done < len(subjects):
            choice = detail = ""
            if check.choices:
                a, b = st.columns([2, 3])
                ways = {way.id: language.value(way.label) for way in check.choices}
                choice = a.radio(
                    label,
                    list(ways),
                    format_func=ways.get,
                    key=self.deed.key(f"{check.id}_way"),
                    label_visibility="collapsed",
                )
                detail = b.text_input(
                    self.t("move.detail"),
                    key=self.deed.shows(f"{check.id}_detail", ""),
                    help=self.t("move.detail.help"),
                )
            ticks[check.id] = Ticked(str(choice or ""), detail)
        elif not wanted and done == len(subjects):
            unticked.append(check.id)

    def _when(self) -> dt.datetime | None:
        """Draw who does it and when; return the earlier moment where it was one."""
        language, me = shell.language(), shell.person()
        who = me.name if me else self.t("move.nobody")
        st.caption(plain(self.t("move.who", who=who)))
        earlier = st.checkbox(self.t("move.earlier"), key=self.deed.key("earlier"))
        if not earlier:
            return None
        a, b = st.columns([2, 1])
        today = clock.now().astimezone(WARSAW).date()
        day = a.date_input(
            self.t("move.day"),
            value=today,
            key=self.deed.key("day"),
            format=language.date_input,
            min_value=typed.FIRST_DAY,
            max_value=dt.date.max,
        )
        hour = b.text_input(self.t("field.hour"), key=self.deed.key("at_hour"), placeholder="14:00")
        try:
            return typed.read_moment(day, hour, "date")
        except InputError as error:
            self._mistakes(error)
            return None

    def _preview(self, act: Act, filled: Filled) -> tuple[Migration, list[Check]]:
        """Say what would still be missing; return that, and the migration as it would be, and know where it arrives."""
        if self.wrong:
            return self.m, []
        try:
            then, shut = gate.preview(self.m, act, filled)
        except InputError as error:
            self._mistakes(error)
            return self.m, []
        if shut:
            labels = "; ".join(shell.language().value(check.label) for check in shut)
            st.warning(plain(self.t("move.missing", checks=labels)), icon=":material/lock:")
        elif shell.refusal("work") is None:
            self.arrives = gate.arrives(then, act, filled)
        return then, shut

    def _mistakes(self, error: InputError) -> None:
        for mistake in error.errors:
            said = shell.language().mistake(mistake)
            self.wrong.append(said)
            st.error(plain(said), icon=":material/error:")

    def _limit(self) -> bool:
        """Ask whether one more is wise where the next stage is full; return whether to go on."""
        limit = self.process.by_id[self.following].wip_limit
        there = board.standing(shell.store().snapshot(), self.following)
        if limit is None or there < limit:
            return True
        st.warning(
            plain(self.t("move.full", stage=_name(self.following), standing=there, limit=limit)),
            icon=":material/stacks:",
        )
        return st.checkbox(self.t("move.full.sure"), key=self.deed.key("sure"))

    def _buttons(self, filled: Filled, at: dt.datetime | None, shut: list[Check], sure: bool) -> None:
        refused = shell.refusal("work")
        _refused(refused)
        off = bool(refused or self.wrong or self.blocked)
        with st.container(horizontal=True):
            go = st.button(
                plain(self.t("move.go", stage=_name(self.arrives))),
                type="primary",
                key=self.deed.key("go"),
                disabled=off or bool(shut) or not sure,
                icon=":material/arrow_forward:",
            )
            keep = st.button(plain(self.t("move.keep")), key=self.deed.key("keep"), disabled=off)
        force = self._force(shut, off or not sure)

        def dated(act: Act) -> Act:
            return Act(act.process, act.person, act.now, at)

        names = filled.domains
        self.deed.about["filled"] = filled
        if go or force is not None:
            deeds.attempt(
                self.deed,
                lambda m, act: gate.go_through(m, dated(act), filled, force=force),
                lambda m: self._moved(m, names),
                domains=names,
            )
        elif keep:
            deeds.attempt(
                self.deed,
                lambda m, act: gate.fill_in(m, dated(act), filled),
                self.t("move.kept", ref=self.m.ref),
                domains=names,
            )

    def _moved(self, m: Migration, names: Sequence[str]) -> str:
        """Return what is told once it has moved; where only some of its domains did, that it stays behind them."""
        if m.stage == self.m.stage:
            return self.t("move.done_part", ref=m.ref, count=len(names), stage=_name(self.following))
        return self.t("move.done", ref=m.ref, stage=_name(m.stage))

    def _force(self, shut: list[Check], off: bool) -> str | None:
        """Let a manager go on although something is missing, where that is allowed at all; return the reason given."""
        never = [check for check in shut if not check.forceable]
        if never:
            labels = "; ".join(shell.language().value(check.label) for check in never)
            st.caption(plain(self.t("move.never", checks=labels)))
        elif shut and not shell.refusal("work") and (refused := shell.refusal("force")):
            st.caption(plain(refused))
        elif shut and not shell.refusal("work"):
            reason = st.text_input(self.t("move.because"), key=self.deed.shows("because", ""))
            clicked = st.button(plain(self.t("move.force")), key=self.deed.key("force"), disabled=off)
            return reason if clicked else None
        return None


def _back(deed: Deed, to: str, rework: bool, blocked: bool) -> None:
    """Draw the way back: where to, which domains, and why."""
    m, t = deed.seen, shell.language().text
    _from_to(m.stage, to)
    st.markdown(plain(t("move.rework" if rework else "move.back")))
    here = gate.can_go_back(m, to)
    if len(here) > 1:
        names = {name: m.domains[name].display for name in here}
        key = deed.key("domains")
        if key in st.session_state:
            st.session_state[key] = [name for name in st.session_state[key] if name in names]
        here = tuple(
            st.multiselect(
                t("move.domains", count=len(here)),
                list(names),
                format_func=names.get,
                key=key,
                placeholder=t("move.which"),
            )
        )
    reason = st.text_input(t("move.reason"), key=deed.shows("reason", ""))
    refused = shell.refusal("work")
    _refused(refused)
    clicked = st.button(
        plain(t("move.go_back", stage=_name(to))),
        type="primary",
        key=deed.key("go"),
        disabled=bool(refused or blocked or (to in STEPS and not here)),
        icon=":material/undo:",
    )
    if clicked:
        deeds.attempt(
            deed,
            lambda m, act: gate.go_back(m, act, to, reason, here),
            lambda now: t("move.done", ref=now.ref, stage=_name(now.stage)),
            domains=here or None,
        )
