"""What was read otherwise than it stands: a line and a switch for each kind of repair, all its cells on demand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import streamlit as st

from core.language import Language
from core.spreadsheet.decoding import LeftOut
from core.spreadsheet.repair_kinds import Repair
from core.spreadsheet.tally import Tally
from pages.parts.shared.file_mistakes import first_rows
from pages.parts.shared.masking import hidden, told_line
from pages.parts.shared.words import plain, unlinked

_SHOWN_ROWS = 200
"""Rows that were left out which are shown; their total is said."""


@dataclass
class Switches:
    """Which kinds of repairs are not made: those that the reading would make of rows, and those of cells.

    `seen`: what was last seen of each kind: one that is off is told like that.
    """

    of_reading: frozenset[str] = frozenset()
    of_cells: frozenset[str] = frozenset()
    seen: dict[str, Tally] = field(default_factory=dict)

    def is_on(self, kind: str) -> bool:
        """Whether a kind of repair is made."""
        return kind not in self.of_reading | self.of_cells

    def forget(self) -> None:
        """Forget what stood in the file."""
        self.seen = {}


def repairs(
    switches: Switches,
    of_rows: Mapping[str, Tally],
    of_cells: Mapping[str, Tally],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Draw what was repaired in a file, a line a kind with its switch; `of_rows` are those that the reading made."""
    t = language.text
    found = {**of_rows, **of_cells}
    switches.seen = {kind: switches.seen[kind] for kind in switches.seen if not switches.is_on(kind)} | found
    if not switches.seen:
        return
    count = sum(told.count for told in found.values())
    with st.expander(t("import.repairs", count=count), icon=":material/healing:"):
        st.caption(plain(t("import.repairs.explained")))
        for kind, told in switches.seen.items():
            _line(switches, kind, told, kind in of_rows or kind in switches.of_reading, key, language)
        chosen = st.selectbox(
            t("import.repairs.show"),
            list(switches.seen),
            index=None,
            format_func=lambda kind: t(f"import.repair.{kind}"),
            key=key("repairs_of"),
            placeholder=t("import.repairs.which"),
        )
        if chosen:
            told = switches.seen[chosen]
            _table(told, language)


def _line(
    switches: Switches, kind: str, told: Tally, of_rows: bool, key: Callable[[str], str], language: Language
) -> None:
    t, id = language.text, key(f"repair_{kind}")
    st.session_state[id] = switches.is_on(kind)

    def chosen() -> None:
        off = switches.of_reading if of_rows else switches.of_cells
        off = off - {kind} if st.session_state[id] else off | {kind}
        if of_rows:
            switches.of_reading = off
        else:
            switches.of_cells = off

    label = t("import.repairs.kind", kind=t(f"import.repair.{kind}"), found=told.count)
    st.checkbox(unlinked(label), key=id, on_change=chosen)
    example = told.first[0]
    st.caption(f"{plain(_old(example))} → {plain(_new(example, language))}")


def _old(repair: Repair) -> str:
    return hidden(repair.old)


def _new(repair: Repair, language: Language) -> str:
    return hidden(repair.new) if repair.new else language.text("import.repairs.nothing")


def _table(told: Tally, language: Language) -> None:
    t = language.text
    shown = [
        {
            t("import.row"): str(repair.row),
            t("import.column"): plain(repair.column),
            t("import.stood"): plain(_old(repair)),
            t("import.read_as_now"): plain(_new(repair, language)),
        }
        for repair in told.first
    ]
    first_rows(shown, told.count, language)


def rows_left_out(rows: Sequence[LeftOut], language: Language) -> None:
    """Draw rows that are no data: their lines, why they were left out, what stands in them."""
    t = language.text
    shown = [
        {
            t("import.row"): str(row.number),
            t("import.why"): plain(t(f"import.repair.{row.kind}")),
            t("import.stood"): plain(told_line(row.cells)),
        }
        for row in islice(rows, _SHOWN_ROWS)
    ]
    first_rows(shown, len(rows), language)
