"""The board on the screen: columns of cards that follow other people's moves by themselves."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.ground import clock, moments
from core.ground.messages import Grosze
from core.migration import board, worded
from core.migration.board import Card, Column
from core.migration.listing import Listed, Wanted, listed
from core.migration.migration import Migration
from pages.parts.board import listed_words, session_state
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
    words = {id: t(f"kanban.{id}", **names) for id in ("board", "lifted", "over", "dropped", "left")}
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
    now = {(m.ref, _state(m)): m for column in columns for m in (card.listed.migration for card in column.cards)}
    if len(drawn) > _REMEMBERED:
        drawn.clear()
    drawn.update(now)


def _state(m: Migration) -> str:
    """Return what a card is known by, when it is dragged: after a restore its number alone may be another state's."""
    return f"{m.seq} {m.epoch} {m.token}"


def _columns(wanted: Wanted) -> tuple[list[Listed], list[Column], list[dict[str, Any]]]:
    """Return what is asked for, its columns and their words, anew only after a change or when a minute has gone by."""
    migrations, tariff, now = shell.store().snapshot(), shell.prices(), clock.now()
    minute = (wanted, tariff, shell.language().code, now.replace(second=0, microsecond=0))
    kept = st.session_state.get(session_state.LIST)
    if kept is None or kept[0] is not migrations or kept[1] != minute:
        process = shell.process()
        items = listed(migrations, wanted, process, now)
        columns = board.columns(items, migrations, process, tariff, clock.today())
        kept = (migrations, minute, (items, columns, [_column(column) for column in columns]))
        st.session_state[session_state.LIST] = kept
    return kept[2]


def _figures(found: list[Listed], columns: list[Column], wanted: Wanted) -> None:
    t = shell.language().text
    late = sum(item.clock is not None and item.clock.state == "late" for item in found)
    lately = sum(not item.migration.open for item in found) if wanted.state == "open" else 0
    parts = [t("board.count", count=len(found) - lately, all=len(shell.store().snapshot()), late=late)]
    if lately:
        parts.append(t("board.lately", lately=lately))
    if fees := sum(column.fees for column in columns):
        parts.append(t("board.fees", fees=Grosze(fees)))
    st.markdown(plain(" · ".join(parts)))
    if any(item.migration.cancelled is not None for item in found):
        st.caption(plain(t("board.cancelled_elsewhere")))


def _column(column: Column) -> dict[str, Any]:
    language = shell.language()
    t = language.text
    lines = [{"text": t("board.column", count=column.count), "kind": ""}]
    if column.limit is not None:
        full = column.standing > column.limit
        said = t("board.limit", standing=column.standing, limit=column.limit)
        lines.append({"text": f"▲ {said}" if full else said, "kind": "full" if full else ""})
    if column.fees:
        lines.append({"text": t("card.fee_net", fee=column.fees), "kind": ""})
    return {
        "stage": column.stage,
        "title": migration_words.stage(column.stage),
        "lines": lines,
        "cards": [_card(card) for card in column.cards],
        "more": t("board.more", count=column.more) if column.more else "",
    }


def _card(card: Card) -> dict[str, Any]:
    m, running = card.listed.migration, card.listed.clock
    language = shell.language()
    t = language.text
    when, state = listed_words.due(card.listed)
    age = "" if card.days is None else t("board.days", count=card.days) if card.days else t("board.since_today")
    waits = t(f"board.waits_on.{m.waiting_on}") if m.open else ""
    # A clock that runs to the agreed day says it already.
    planned = None if running is not None and running.agreed else m.planned_at
    lines = [
        {"text": listed_words.domains(card.listed), "kind": ""},
        {"text": when, "kind": state},
        {"text": _joined(age, waits), "kind": ""},
        {"text": t("board.planned", day=moments.moment(planned)) if planned else "", "kind": ""},
        {"text": _joined(worded.person(m.owner, shell.team()), language.value(card.fee or "")), "kind": ""},
    ]
    said = [line for line in lines if line["text"]]
    return {
        "ref": m.ref,
        "seen": _state(m),
        "client": m.client,
        "state": state,
        "lines": said,
        "label": ", ".join([m.ref, m.client, *(line["text"] for line in said)]),
        "role": t("kanban.card"),
    }


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
