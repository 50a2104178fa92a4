"""The domains of a migration: a table grouped by step, with what may be done to each group, and one chosen below."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.ground import clock
from core.migration import gate, groups, possible, worded
from core.migration.groups import Group, Standing
from core.migration.migration import Migration
from pages.parts.migration import deed_button, domain_block, session_state
from pages.parts.migration.domain_table import domain_table
from pages.parts.shared import deed, migration_words, move_dialog, shell


def draw(m: Migration) -> None:
    """Draw the domains by step, and the block of the one that is chosen."""
    t, act = shell.language().text, shell.act()
    found = groups.groups(m, shell.process(), clock.now())
    chosen = _chosen(m)
    _table(m, found, chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(m.domains) > 1:
            names = list(m.domains)
            st.selectbox(
                t("card.choose_domain"),
                names,
                index=names.index(chosen) if chosen else None,
                format_func=lambda name: m.domains[name].display,
                key=_key(m),
                placeholder=t("card.choose_domain.none"),
                width=360,
            )
        refused = deed_button.refused(lambda: possible.why_not(lambda: possible.OF_MIGRATION["add_domain"](m, act)))
        deed_button.draw("add_domain", t("card.do.add_domain"), "add", refused)
    with st.container(key="card_block"):
        if chosen:
            domain_block.draw(m, m.domains[chosen])


def _key(m: Migration) -> str:
    return f"card_domain_{m.id}_{shell.language().code}"


def _chosen(m: Migration) -> str:
    """Return the domain whose block is drawn; blank where none was chosen."""
    names, key = list(m.domains), _key(m)
    if len(names) == 1:
        return names[0]
    if st.session_state.get(key) not in names:
        # Somebody may have corrected its name meanwhile.
        former = [name for name, d in m.domains.items() if st.session_state.get(key) in d.former]
        st.session_state[key] = former[0] if former else None
    return st.session_state[key] or ""


def _table(m: Migration, found: Sequence[Group], chosen: str) -> None:
    language = shell.language()
    t, key = language.text, f"card_groups_{m.id}_{language.code}"

    def acted() -> None:
        match st.session_state[key].act:
            case {"action": str(action), "step": str(step), "domains": [*names], "seen": str(seen)}:
                if (was := session_state.drawn_as(seen)) is not None:
                    do(was, action, step, list(dict.fromkeys(map(str, names))))

    def opened() -> None:
        if st.session_state[key].open in m.domains and len(m.domains) > 1:
            st.session_state[_key(m)] = st.session_state[key].open

    # What is counted is filled in by the browser.
    later = {name: "{" + name + "}" for name in ("domain", "step", "n", "all")}
    words = {id: t(f"card.table.{id}", **later) for id in ("tick", "tick_all", "ticked", "details", "table")}
    heads = {id: t(f"card.table.{id}") for id in ("since", "clock", "missing")}
    fields = {id: language.field(id) for id in ("domain", "mailboxes")}
    refused = _refused(m)
    drawn = [_group(m, group, refused) for group in found]
    domain_table(
        drawn,
        {**words, **heads, **fields},
        key=key,
        seen=session_state.remembered(m),
        chosen=chosen,
        on_act=acted,
        on_open=opened,
    )


def _refused(m: Migration) -> str:
    act = shell.act()
    return deed_button.refused(lambda: groups.refused(m, act) if act else None) or ""


def _group(m: Migration, group: Group, refused: str) -> dict[str, Any]:
    t, title = shell.language().text, migration_words.stage(group.step)
    return {
        "step": group.step,
        "title": title[:1].upper() + title[1:],
        "count": t("card.domains", count=len(group.rows)),
        "actions": [
            {"id": action, "text": t(f"card.table.do.{action}"), "able": groups.able(m, action, group.step)}
            for action in group.actions
        ],
        "refused": refused,
        "rows": [_row(m, row) for row in group.rows],
    }


def _row(m: Migration, row: Standing) -> dict[str, str]:
    language, d = shell.language(), row.domain
    unknown = language.text("card.day_unknown") if d.step in d.entered else ""
    late = row.clock.state if row.clock is not None else ""
    return {
        "name": d.name,
        "display": d.display if d.display == d.name else f"{d.display} ({d.name})",
        "state": late if late in ("late", "due") else "",
        "since": migration_words.at(d.entered.get(d.step)) or unknown,
        "clock": language.value(worded.own_clock(row.clock, m)) if row.clock is not None else "",
        "mailboxes": migration_words.value("mailboxes", d.mailboxes),
        "missing": "; ".join(language.value(check.label) for check in row.missing),
    }


def do(m: Migration, action: str, step: str, names: Sequence[str]) -> None:
    """Do with domains of a step what somebody asked for, who saw the migration as `m`: at once, or in its dialog.

    A callback; what is wrong is told as a wrong tick is (`ticks.trouble`).
    """
    doing = shell.act()
    session_state.forget(session_state.TICK_WRONG)
    if doing is None or action not in groups.ACTIONS or not names or not set(names) <= set(gate.at_gate(m, step)):
        return
    if groups.asks(m, doing, action, step, names):
        back = {"back": True} if action in groups.WAYS_BACK else {}
        deed.begin(move_dialog.KIND, m, step=step, domains=tuple(names), **back)
        return
    session_state.write(
        partial(groups.do, act=doing, action=action, step=step, names=tuple(names)),
        session_state.TICK_WRONG,
        domains={name: m.domains[name].version for name in names},
        of=m,
        said=_told(m, action, names),
    )


def _told(m: Migration, action: str, names: Sequence[str]) -> str:
    """Return what is told when it is done."""
    about = migration_words.some([m.domains[name].display for name in names])
    did = shell.language().text(f"card.table.did.{action}")
    return f"{m.ref}: {about}: {did}"
