"""What the session keeps of the board, beside what stands in its address."""

import streamlit as st

_OPEN = "_board_open"

UNKNOWN = "_board_unknown"
"""The filters for which a link had what they do not know."""

DRAWN_CARDS = "_board_drawn"
"""The cards as they were drawn lately, each as the state that was seen."""
LIST = "_board_kept"
"""The board's list and what it was worked out for."""

MONTH = "_calendar_month"
"""The month of the calendar, for the way back from a migration."""

CHOSEN_ROWS = "_table_chosen"
"""The rows of the table that are selected, each as it was when somebody selected it."""
DRAWN_ROWS = "_table_drawn"
"""The key of the table as it was drawn, and its rows."""
_NUMBER = "_table_number"
"""How many tables and forms there were: each has keys of its own."""

FORM = "_table_form"
"""The number of the form that changes many rows, while it is open."""
LISTED = "_table_listed"
"""The rows that its button counted when it was drawn."""
RESULT = "_table_result"
"""What became of the last change of many, while some of it did not come about."""


def number() -> int:
    """Return a number that no table and no form had before."""
    st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    return st.session_state[_NUMBER]


def open_later(ref: str) -> None:
    """Have the page of a migration opened by the next run of the script: a callback cannot go there itself."""
    st.session_state[_OPEN] = ref


def go() -> None:
    """Open the page of the migration that somebody asked for, if they did."""
    if ref := st.session_state.pop(_OPEN, None):
        st.switch_page("pages/migration.py", query_params={"ref": ref})
