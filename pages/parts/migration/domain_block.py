"""One domain of a migration: its steps with their moments, its clocks, its ticks, its fields, and its rarer deeds."""

import streamlit as st

from core.ground import clock
from core.migration import possible, worded
from core.migration.clocks import running
from core.migration.dns_check import check_form
from core.migration.migration import Domain, Migration
from core.migration.stages import STEPS, SWITCHED, TEST, position
from pages.parts.migration import checklist, deed_button
from pages.parts.migration.head import one_clock
from pages.parts.shared import look_first, look_words, migration_words, shell, watch_line
from pages.parts.shared.words import plain

_HOSTS = ("old_ns", "new_ns", "old_addresses", "new_addresses")


def draw(m: Migration, d: Domain) -> None:
    """Draw all that is known of a domain, and what may be done to it alone."""
    language, process = shell.language(), shell.process()
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
            for one in running(m, process, clock.now()):
                if one.domain == d.name:
                    one_clock(language.value(worded.clock(one, m, process)), one.state)
            checklist.of_domain(m, d)
        known = [f"{migration_words.field(field)}: {value}" for field in _HOSTS if (value := getattr(d, field))]
        extra = [f"{header}: {text}" for header, text in d.extra.items() if text]
        if known:
            st.caption(plain(" · ".join(known)))
        if extra:
            st.caption(plain(f"{language.text('card.extra')} {' · '.join(extra)}"))
        if not d.withdrawn:
            look_words.draw(d)
            watch_line.draw(m, d)
            with st.container(horizontal=True):
                look_first.link(m, d)
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
    "switch_back": "undo",
    "edit_domain": "edit",
    "correct_domain": "settings_backup_restore",
    "rename_domain": "edit",
    "withdraw": "block",
}


def _deeds(m: Migration, d: Domain) -> None:
    t, act = shell.language().text, shell.act()
    makes_sense = {"rework": d.step == TEST, "switch_back": SWITCHED in d.checks}
    with st.container(horizontal=True):
        for kind, icon in _ICONS.items():
            if not makes_sense.get(kind, True):
                continue
            refused = deed_button.refused(
                lambda kind=kind: possible.why_not(lambda: possible.OF_DOMAIN[kind](m, act, d))
            )
            small = kind not in makes_sense
            deed_button.draw(kind, t(f"card.do.{kind}"), icon, refused, {"domain": d.name}, small=small)
