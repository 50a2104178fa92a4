"""What people do with a watch: have it looked at now, take note of what is wrong, end it; told where it was refused."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration.people import Person
from core.watch import following
from core.watch.showing import Shown
from pages.parts.shared import mistakes, person_choice, shell, watch_reading
from pages.parts.shared.words import plain
from pages.parts.watches.session_keys import WRONG

LOOK, ACKNOWLEDGE = "look", "acknowledge"
NOBODY = "nobody"
"""Why nothing was done where nobody has said who they are."""


def act(drawn: Mapping[str, Shown], id: str, what: str) -> None:
    """Do what a button of a line asks for: a callback. `drawn`: the watches of the lines, by their ids as texts."""
    if (one := drawn.get(id)) is None:
        return
    if what == LOOK:
        look(one)
    elif what == ACKNOWLEDGE:
        acknowledge(one)


def look(one: Shown) -> None:
    """Have it looked at as soon as somebody can: a callback."""
    _do(lambda _: following.look_now(shell.store().engine, one.watch.id, clock.now()), "watches.did.look", one)


def acknowledge(one: Shown) -> None:
    """Take note of what is wrong: a callback."""
    _do(
        lambda who: following.acknowledge(shell.store().engine, one.watch.id, who, clock.now()),
        "watches.did.acknowledge",
        one,
    )


def send_on(one: Shown) -> None:
    """Let what was given up or withheld of its notices be sent after all: a callback."""
    _do(lambda who: following.send_on(shell.store().engine, one.watch.id, who, clock.now()), "watches.did.send_on", one)


def end(one: Shown) -> None:
    """Follow a name no more: a callback."""
    _do(lambda who: following.end(shell.store().engine, one.watch.id, who, clock.now()), "watches.did.end", one)


def _do(do: Callable[[Person], object], said: str, one: Shown) -> None:
    st.session_state.pop(WRONG, None)
    person = shell.person()
    if person is None or shell.refusal("work"):
        _refuse(NOBODY)
        return
    try:
        do(person)
    except InputError as error:
        _refuse(error)
    except sa.exc.DBAPIError as error:
        _refuse(shell.database_error(error))
    else:
        watch_reading.forget()
        shell.tell(shell.language().text(said, name=one.watch.display))


def _refuse(why: InputError | str) -> None:
    st.session_state[WRONG] = shell.visit(), why


def trouble() -> None:
    """Draw why the last click of this visit did nothing; in a place of its own: nothing below it is drawn anew."""
    with st.container():
        visit, wrong = st.session_state.get(WRONG, (None, None))
        if visit != shell.visit():
            return
        if wrong == NOBODY:
            if refused := shell.refusal("work"):
                st.error(plain(refused), icon=":material/person:")
                person_choice.ask("watches_person")
        elif wrong is not None:
            mistakes.draw(wrong.errors, shell.language())
