"""The dialog that moves a migration, or domains of it, on; or back where a card was dropped on an earlier stage."""

from collections.abc import Sequence

import streamlit as st

from core.migration import board, gate
from core.migration.gate import Filled
from core.migration.migration import Migration
from core.migration.stages import STAGES, STEPS
from pages.parts.shared import deed, migration_words, move_back, move_on, shell
from pages.parts.shared.deed import Deed, Dialogs
from pages.parts.shared.words import plain

KIND = "move"


def _title(d: Deed) -> str:
    return plain(f"{d.seen.ref} · {d.seen.client}")


def draw(d: Deed) -> None:
    """Draw the dialog for the migration as it was seen.

    `about["to"]` is the stage it was dropped on, if it was; `about["step"]` the one whose domains are meant, and
    `about["domains"]` those of them; `about["back"]`: they are to go back, to a step that is asked for.
    """
    blocked = deed.meanwhile(d)
    if d.about.get("to") not in STAGES:
        # A browser may say anything: what is no column is no place to drop a card on.
        d.about["to"] = None
    m, to, t = d.seen, d.about.get("to"), shell.language().text
    # What was dropped or opened meant this stage: wherever others have taken it since, it is not meant anew.
    opened = d.about.setdefault("stage", m.stage)
    steps = _meant(d)
    here = _chosen(d, steps)
    there = gate.at_gate(m, here) if here in STEPS else ()
    # Where the domains that were chosen stand elsewhere, the others of their step are not meant instead of them.
    wanted = d.about.get("domains", there)
    gone = not set(there) & set(wanted) if here in STEPS else m.stage != opened
    if gone:
        way = "moved"
    elif d.about.get("back"):
        way = "back" if m.open and m.hold is None else board.way(m)
    else:
        way = board.way(m, to, here)
    if way in ("moved", "closed", "cancelled", "held", "here"):
        stage = migration_words.stage(m.stage if gone else here)
        st.info(plain(t(f"move.{way}", stage=stage)), icon=":material/info:")
        _unsaved(d, blocked)
        _open(m)
    elif way in ("back", "rework", "switched_back"):
        move_back.draw(d, here, to, blocked)
    else:
        if way == "skip":
            wanted, following = migration_words.stage(str(to)), migration_words.stage(move_on.following(m, here))
            st.warning(plain(t("move.skip", wanted=wanted, next=following)), icon=":material/signpost:")
        move_on.draw(d, here, blocked)


def _meant(d: Deed) -> Sequence[str]:
    """Return the steps of the domains that may be meant, the likeliest first; or the stage of the migration itself."""
    if "step" in d.about:
        return (d.about["step"],)
    # As it was opened: a group that others have taken on meanwhile is still the one that was meant.
    meant = gate.meant(d.seen, d.about.get("to"))
    return d.about.setdefault("meant", meant) if len(meant) > 1 else d.about.get("meant", meant)


def _chosen(d: Deed, steps: Sequence[str]) -> str:
    """Draw the choice of whose move it is, where domains of several steps may be meant; return the step, or stage."""
    m, to = d.seen, d.about.get("to")
    steps = [step for step in steps if step not in STEPS or gate.at_gate(m, step)] or list(steps)
    if len(steps) < 2:
        return steps[0]
    t = shell.language().text

    def said(step: str) -> str:
        back = board.way(m, to, step) in ("back", "rework", "switched_back")
        where = str(to) if back else move_on.following(m, step)
        names = gate.at_gate(m, step)
        stages = {"here": migration_words.stage(step), "to": migration_words.stage(where)}
        return t("move.group", count=len(names), **stages)

    key = d.key("step")
    if st.session_state.get(key) not in steps:
        st.session_state[key] = steps[0]
    told = {step: said(step) for step in steps}
    place = steps.index(st.session_state[key])
    return str(st.radio(t("move.whose"), steps, index=place, format_func=told.get, key=key))


def _open(m: Migration) -> None:
    st.page_link(
        "pages/migration.py",
        label=plain(shell.language().text("move.open", ref=m.ref)),
        icon=shell.PAGES["migration"],
        query_params={"ref": m.ref},
    )


def _unsaved(d: Deed, blocked: bool) -> None:
    """Show what was filled in before somebody else moved the migration, and let it be saved where it fits."""
    filled: Filled | None = d.about.get("filled")
    if filled is None or not (filled.fields or filled.ticks):
        return
    language, process = shell.language(), shell.process()
    said = [
        f"{migration_words.field(name)}: {migration_words.value(name, value)}" for name, value in filled.fields.items()
    ]
    said += [language.value(process.checks[item].label) for item in filled.ticks]
    st.markdown(f"**{plain(language.text('move.unsaved'))}**\n" + "\n".join(f"- {plain(line)}" for line in said))
    if st.button(language.text("move.keep"), key=d.key("keep"), disabled=blocked or bool(shell.refusal("work"))):
        deed.attempt(
            d,
            lambda m, act: gate.fill_in(m, act, filled),
            language.text("move.kept", ref=d.seen.ref),
            domains=filled.domains,
        )


DIALOGS: Dialogs = {KIND: (_title, draw)}
"""The title and the body, for a page that has this dialog."""
