"""What a file leaves open: the order of day and month in its dates, and what its statuses are of ours.

Nobody guesses: until it is said, the rows that hang on it are refused.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.ground.dates import DateOrder, both_ways
from core.language import Language
from core.spreadsheet.questions import Question
from pages.parts.shared.masking import hidden
from pages.parts.shared.words import plain

_FEW = 3
"""Statuses up to which every answer is one click away."""
_STATUSES = 12
"""Statuses that are asked about at a time: a column with more is probably none of statuses."""


def date_order(
    question: Question,
    said: DateOrder,
    chosen: Callable[[DateOrder], object],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Ask what comes first in the dates of a file: a day of it is written out both ways.

    `said`: what was answered, "" for nothing yet; `chosen` is called with the answer.
    """
    t, id = language.text, key("date_order")
    days = both_ways(question.value)

    def words(order: DateOrder) -> str:
        named = t(f"import.order.{order}")
        return f"{language.long_day(days[order])} ({named})" if days else named

    def answered() -> None:
        chosen(st.session_state[id] or "")

    st.session_state[id] = said or None
    orders: list[DateOrder] = ["dmy", "mdy"]
    told = {"column": question.column, "value": hidden(question.value), "row": str(question.row)}
    st.markdown(plain(t("import.order.asked", count=question.rows, **told)))
    # Its label is ours alone: it is read aloud as it stands.
    st.radio(t("import.order"), orders, index=None, format_func=words, key=id, on_change=answered)


def statuses(
    questions: Mapping[str, Question],
    said: Mapping[str, str],
    options: Sequence[str],
    words: Callable[[str], str],
    chosen: Callable[[str, str | None], object],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Ask what each status that nobody knows is of ours; `questions` by its folded text.

    `said`: what was answered, of `options`, which `words` words; `chosen` is called with a status and its answer.
    """
    t = language.text
    open_ = sum(status not in said for status in questions)
    st.markdown(f"**{plain(t('import.statuses', count=open_))}**" if open_ else plain(t("import.statuses.said")))
    shown = list(questions.items())[:_STATUSES]
    few = len(shown) <= _FEW
    for start in range(0, len(shown), 1 if few else 3):
        places = [st.container()] if few else st.columns(3)
        for place, (status, question) in zip(places, shown[start : start + len(places)], strict=False):
            with place:
                _status(status, question, few, said.get(status), options, words, chosen, key, language)
    if len(questions) > len(shown):
        st.caption(plain(t("import.statuses.more", count=len(questions) - len(shown))))


def _status(
    status: str,
    question: Question,
    few: bool,
    value: str | None,
    options: Sequence[str],
    words: Callable[[str], str],
    chosen: Callable[[str, str | None], object],
    key: Callable[[str], str],
    language: Language,
) -> None:
    t, id = language.text, key(f"status_{question.row}")
    label = plain(t("import.status", value=hidden(question.value), count=question.rows))
    st.session_state[id] = value

    def answered() -> None:
        chosen(status, st.session_state[id])

    if few:
        st.pills(label, options, format_func=words, key=id, on_change=answered)
    else:
        choose = t("import.status.choose")
        st.selectbox(label, options, index=None, format_func=words, key=id, placeholder=choose, on_change=answered)
