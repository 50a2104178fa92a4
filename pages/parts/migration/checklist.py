"""What a stage waits for, to be ticked: of the migration itself, and of each domain where it stands."""

import streamlit as st

from core.ground import clock
from core.migration import possible, worded
from core.migration.checks import is_done
from core.migration.migration import LISTS, Domain, Migration
from core.migration.stages import STEPS, SWITCHED, Check
from pages.parts.migration import deed_button, handed_over_from, ticks
from pages.parts.shared import look_first, migration_words, shell
from pages.parts.shared.words import plain

DONE, HERE, TO_COME = ":material/check_circle:", ":material/arrow_circle_right:", ":material/radio_button_unchecked:"


def draw(m: Migration) -> None:
    """Draw what the stage waits for, to be ticked; what waits for domains is ticked at each of them."""
    t, process = shell.language().text, shell.process()
    if shell.person() and (refused := shell.refusal("work")):
        st.caption(plain(refused))
    if m.stage in STEPS:
        st.caption(plain(t("card.tick_below")))
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


def of_domain(m: Migration, d: Domain) -> None:
    """Draw the ticks of a domain's step side by side, and those made earlier in a line."""
    language, process = shell.language(), shell.process()
    listed = possible.checklist(m, process, d)
    if listed:
        for column, one in zip(st.columns(max(len(listed), 2)), listed, strict=False):
            with column:
                _check(m, one.check, d)
    shown = {one.check.id for one in listed}
    earlier = [
        f"{language.value(process.checks[item].label)} "
        f"{migration_words.at(done.at) or language.text('card.day_unknown')}"
        for item, done in d.checks.items()
        if item not in shown and item in process.checks
    ]
    if earlier:
        st.caption(plain(language.text("card.ticked", ticks="; ".join(earlier))))


def _check(m: Migration, check: Check, d: Domain | None) -> None:
    said = plain(shell.language().value(check.label))
    if not check.required:
        said += f" {plain(shell.language().text('card.optional'))}"
    if check.ticked:
        _to_tick(m, check, d, said)
    else:
        _found_out(m, check, d, said)


def _found_out(m: Migration, check: Check, d: Domain | None, said: str) -> None:
    """Draw a check that nobody ticks: a field that is to be filled in, a fact."""
    done = is_done(check, m, d, clock.now())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{DONE if done else TO_COME} {said}", width="content")
        if done and check.field in LISTS and (source := handed_over_from.evidence(m, check.field)):
            st.caption(plain(source))
        if check.field and not done:
            fill_in, refused = shell.language().text("card.fill_in"), deed_button.refused(lambda: None)
            if check.field in LISTS:
                deed_button.draw(
                    "handover", fill_in, "edit", refused, {"list": check.field, "at": check.id}, small=True
                )
            else:
                deed_button.draw("edit", fill_in, "edit", refused, {"at": check.id}, small=True)


def _to_tick(m: Migration, check: Check, d: Domain | None, said: str) -> None:
    language, act = shell.language(), shell.act()
    about = {"item": check.id, "domain": d.name if d else None}
    done = (d or m).checks.get(check.id)
    key = f"tick_{m.id}_{d.name if d else ''}_{check.id}_{language.code}"
    # What stands decides, not what was clicked: a tick refused must not look made.
    st.session_state[key] = done is not None
    refused = deed_button.refused(lambda: possible.tick_refused(m, act, check, d))
    unlooked = act is not None and d is not None and check.id == SWITCHED and possible.lacks_look(m, act, d)
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
            on_change=ticks.ticked,
            args=(key, check.id, about["domain"]),
        )
        if unlooked and refused and d:
            st.caption(plain(refused))
            look_first.link(m, d)
    with right:
        if done is not None:
            when = migration_words.at(done.at) or language.text("card.day_unknown")
            way = worded.way(check.id, done.choice, done.detail, shell.process())
            parts = [when, worded.person(done.actor, shell.team()), *([language.value(way)] if way else [])]
            st.caption(plain(" · ".join(parts)))
        elif refused is None or unlooked:
            without = unlooked and shell.refusal("force") is None
            said = language.text("card.without_look" if without else "card.earlier")
            deed_button.draw("check", said, "history", None, about, small=True)
