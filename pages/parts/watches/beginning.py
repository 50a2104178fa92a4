"""A name that somebody wants to be followed: the form, with mistakes told at their fields."""

import sqlalchemy as sa
import streamlit as st

from core.dns.asked import LABEL
from core.ground import clock
from core.ground.messages import FieldError, InputError
from core.ground.settings import settings
from core.watch import following
from pages.parts.shared import mistakes, person_choice, shell, watch_reading
from pages.parts.shared.words import plain
from pages.parts.watches.session_keys import BEGUN_WRONG, FORM

_FIELDS = ("name", "old", "new", "agreed")


def draw() -> None:
    """Draw the form, folded until somebody wants it."""
    t, (visit, wrong) = shell.language().text, st.session_state.get(BEGUN_WRONG, (None, None))
    errors = list(wrong.errors) if visit == shell.visit() else []
    with st.expander(t("watches.begin"), icon=":material/add:", expanded=bool(errors)):
        st.caption(plain(t("watches.begin.what")))
        if refused := shell.refusal("work"):
            st.info(plain(refused), icon=":material/person:")
            person_choice.ask("watches_begin_person")
        with st.form(f"watches_begin_{_number()}", border=False):
            for line in (_FIELDS[:2], _FIELDS[2:]):
                for field, column in zip(line, st.columns(2, gap="small"), strict=True):
                    with column:
                        _field(field, [error for error in errors if _of(error) == field])
            mistakes.draw([error for error in errors if _of(error) not in _FIELDS], shell.language())
            st.form_submit_button(
                t("watches.begin.do"),
                type="primary",
                icon=":material/visibility:",
                key="watches_begin",
                on_click=_begin,
            )


def _field(field: str, wrong: list[FieldError]) -> None:
    t = shell.language().text
    st.text_input(
        t("field.watches.agreed") if field == "agreed" else t(f"field.check.{field}"),
        key=_key(field),
        placeholder=t("propagation.name.example") if field == "name" else None,
        help=t(f"watches.begin.help.{field}"),
    )
    for error in wrong:
        st.error(plain(shell.language().mistake(error)), icon=":material/error:")


def _begin() -> None:
    """Begin to follow what was typed: a callback."""
    st.session_state.pop(BEGUN_WRONG, None)
    typed = {field: str(st.session_state.get(_key(field), "")) for field in _FIELDS}
    person = shell.person()
    if person is None or shell.refusal("work"):
        # The page says so beside the form, which stays as it was.
        return
    try:
        following.begin(
            shell.store().engine,
            typed["name"],
            typed | {following.AGREED: typed["agreed"]},
            person,
            clock.now(),
            private=settings().private_servers,
        )
    except InputError as error:
        st.session_state[BEGUN_WRONG] = shell.visit(), error
    except sa.exc.DBAPIError as error:
        st.session_state[BEGUN_WRONG] = shell.visit(), shell.database_error(error)
    else:
        watch_reading.forget()
        st.session_state[FORM] = _number() + 1
        shell.tell(shell.language().text("watches.did.begin", name=typed["name"].strip()))


def _of(error: FieldError) -> str:
    return error.field.removeprefix(LABEL).removeprefix("watches.")


def _number() -> int:
    number: int = st.session_state.get(FORM, 0)
    return number


def _key(field: str) -> str:
    return f"watches_begin_{field}_{shell.language().code}_{_number()}"
