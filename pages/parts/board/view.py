"""The board on the screen: columns of cards that follow other people's moves by themselves."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.ground import clock
from core.ground.messages import Grosze
from core.migration import board, people, worded
from core.migration.board import Column
from core.migration.listing import Listed, Wanted, listed
from pages.parts.board import card_words, session_state
from pages.parts.board.kanban import kanban
from pages.parts.shared import deed, migration_words, move_dialog, shell
from pages.parts.shared.words import plain

_EVERY = 2.0
"""Seconds after which the moves of other people are seen."""

_REMEMBERED = 2_000
"""Cards whose earlier states are kept."""


def draw(wanted: Wanted, show_all: Callable[[str], object]) -> None:
    """Draw the migrations asked for as a board; `show_all` is called with a stage whose cards are not all drawn."""
    session_state.go()
    _live(wanted, show_all)


def found(wanted: Wanted) -> list[Listed]:
    """Return the migrations asked for, worked out anew only where something has changed."""
    return _columns(wanted)[0]


@st.fragment(run_every=_EVERY)
def _live(wanted: Wanted, show_all: Callable[[str], object]) -> None:
    with shell.told():
        _draw(wanted, show_all)


def _draw(wanted: Wanted, show_all: Callable[[str], object]) -> None:
    items, columns, words_of_columns = _columns(wanted)
    language = shell.language()
    t = language.text
    _figures(items, columns, wanted)
    _remember(columns)
    key = f"board_kanban_{language.code}"
    asked = f"{key}_asked"

    def happened(name: str) -> Any:
        st.session_state[asked] = True
        return getattr(st.session_state[key], name)

    def moved() -> None:
        proposed, drawn = happened("move"), st.session_state[session_state.DRAWN_CARDS]
        # The card as its reader saw it, whatever stands by now.
        match proposed:
            case {"ref": str(ref), "seen": str(seen), "to": str(to)} if m := drawn.get((ref, seen)):
                deed.begin(move_dialog.KIND, m, to=to)

    def opened() -> None:
        session_state.open_later(happened("open"))

    # What is said of a drag is filled in by the browser.
    names = {"client": "{client}", "stage": "{stage}"}
    words = {id: t(f"kanban.{id}", **names) for id in ("board", "lifted", "over", "dropped", "left", "unfold")}
    kanban(
        words_of_columns,
        words,
        key=key,
        on_move=moved,
        on_open=opened,
        on_more=lambda: show_all(happened("more")),
    )
    st.caption(plain(t("board.hint")))
    if st.session_state.pop(asked, False):
        # A dialog, another page or another view is the whole page's to draw.
        st.rerun()


def _remember(columns: list[Column]) -> None:
    """Keep the cards as they were drawn lately: a browser draws nothing anew under somebody's hand."""
    drawn = st.session_state.setdefault(session_state.DRAWN_CARDS, {})
    now = {
        (m.ref, card_words.state_of(m)): m
        for column in columns
        for m in (card.listed.migration for card in column.cards)
    }
    if len(drawn) > _REMEMBERED:
        drawn.clear()
    drawn.update(now)


def _columns(wanted: Wanted) -> tuple[list[Listed], list[Column], list[dict[str, Any]]]:
    """Return what is asked for, its columns and their words, anew only after a change or when a minute has gone by."""
    migrations, tariff, now = shell.store().snapshot(), shell.prices(), clock.now()
    minute = (wanted, tariff, shell.language().code, now.replace(second=0, microsecond=0))
    kept = st.session_state.get(session_state.LIST)
    if kept is None or kept[0] is not migrations or kept[1] != minute:
        process = shell.process()
        items = listed(migrations, wanted, process, now)
        columns = board.columns(items, migrations, process, tariff, clock.today())
        kept = (migrations, minute, (items, columns, _words(columns, now)))
        st.session_state[session_state.LIST] = kept
    return kept[2]


def _figures(found: list[Listed], columns: list[Column], wanted: Wanted) -> None:
    t = shell.language().text
    late = sum(item.late for item in found)
    lately = sum(not item.migration.open for item in found) if wanted.state == "open" else 0
    parts = [t("board.count", count=len(found) - lately, all=len(shell.store().snapshot()), late=late)]
    if lately:
        parts.append(t("board.lately", lately=lately))
    if fees := sum(column.fees for column in columns):
        parts.append(t("board.fees", fees=Grosze(fees)))
    st.markdown(plain(" · ".join(parts)))
    if any(item.migration.cancelled is not None for item in found):
        st.caption(plain(t("board.cancelled_elsewhere")))


def _words(columns: list[Column], now: dt.datetime) -> list[dict[str, Any]]:
    """Return columns as the component draws them."""
    team = shell.team()
    owners = {worded.person(card.listed.migration.owner, team) for column in columns for card in column.cards}
    # The whole team's, so that they are the same whoever is asked for.
    initials = people.initials([person.name for person in team.people] + sorted(owners - {""}))
    return [
        _column(column) | {"cards": [card_words.of(card, initials, now) for card in column.cards]} for column in columns
    ]


def _column(column: Column) -> dict[str, Any]:
    t = shell.language().text
    lines = []
    if column.limit is not None:
        full = column.standing > column.limit
        said = t("board.limit", standing=column.standing, limit=column.limit)
        lines.append({"text": f"▲ {said}" if full else said, "kind": "full" if full else ""})
    if column.fees:
        lines.append({"text": t("card.fee_net", fee=column.fees), "kind": ""})
    return {
        "stage": column.stage,
        "title": migration_words.stage(column.stage),
        "count": column.count,
        "counted": t("board.column", count=column.count),
        "aside": column.aside,
        "lines": lines,
        "more": t("board.more", count=column.more) if column.more else "",
    }
