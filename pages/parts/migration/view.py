"""What the page of one migration shows: where it stands, its domains, its checklist, what is known, what happened."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.ground import clock, moments
from core.ground.messages import InputError, Message
from core.migration import possible, worded
from core.migration.clocks import running
from core.migration.dns_check import check_form
from core.migration.fee import fee_with_working
from core.migration.listing import gate
from core.migration.migration import Domain, Migration, position
from core.migration.moves import is_done
from core.migration.stages import STEPS, TEST, Check
from core.store.store import ConflictError
from pages.parts.migration import deeds
from pages.parts.shared import client_message, deed, person_choice, shell
from pages.parts.shared.words import plain

BLOCKS = 8
"""Domains that are drawn as blocks; of more there is a table, and a block for the one that is chosen."""

_DONE, _HERE, _TO_COME = ":material/check_circle:", ":material/arrow_circle_right:", ":material/radio_button_unchecked:"


# -- words


def _label(name: str) -> str:
    return shell.language().value(worded.column(name))


def _said(name: str, value: object) -> str:
    """Return a value of the migration as the reader writes it."""
    return shell.language().value(worded.value(name, value, shell.process(), shell.team()))


def _stage(id: str) -> str:
    return shell.language().value(worded.stage(id, shell.process()))


def _why(reason: str | None) -> str:
    """Return a reason as somebody gave it; where the import had none to give, that it was the import."""
    return shell.language().text("card.by_import") if reason == "import" else reason or ""


def _at(moment: object) -> str:
    return shell.language().value(moments.moment(moment)) if moment else ""


def _some(names: Sequence[str]) -> str:
    """Return names, all but the first few as their number."""
    few = ", ".join(names[:3])
    return few if len(names) <= 3 else shell.language().text("board.domains", first=few, more=len(names) - 3)


def _refused(possibly: Callable[[], Message | None]) -> str | None:
    """Return why whoever sits here cannot do something now, as a sentence; None where they can."""
    if refused := shell.refusal("work"):
        return refused
    why = possibly()
    said = shell.language().text(why) if why else ""
    return said[:1].upper() + said[1:] or None


# -- the head


def head(m: Migration) -> None:
    """Draw whose migration it is, where it stands, its clocks, and what can be done with it."""
    language, process = shell.language(), shell.process()
    t = language.text
    st.page_link("pages/board.py", label=t("card.back"), icon=":material/arrow_back:")
    st.title(plain(f"{m.ref} · {m.client}"), anchor=False)
    if m.sample:
        st.caption(f":material/science: {plain(t('card.sample'))}")
    with st.container(border=True):
        waits = f" · {plain(_label('waiting_on').lower())} {plain(_said('waiting_on', m.waiting_on))}" if m.open else ""
        st.markdown(f"**{plain(_stage(m.stage))}**{waits}")
        if m.cancelled is not None:
            since = worded.value("planned_at", m.cancelled["since"], process, shell.team())
            said = t("card.cancelled", since=since or t("card.day_unknown"), reason=_why(m.cancelled["reason"]))
            st.warning(plain(said), icon=":material/cancel:")
        if m.hold is not None and m.open:
            said = t("card.held", hold=worded.hold(m), reason=_why(m.hold["reason"]))
            st.warning(plain(said), icon=":material/pause_circle:")
        for message, how, names in worded.clocks(running(m, process, clock.now()), m, process):
            line = language.value(message)
            if names and len(m.active) > 1:
                line = t("clock.of", what=_some(names), clock=line)
            _clock(line, how)
        _deeds(m)


def _clock(line: str, how: str) -> None:
    if how == "late":
        st.error(plain(line), icon=":material/alarm:")
    elif how != "paused":
        st.markdown(f":material/schedule: {plain(line)}")


def _deeds(m: Migration) -> None:
    t, act = shell.language().text, shell.act()
    following = possible.next_stage(m)
    # Of two that undo each other, the one that makes sense.
    shown = {
        "move": (t("card.do.move", stage=_stage(following)) if following else t("card.do.move_none"), "arrow_forward"),
        "edit": (t("card.do.edit"), "edit"),
        "resume" if m.hold else "hold": (
            t("card.do.resume") if m.hold else t("card.do.hold"),
            "play_circle" if m.hold else "pause_circle",
        ),
        "restore" if m.cancelled else "cancel": (
            t("card.do.restore") if m.cancelled else t("card.do.cancel"),
            "undo" if m.cancelled else "cancel",
        ),
        "correct": (t("card.do.correct"), "settings_backup_restore"),
    }
    # On a phone the sidebar is behind the page.
    person_choice.ask(f"card_person_{shell.language().code}")
    with st.container(horizontal=True):
        for kind, (said, icon) in shown.items():
            _button(
                kind,
                said,
                icon,
                _refused(lambda kind=kind: possible.why_not(lambda: possible.OF_MIGRATION[kind](m, act))),
                primary=kind == "move",
            )


def _button(
    kind: str,
    said: str,
    icon: str,
    refused: str | None,
    about: Mapping[str, object] | None = None,
    *,
    primary: bool = False,
    small: bool = False,
) -> None:
    about = about or {}
    key = "_".join(("card", kind, *(str(part) for part in about.values()), shell.language().code))
    st.button(
        plain(said) if said else " ",
        key=key,
        icon=f":material/{icon}:",
        type="primary" if primary else "tertiary" if small else "secondary",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=deeds.begin,
        args=(kind,),
        kwargs=about,
    )


# -- the checklist


def checklist(m: Migration) -> None:
    """Draw what the stage waits for, to be ticked; what waits for domains is ticked at each of them."""
    t, process = shell.language().text, shell.process()
    if shell.person() and (refused := shell.refusal("work")):
        st.caption(plain(refused))
    if m.stage in STEPS:
        _gates(m)
    listed = possible.checklist(m, process)
    for one in listed:
        if not one.early:
            _check(m, one.check, None)
    if early := [one for one in listed if one.early and m.open]:
        st.caption(plain(t("card.early")))
        for one in early:
            _check(m, one.check, None)
    if not listed and m.stage not in STEPS:
        st.caption(plain(t("card.no_checks")))


def _gates(m: Migration) -> None:
    """Say what the steps wait for at which domains stand."""
    language = shell.language()
    lines: dict[str, list[str]] = {}
    for waited in gate(m, shell.process(), clock.now()):
        count, missing = len(waited.domains), [d.display for d in waited.missing]
        line = f"{_DONE if waited.done else _TO_COME} {plain(language.value(waited.check.label))}"
        if count > 1:
            line += f" · {count - len(missing)}/{count}"
        if missing and count > len(missing):
            line += f" :small[{plain(language.text('card.missing', domains=_some(missing)))}]"
        about = _some([d.display for d in waited.domains])
        lines.setdefault(f"{plain(_stage(waited.stage))} · {plain(about)}", []).append(line)
    st.markdown("\n\n".join("  \n".join([f"**{head}**", *found]) for head, found in lines.items()))
    st.caption(plain(language.text("card.tick_below")))


def _check(m: Migration, check: Check, d: Domain | None) -> None:
    language = shell.language()
    said = plain(language.value(check.label))
    if not check.required:
        said += f" {plain(language.text('card.optional'))}"
    if not check.ticked:
        done = is_done(check, m, d, clock.now())
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{_DONE if done else _TO_COME} {said}", width="content")
            if check.field and not done:
                refused = _refused(lambda: None)
                _button("edit", language.text("card.fill_in"), "edit", refused, {"at": check.id}, small=True)
        return
    about = {"item": check.id, "domain": d.name if d else None}
    done = (d or m).checks.get(check.id)
    key = f"tick_{m.id}_{d.name if d else ''}_{check.id}_{language.code}"
    # What stands decides, not what was clicked: a tick refused must not look made.
    st.session_state[key] = done is not None
    act = shell.act()
    refused = _refused(lambda: possible.tick_refused(m, act, check, d))
    # Stacked on a phone, where a label in a row would be cut off.
    left, right = st.columns([3, 2], gap="small", vertical_alignment="center")
    with left:
        st.checkbox(
            said,
            key=key,
            disabled=refused is not None,
            # Who sits here is asked once, above; only what is wrong with this one is told here.
            help=plain(refused) if refused and not shell.refusal("work") else None,
            wrap=True,
            on_change=deeds.ticked,
            args=(key, check.id, about["domain"]),
        )
    with right:
        if done is not None:
            parts = [_at(done.at) or language.text("card.day_unknown"), worded.person(done.actor, shell.team())]
            if way := worded.way(check.id, done.choice, done.detail, shell.process()):
                parts.append(language.value(way))
            st.caption(plain(" · ".join(parts)))
        elif refused is None:
            _button("check", language.text("card.earlier"), "history", None, about, small=True)


# -- what is known


def facts(m: Migration) -> None:
    """Draw whom to call, what is moved where and when, and what it costs."""
    t = shell.language().text
    names = (
        *("contact_name", "contact_phone", "owner", "deputy", "planned_at", "package"),
        *("source_host", "target_host", "nonstandard"),
    )
    lines = [(_label(name), _said(name, getattr(m, name))) for name in names]
    empty = [name for name, text in lines if not text]
    _grid([(name, text) for name, text in lines if text])
    if empty:
        st.caption(plain(t("card.empty", fields=", ".join(empty))))
    _fee(m)


def _grid(cells: Sequence[tuple[str, str]], columns: int = 2) -> None:
    for start in range(0, len(cells), columns):
        row = zip(st.columns(columns), cells[start : start + columns], strict=False)
        for column, (label, text) in row:
            column.markdown(f":small[{plain(label)}]  \n{plain(text)}")


def _fee(m: Migration) -> None:
    language, tariff = shell.language(), shell.prices()
    t = language.text
    fee = fee_with_working(m, tariff, clock.today()) if tariff else None
    if fee is not None:
        _grid([(_label("fee_applies"), t("card.fee_net", fee=fee.net))], 1)
        st.caption(plain(t("card.fee_working", count=fee.domains, day=fee.day, working=fee.working)))
    else:
        said = _said("fee_applies", m.fee_applies)
        why = t("card.fee_unknown") if m.fee_applies and m.cancelled is None else ""
        _grid([(_label("fee_applies"), " · ".join(filter(None, (said, why))))], 1)


# -- domains


def domains(m: Migration) -> None:
    """Draw each domain with its steps, its clock and its ticks; of very many a table, and the one chosen."""
    language, process = shell.language(), shell.process()
    t, act = language.text, shell.act()
    refused = _refused(lambda: possible.why_not(lambda: possible.OF_MIGRATION["add_domain"](m, act)))
    _button("add_domain", t("card.do.add_domain"), "add", refused)
    clocks: dict[str | None, list[tuple[str, str]]] = {}
    for one in running(m, process, clock.now()):
        clocks.setdefault(one.domain, []).append((language.value(worded.clock(one, m, process)), one.state))
    if len(m.domains) <= BLOCKS:
        for d in m.domains.values():
            _block(m, d, clocks.get(d.name, []))
        return
    _table(m)
    names = list(m.domains)
    key = f"card_domain_{m.id}_{language.code}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    chosen = st.selectbox(t("card.choose_domain"), names, format_func=lambda name: m.domains[name].display, key=key)
    _block(m, m.domains[chosen], clocks.get(chosen, []))


def _block(m: Migration, d: Domain, clocks: Sequence[tuple[str, str]]) -> None:
    language = shell.language()
    t = language.text
    with st.container(border=True):
        name = plain(d.display) if d.display == d.name else f"{plain(d.display)} :small[{plain(d.name)}]"
        counts = [
            f"{_label(field).lower()}: {language.value(value)}"
            for field in ("mailboxes", "websites")
            if (value := getattr(d, field)) is not None
        ]
        st.markdown(" · ".join([f"**{name}**", *map(plain, counts)]))
        if d.withdrawn:
            st.caption(plain(_stage("withdrawn")))
        else:
            st.markdown(_steps(d))
            for line, how in clocks:
                _clock(line, how)
            _ticks(m, d)
        known = [
            f"{_label(field)}: {value}"
            for field in ("old_ns", "new_ns", "old_addresses", "new_addresses")
            if (value := getattr(d, field))
        ]
        extra = [f"{header}: {text}" for header, text in d.extra.items() if text]
        if known:
            st.caption(plain(" · ".join(known)))
        if extra:
            st.caption(plain(f"{t('card.extra')} {' · '.join(extra)}"))
        if not d.withdrawn:
            st.page_link(
                "pages/propagation.py",
                label=t("card.check_dns"),
                icon=shell.PAGES["propagation"],
                query_params=check_form(d),
            )
            _domain_deeds(m, d)


def _steps(d: Domain) -> str:
    """Return where a domain is on its way, each step with the moment at which it was entered."""
    t = shell.language().text
    said = []
    for step in STEPS:
        passed, here = position(step) < position(d.step), step == d.step
        icon = _DONE if passed or (here and step == STEPS[-1]) else _HERE if here else _TO_COME
        title = plain(_stage(step))
        when = _at(d.entered.get(step)) or (t("card.day_unknown") if step in d.entered else "")
        if step == TEST and d.test_unrecorded:
            when = t("card.test_unrecorded")
        line = f"{icon}\u00a0" + (f"**{title}**" if here else title if passed else f":gray[{title}]")
        said.append(f"{line} :small[{plain(when)}]" if when else line)
    return " → ".join(said)


def _ticks(m: Migration, d: Domain) -> None:
    """Draw the ticks of a domain's step side by side, and those made earlier in a line."""
    language, process = shell.language(), shell.process()
    listed = possible.checklist(m, process, d)
    if listed:
        for column, one in zip(st.columns(max(len(listed), 2)), listed, strict=False):
            with column:
                _check(m, one.check, d)
    shown = {one.check.id for one in listed}
    earlier = [
        f"{language.value(process.checks[item].label)} {_at(done.at) or language.text('card.day_unknown')}"
        for item, done in d.checks.items()
        if item not in shown and item in process.checks
    ]
    if earlier:
        st.caption(plain(language.text("card.ticked", ticks="; ".join(earlier))))


def _domain_deeds(m: Migration, d: Domain) -> None:
    t, act = shell.language().text, shell.act()
    shown = {
        "rework": (t("card.do.rework"), "replay"),
        "edit_domain": (t("card.do.edit_domain"), "edit"),
        "correct_domain": (t("card.do.correct_domain"), "settings_backup_restore"),
        "rename_domain": (t("card.do.rename_domain"), "edit"),
        "withdraw": (t("card.do.withdraw"), "block"),
    }
    with st.container(horizontal=True):
        for kind, (said, icon) in shown.items():
            if kind == "rework" and d.step != TEST:
                continue
            refused = _refused(lambda kind=kind: possible.why_not(lambda: possible.OF_DOMAIN[kind](m, act, d)))
            _button(kind, said, icon, refused, {"domain": d.name}, small=kind != "rework")


def _table(m: Migration) -> None:
    language = shell.language()
    rows = []
    for d in m.domains.values():
        tested = language.text("card.test_unrecorded") if d.test_unrecorded else _at(d.tested_at)
        rows.append(
            {
                language.field("domain"): d.display if d.display == d.name else f"{d.display} ({d.name})",
                language.field("step"): _stage("withdrawn" if d.withdrawn else d.step),
                language.field("mailboxes"): _said("mailboxes", d.mailboxes),
                language.field("websites"): _said("websites", d.websites),
                language.field("tested_at"): tested,
                language.field("dns_switched_at"): _at(d.dns_switched_at),
                language.field("visible_at"): _at(d.visible_at),
                **{
                    language.field(name): getattr(d, name)
                    for name in ("old_ns", "new_ns", "old_addresses", "new_addresses")
                },
            }
        )
    table = pd.DataFrame(rows)
    # Columns that nobody has filled in only push the others off the screen.
    st.dataframe(
        table.loc[:, (table != "").any()], hide_index=True, height=min(38 + 35 * len(rows), 460), key="card_domains"
    )


# -- notes and the client's message


def notes(m: Migration) -> None:
    """Draw the form of a new note, and the notes there are."""
    language, team = shell.language(), shell.team()
    t = language.text
    form, there = st.columns([2, 3], gap="medium")
    with form:
        _note_form(m)
    with there:
        if not m.notes:
            st.caption(plain(t("card.no_notes")))
        for note in reversed(m.notes):
            with st.container(border=True):
                st.caption(plain(f"{_at(note.at) or t('card.day_unknown')} · {worded.person(note.actor, team)}"))
                st.markdown("  \n".join(plain(line) for line in note.text.splitlines()))


def _note_form(m: Migration) -> None:
    language = shell.language()
    t = language.text
    key = deeds.note_key(m)
    refused = shell.refusal("work")
    st.text_area(
        t("card.note.new"),
        value=st.session_state[key],
        key=key,
        height=90,
        placeholder=t("card.note.example"),
        disabled=refused is not None,
    )
    deeds.note_typed(m)
    for mistake in deeds.note_wrong(m):
        st.error(plain(language.mistake(mistake)), icon=":material/error:")
    st.button(
        t("card.note.save"),
        key=f"card_note_save_{language.code}",
        icon=":material/add_comment:",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=deeds.note_saved,
        args=(key,),
    )


def message(m: Migration) -> None:
    """Draw what the client is told at the present stage; where domains stand at several, at the one chosen."""
    language = shell.language()
    stages = [m.stage]
    if m.stage in STEPS:
        standing = {d.step for d in m.active}
        stages = [step for step in STEPS if step in standing and step in shell.process().by_id]
    stage = stages[0]
    if len(stages) > 1:
        key = f"card_message_stage_{m.id}_{language.code}"
        if st.session_state.get(key) not in stages:
            st.session_state[key] = stages[0]
        stage = st.selectbox(
            language.text("card.message.stage"), stages, format_func={id: _stage(id) for id in stages}.get, key=key
        )
    about = [d for d in m.active if d.step == stage]
    client_message.draw(m, stage, about, f"card_message_{language.code}")


# -- what happened


def history(m: Migration) -> None:
    """Draw all that happened, the last first."""
    language, process, team, store = shell.language(), shell.process(), shell.team(), shell.store()
    t = language.text
    _button("date", t("card.do.date"), "edit_calendar", _refused(lambda: _nothing_dated(m)))
    several = len(m.domains) > 1
    rows = []
    for event in reversed(store.events(m.id or 0)):
        told = worded.event(event, process, team)
        given = [f"{language.value(name)}: {language.value(value)}" for name, value in told.given]
        domain = m.domains[event.domain].display if event.domain in m.domains else (event.domain or "")
        rows.append(
            {
                t("card.occurred"): _at(event.occurred_at) or t("card.day_unknown"),
                t("card.what"): t(told.what),
                t("card.who"): worded.person(event.actor, team),
                t("card.why"): (f"{t('card.forced')}: " if event.forced else "") + _why(event.reason),
                **({language.field("domain"): domain} if several else {}),
                t("card.old"): language.value(told.old),
                t("card.new"): "; ".join(filter(None, [language.value(told.new), *given])),
                t("card.recorded"): _at(event.recorded_at),
                t("card.source"): t("card.batch", number=str(event.batch)) if event.batch else "",
            }
        )
    table = pd.DataFrame(rows)
    st.dataframe(
        table.loc[:, (table != "").any()],
        hide_index=True,
        height=min(38 + 35 * len(rows), 640),
        column_config={
            t("card.occurred"): st.column_config.TextColumn(width=125),
            t("card.what"): st.column_config.TextColumn(width=200),
            t("card.who"): st.column_config.TextColumn(width=115),
            t("card.why"): st.column_config.TextColumn(width=150),
            language.field("domain"): st.column_config.TextColumn(width=140),
            t("card.old"): st.column_config.TextColumn(width=130),
            t("card.new"): st.column_config.TextColumn(width=200),
        },
        key="card_history",
    )


def _nothing_dated(m: Migration) -> Message | None:
    return Message("error.cancelled") if m.cancelled is not None else None


def erasing(m: Migration) -> None:
    """Let a manager erase the migration: everything of it goes, but that somebody did and why."""
    language, store = shell.language(), shell.store()
    t = language.text
    st.markdown(plain(t("card.erase.what")))
    if refused := shell.refusal("erase"):
        st.caption(plain(refused))
        return
    reason = st.text_input(
        t("card.erase.reason"), key=f"card_reason_{m.id}_{language.code}", placeholder=t("card.erase.example")
    )
    # A click on what stood here before a restore is none on what stands here now.
    this = f"{m.epoch}_{m.token}_{language.code}"
    sure = st.checkbox(t("card.erase.sure"), key=f"card_sure_{this}")
    doing = shell.act()
    # A reason typed just before the click comes along with it: an empty one is told, not waited for.
    if st.button(t("card.erase"), key=f"card_erase_{this}", icon=":material/delete:", disabled=not sure) and doing:
        try:
            store.erase([m.id or 0], doing, reason, origins=[m.origin])
            shell.kept().forget()
        except ConflictError as error:
            st.error(plain(deed.why(error)), icon=":material/settings_backup_restore:")
        except InputError as error:
            for mistake in error.errors:
                st.error(plain(language.mistake(mistake)), icon=":material/error:")
        else:
            shell.tell(t("card.erased", ref=m.ref))
            st.switch_page("pages/board.py")
