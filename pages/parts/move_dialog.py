"""The dialog that moves a migration on: the checklist of its gate, when, what the client is told, and what is missing.

A card dropped on an earlier stage corrects a wrong move, or sends back what failed the client's test.
"""

import datetime as dt
from typing import Any

import streamlit as st

from core import clock
from core.clock import WARSAW
from core.messages import InputError
from core.pipeline import board, gate, moves, typed, worded
from core.pipeline.gate import Filled, Ticked
from core.pipeline.migration import Migration
from core.pipeline.moves import Act
from core.pipeline.people import CONSOLE
from core.pipeline.stages import STAGES, STEPS, Check
from pages.parts import client_message_view, shell
from pages.parts import deed as deeds
from pages.parts.deed import Deed
from pages.parts.words import plain

KIND = "move"

_NAMED = 8
"""Domains shown by name; of more, a few and their number."""


def title(deed: Deed) -> str:
    """Return what the dialog is called."""
    return plain(f"{deed.seen.ref} · {deed.seen.client}")


def draw(deed: Deed) -> None:
    """Draw the dialog for the migration as it was seen; `about["to"]` is the stage it was dropped on, if it was."""
    blocked = deeds.meanwhile(deed)
    m, to = deed.seen, deed.about.get("to")
    way = board.way(m, to) if to else "held" if m.hold is not None else "on"
    if m.stage == STAGES[-1] and way in ("on", "here", "skip"):
        way = "closed"
    t = shell.language().text
    if way in ("closed", "cancelled", "held", "here"):
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
        label=shell.language().text("move.open", ref=m.ref),
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


class _Gate:
    """The form of a gate."""

    def __init__(self, deed: Deed, blocked: bool) -> None:
        self.deed = deed
        self.blocked = blocked
        self.m = deed.seen
        self.process = shell.process()
        self.stage = self.process.by_id[self.m.stage]
        self.following = STAGES[STAGES.index(self.m.stage) + 1]
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
            client_message_view.draw(then, self.following, told, self.deed.key("message"))
        sure = self._limit()
        self._buttons(filled, at, shut, sure)

    def _domains(self) -> tuple[str, ...]:
        here = gate.at_gate(self.m)
        names = {name: self.m.domains[name].display for name in here}
        if len(here) > 1:
            chosen = st.multiselect(
                self.t("move.domains", count=len(here)),
                list(names),
                default=list(names) if len(here) <= _NAMED else None,
                format_func=names.get,
                key=self.deed.key("domains"),
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
                done = moves.is_done(check, self.m, None, clock.now())
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
        key = self.deed.key(name)
        if name != "planned_at":
            text = st.text_input(label, value=before, key=key)
            found = {} if text == before else {name: text}
            if name == "contact_name":
                phone = st.text_input(
                    language.field("contact_phone"), value=self.m.contact_phone, key=self.deed.key("phone")
                )
                found |= {} if phone == self.m.contact_phone else {"contact_phone": phone}
            return found
        day, hour = typed.day_and_hour(before)
        a, b = st.columns([2, 1])
        day = a.date_input(
            label, value=day, key=key, format=language.date_input, min_value=typed.FIRST_DAY, max_value=dt.date.max
        )
        hour = b.text_input(self.t("field.hour"), value=hour, key=self.deed.key("hour"), placeholder="14:00")
        try:
            planned = typed.read_moment(day, hour, name)
        except InputError as error:
            self._mistakes(error)
            return {}
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
        wanted = st.checkbox(label, value=done == len(subjects), key=self.deed.key(check.id))
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
                    key=self.deed.key(f"{check.id}_detail"),
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
        """Say what would still be missing; return that, and the migration as it would be."""
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
            plain(self.t("move.full", stage=_name(self.following), count=there, limit=limit)), icon=":material/stacks:"
        )
        return st.checkbox(self.t("move.full.sure"), key=self.deed.key("sure"))

    def _buttons(self, filled: Filled, at: dt.datetime | None, shut: list[Check], sure: bool) -> None:
        refused = shell.refusal("work")
        if refused:
            st.info(plain(refused), icon=":material/person:")
        off = bool(refused or self.wrong or self.blocked)
        moved = self.t("move.done", ref=self.m.ref, stage=_name(self.following))
        with st.container(horizontal=True):
            go = st.button(
                plain(self.t("move.go", stage=_name(self.following))),
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
                moved,
                domains=names,
            )
        elif keep:
            deeds.attempt(
                self.deed,
                lambda m, act: gate.fill_in(m, dated(act), filled),
                self.t("move.kept", ref=self.m.ref),
                domains=names,
            )

    def _force(self, shut: list[Check], off: bool) -> str | None:
        """Let a manager go on although something is missing, where that is allowed at all; return the reason given."""
        never = [check for check in shut if not check.forceable]
        if never:
            labels = "; ".join(shell.language().value(check.label) for check in never)
            st.caption(plain(self.t("move.never", checks=labels)))
        elif shut and shell.person() and (refused := shell.refusal("force")):
            st.caption(plain(refused))
        elif shut and shell.person():
            reason = st.text_input(self.t("move.because"), key=self.deed.key("because"))
            clicked = st.button(plain(self.t("move.force")), key=self.deed.key("force"), disabled=off)
            return reason if clicked else None
        return None


def _back(deed: Deed, to: str, rework: bool, blocked: bool) -> None:
    """Draw the way back: where to, which domains, and why."""
    m, t = deed.seen, shell.language().text
    _from_to(m.stage, to)
    st.markdown(plain(t("move.rework" if rework else "move.back")))
    here: tuple[str, ...] = ()
    if to in STEPS:
        here = tuple(
            d.name for d in m.active if STEPS.index(d.step) > STEPS.index(to) and (not rework or d.step == m.stage)
        )
        if len(here) > 1:
            names = {name: m.domains[name].display for name in here}
            here = tuple(
                st.multiselect(
                    plain(t("move.domains", count=len(here))),
                    list(names),
                    format_func=names.get,
                    key=deed.key("domains"),
                    placeholder=t("move.which"),
                )
            )
    reason = st.text_input(t("move.reason"), key=deed.key("reason"))
    refused = shell.refusal("work")
    if refused:
        st.info(plain(refused), icon=":material/person:")
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
            t("move.done", ref=m.ref, stage=_name(to)),
            domains=here,
        )
