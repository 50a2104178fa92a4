"""The dialog that moves a migration on, or back where a card was dropped on an earlier stage."""

import streamlit as st

from core.migration import board, gate, possible
from core.migration.gate import Filled
from core.migration.migration import Migration
from pages.parts.shared import deed, migration_words, move_back, move_on, shell
from pages.parts.shared.deed import Deed, Dialogs
from pages.parts.shared.words import plain

KIND = "move"


def _title(d: Deed) -> str:
    return plain(f"{d.seen.ref} · {d.seen.client}")


def _draw(d: Deed) -> None:
    """Draw the dialog for the migration as it was seen; `about["to"]` is the stage it was dropped on, if it was."""
    blocked = deed.meanwhile(d)
    m, to, t = d.seen, d.about.get("to"), shell.language().text
    # What was dropped or opened meant this stage: wherever others have taken it since, it is not meant anew.
    opened = d.about.setdefault("stage", m.stage)
    way = "moved" if m.stage != opened else board.way(m, to)
    if way in ("moved", "closed", "cancelled", "held", "here"):
        st.info(plain(t(f"move.{way}", stage=migration_words.stage(m.stage))), icon=":material/info:")
        _unsaved(d, blocked)
        _open(m)
    elif way in ("back", "rework"):
        move_back.draw(d, str(to), way == "rework", blocked)
    else:
        if way == "skip":
            wanted, following = migration_words.stage(str(to)), migration_words.stage(str(possible.next_stage(m)))
            st.warning(plain(t("move.skip", wanted=wanted, next=following)), icon=":material/signpost:")
        move_on.draw(d, blocked)


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


DIALOGS: Dialogs = {KIND: (_title, _draw)}
"""The title and the body, for a page that has this dialog."""
