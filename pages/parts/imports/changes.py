"""What a file would change: every row counted once, and shown by what becomes of it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import pandas as pd
import streamlit as st

from core.importing.import_job import Compared
from core.importing.planned import OUTCOMES, Change, Outcome, Plan, Planned
from core.language import Language
from core.migration import worded
from core.migration.people import Team
from core.migration.stages import Process
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import RowError, mistakes_csv
from pages.parts.imports import correcting, gates
from pages.parts.imports.session_state import MISTAKES, Upload
from pages.parts.shared.file_button import file_button
from pages.parts.shared.file_mistakes import mistakes, more
from pages.parts.shared.repairs_view import rows_left_out
from pages.parts.shared.words import plain

SHOWN = 500
"""Rows drawn of a table; its total is said."""
_IN_ORDER: tuple[Outcome, ...] = ("rejected", "conflict", "changed", "new", "unchanged", "left_out")
"""What wants somebody's eyes first."""


def changes(upload: Upload, sheet: Sheet, compared: Compared, process: Process, team: Team, language: Language) -> None:
    """Draw the rows by what becomes of them."""
    t, made = language.text, compared.plan
    counts = made.counts
    st.subheader(t("import.changes"), anchor=False)
    if upload.begun:
        st.warning(plain(t("import.interrupted")), icon=":material/back_hand:")
        upload.begun = False
    if upload.stale:
        st.warning(plain(t(upload.stale)), icon=":material/sync_problem:")
    equation(made.read, counts, language)
    correcting.corrected(upload, language)
    there = [outcome for outcome in _IN_ORDER if counts[outcome]]
    if not there:
        return
    key = upload.key("outcome", language)
    if st.session_state.get(key) not in there:
        st.session_state[key] = there[0]
    chosen = st.segmented_control(
        t("import.show"),
        there,
        format_func=lambda id: f"{t(f'import.outcome.{id}')} ({language.value(counts[id])})",
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    # What stops at a gate is told there.
    if chosen != "conflict" or compared.newer:
        st.caption(plain(t(f"import.explained.{chosen}")))
    words = _Words(process, team, language)
    if chosen == "rejected":
        mistakes(made.errors, language, len(made.errors))
        errors_button(made.errors, len(made.errors), language, "import_errors_file")
        correcting.correct(upload, sheet, made, language)
    elif chosen == "conflict":
        gates.lacking(upload, compared, process, language)
        _changed(made, chosen, compared.newer, words, upload.key("table_changes", language))
    elif chosen == "changed":
        _changed(made, chosen, made.changes[chosen], words, upload.key("table_changes", language))
    elif chosen == "left_out":
        rows_left_out(sheet.left_out, language)
    else:
        shown = [_row(planned, words) for planned in islice(made.those(chosen), SHOWN)]
        _table(shown, upload.key(f"table_{chosen}", language), [t("import.says")] if chosen == "new" else ())
        more(len(shown), counts[chosen], language)


def equation(count: int, counts: Mapping[Outcome, int], language: Language) -> None:
    """Draw how many rows were read, and that each came out as exactly one thing."""
    t = language.text
    parts = [f"{plain(t(f'import.outcome.{outcome}'))} **{language.value(counts[outcome])}**" for outcome in OUTCOMES]
    read = f"{plain(t('import.read'))}: **{language.value(count)}**"
    st.markdown(f"{read} = {' + '.join(parts)}")


def errors_button(errors: Sequence[RowError], count: int, language: Language, key: str) -> None:
    """Draw the button that saves everything that is wrong in a file, or the first of it."""
    t = language.text
    file_button(
        t("import.errors_file") if count <= MISTAKES else t("import.first_errors_file", count=MISTAKES),
        lambda: mistakes_csv(islice(errors, MISTAKES), language),
        name=f"{t('import.errors_name')}.csv",
        mime="text/csv",
        key=key,
    )


class _Words:
    """Words columns and values of rows."""

    def __init__(self, process: Process, team: Team, language: Language) -> None:
        self.language = language
        self._process, self._team = process, team

    def column(self, change: Change) -> str:
        return self.language.value(worded.column(change.column))

    def value(self, change: Change, given: object) -> str:
        return self.language.value(worded.value(change.column, given, self._process, self._team))


def _table(rows: list[dict[str, object]], key: str, wide: Iterable[str] = ()) -> None:
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(38 + 35 * len(rows), 458),
        placeholder="",
        key=key,
        column_config={name: st.column_config.TextColumn(width="large") for name in wide},
    )


def _row(planned: Planned, words: _Words) -> dict[str, object]:
    t, field = words.language.text, words.language.field
    row: dict[str, object] = {
        t("import.row"): str(planned.row),
        field("ref"): planned.ref,
        field("client"): planned.client,
        field("domain"): ", ".join(planned.domains),
    }
    if planned.outcome == "new":
        said = (f"{words.column(change)}: {words.value(change, change.new)}" for change in planned.changes)
        row[t("import.says")] = " · ".join(said)
    if planned.outcome == "unchanged":
        same = planned.same_as
        row[t("import.remark")] = t("import.same_as", row=str(same)) if same else ""
    return row


def _changed(made: Plan, outcome: Outcome, count: int, words: _Words, key: str) -> None:
    """Draw what rows change, or would where the board's value is the newer one; `count`: how many changes there are."""
    t = words.language.text
    lines = (
        (planned, change)
        for planned in made.those(outcome)
        for change in planned.changes
        # What a row brings that stops at a gate is no quarrel with the board.
        if outcome != "conflict" or not planned.lacks or change.conflict
    )
    shown: list[dict[str, object]] = []
    for planned, change in islice(lines, SHOWN):
        stands, said = (words.value(change, value) for value in (change.old, change.new))
        line = _row(planned, words) | {t("import.column"): words.column(change)}
        if planned.outcome == "conflict":
            line |= {
                t("import.on_board"): stands,
                t("import.in_file"): said,
                t("import.remark"): t("import.board_newer") if change.conflict else "",
            }
        else:
            line |= {t("import.change"): t("import.from_to", old=stands or "—", new=said)}
        shown.append(line)
    if shown:
        _table(shown, key, () if outcome == "conflict" else [t("import.change")])
        more(len(shown), count, words.language)
