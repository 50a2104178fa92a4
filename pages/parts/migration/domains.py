"""The domains of a migration: each with its steps, its clock, its ticks and what can be done with it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.ground import clock
from core.migration import possible, worded
from core.migration.clocks import running
from core.migration.dns_check import check_form
from core.migration.migration import Domain, Migration
from core.migration.stages import STEPS, TEST, position
from pages.parts.migration import checklist, deed_button
from pages.parts.migration.head import one_clock
from pages.parts.shared import migration_words, shell
from pages.parts.shared.words import plain

_BLOCKS = 8
"""Domains that are drawn as blocks; of more there is a table, and a block for the one that is chosen."""

_HOSTS = ("old_ns", "new_ns", "old_addresses", "new_addresses")


def draw(m: Migration) -> None:
    """Draw each domain with its steps, its clock and its ticks; of very many a table, and the one chosen."""
    language, process = shell.language(), shell.process()
    t, act = language.text, shell.act()
    refused = deed_button.refused(lambda: possible.why_not(lambda: possible.OF_MIGRATION["add_domain"](m, act)))
    deed_button.draw("add_domain", t("card.do.add_domain"), "add", refused)
    clocks: dict[str | None, list[tuple[str, str]]] = {}
    for one in running(m, process, clock.now()):
        clocks.setdefault(one.domain, []).append((language.value(worded.clock(one, m, process)), one.state))
    if len(m.domains) <= _BLOCKS:
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
    with st.container(border=True):
        name = plain(d.display) if d.display == d.name else f"{plain(d.display)} :small[{plain(d.name)}]"
        counts = [
            f"{migration_words.field(field).lower()}: {language.value(value)}"
            for field in ("mailboxes", "websites")
            if (value := getattr(d, field)) is not None
        ]
        st.markdown(" · ".join([f"**{name}**", *map(plain, counts)]))
        if d.withdrawn:
            st.caption(plain(migration_words.stage("withdrawn")))
        else:
            st.markdown(_steps(d))
            for line, how in clocks:
                one_clock(line, how)
            checklist.of_domain(m, d)
        known = [f"{migration_words.field(field)}: {value}" for field in _HOSTS if (value := getattr(d, field))]
        extra = [f"{header}: {text}" for header, text in d.extra.items() if text]
        if known:
            st.caption(plain(" · ".join(known)))
        if extra:
            st.caption(plain(f"{language.text('card.extra')} {' · '.join(extra)}"))
        if not d.withdrawn:
            st.page_link(
                "pages/propagation.py",
                label=language.text("card.check_dns"),
                icon=shell.PAGES["propagation"],
                query_params=check_form(d),
            )
            _deeds(m, d)


def _steps(d: Domain) -> str:
    """Return where a domain is on its way, each step with the moment at which it was entered."""
    t = shell.language().text
    said = []
    for step in STEPS:
        passed, here = position(step) < position(d.step), step == d.step
        done = passed or (here and step == STEPS[-1])
        icon = checklist.DONE if done else checklist.HERE if here else checklist.TO_COME
        title = plain(migration_words.stage(step))
        when = migration_words.at(d.entered.get(step)) or (t("card.day_unknown") if step in d.entered else "")
        if step == TEST and d.test_unrecorded:
            when = t("card.test_unrecorded")
        line = f"{icon}\u00a0" + (f"**{title}**" if here else title if passed else f":gray[{title}]")
        said.append(f"{line} :small[{plain(when)}]" if when else line)
    return " → ".join(said)


_ICONS = {
    "rework": "replay",
    "edit_domain": "edit",
    "correct_domain": "settings_backup_restore",
    "rename_domain": "edit",
    "withdraw": "block",
}


def _deeds(m: Migration, d: Domain) -> None:
    t, act = shell.language().text, shell.act()
    with st.container(horizontal=True):
        for kind, icon in _ICONS.items():
            if kind == "rework" and d.step != TEST:
                continue
            refused = deed_button.refused(
                lambda kind=kind: possible.why_not(lambda: possible.OF_DOMAIN[kind](m, act, d))
            )
            deed_button.draw(kind, t(f"card.do.{kind}"), icon, refused, {"domain": d.name}, small=kind != "rework")


def _table(m: Migration) -> None:
    language = shell.language()
    rows = []
    for d in m.domains.values():
        tested = language.text("card.test_unrecorded") if d.test_unrecorded else migration_words.at(d.tested_at)
        rows.append(
            {
                language.field("domain"): d.display if d.display == d.name else f"{d.display} ({d.name})",
                language.field("step"): migration_words.stage("withdrawn" if d.withdrawn else d.step),
                language.field("mailboxes"): migration_words.value("mailboxes", d.mailboxes),
                language.field("websites"): migration_words.value("websites", d.websites),
                language.field("tested_at"): tested,
                language.field("dns_switched_at"): migration_words.at(d.dns_switched_at),
                language.field("visible_at"): migration_words.at(d.visible_at),
                **{language.field(name): getattr(d, name) for name in _HOSTS},
            }
        )
    table = pd.DataFrame(rows)
    # Columns that nobody has filled in only push the others off the screen.
    st.dataframe(
        table.loc[:, (table != "").any()], hide_index=True, height=min(38 + 35 * len(rows), 460), key="card_domains"
    )
