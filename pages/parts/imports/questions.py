"""What a file leaves open, asked where it is asked for, and what was answered so that it can be answered otherwise."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.ground.dates import DateOrder
from core.ground.words import fold
from core.language import Language
from core.migration import worded
from core.migration.cell_values import SIDE_IDS, STAGE_IDS
from core.migration.stages import Process
from core.spreadsheet.questions import Question
from pages.parts.imports.session_state import Upload
from pages.parts.shared import questions_view
from pages.parts.shared.masking import hidden
from pages.parts.shared.words import plain


def questions(upload: Upload, asked: Sequence[Question], process: Process, language: Language) -> None:
    """Ask what the plan of a file asks, and show what was answered or remembered."""
    _take_up(upload, asked)
    if upload.order_asked is None and not upload.questions and not upload.statuses_before:
        return

    def key(name: str) -> str:
        return upload.key(name, language)

    def words(id: str) -> str:
        return language.value(worded.stage(id, process))

    with st.container(border=True):
        if upload.order_asked is not None:
            chosen = _ordered(upload)
            questions_view.date_order(upload.order_asked, upload.date_order, chosen, key, language)
        if upload.questions:
            options = [*STAGE_IDS, *SIDE_IDS]
            chosen_of = _answered(upload)
            said = upload.statuses
            questions_view.statuses(upload.questions, said, options, words, chosen_of, key, language)
        if upload.statuses_before:
            told = ", ".join(f"{hidden(theirs)} → {words(ours)}" for theirs, ours in upload.statuses_before.items())
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(plain(language.text("import.statuses.remembered", statuses=told)), width="stretch")
                st.button(language.text("import.statuses.forget"), key="import_statuses", on_click=_ask_anew(upload))


def _take_up(upload: Upload, asked: Sequence[Question]) -> None:
    order = next((question for question in asked if question.kind == "date_order"), None)
    # What was answered is not asked any more.
    upload.order_asked = order or (upload.order_asked if upload.date_order else None)
    upload.questions = {status: told for status, told in upload.questions.items() if status in upload.statuses} | {
        fold(question.value): question for question in asked if question.kind == "status"
    }


def _ordered(upload: Upload) -> Callable[[DateOrder], None]:
    def ordered(order: DateOrder) -> None:
        upload.date_order = order

    return ordered


def _answered(upload: Upload) -> Callable[[str, str | None], None]:
    def answered(status: str, id: str | None) -> None:
        if id is None:
            upload.statuses.pop(status, None)
        else:
            upload.statuses[status] = id

    return answered


def _ask_anew(upload: Upload) -> Callable[[], None]:
    def ask_anew() -> None:
        for status in upload.statuses_before:
            upload.statuses.pop(status, None)
        upload.statuses_before = {}

    return ask_anew
