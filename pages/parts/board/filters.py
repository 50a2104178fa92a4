"""The filters of the board: what may be asked for, kept in the address, and lifted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.ground import clock
from core.ground.text_limits import LINE
from core.migration import board
from core.migration.listing import MINE, NOBODY, OVERDUE, STATES, Wanted, listed
from core.migration.migration import Migration
from core.migration.stages import STAGES
from core.pricing import calendar
from pages.parts.board import session_state
from pages.parts.shared import migration_words, person_choice, search_field, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

VIEWS = ("board", "table", "calendar")
FIELDS = ("view", "q", "stage", "owner", "waits", "overdue", "size", "state")
DEFAULTS = dict.fromkeys(FIELDS, "") | {"view": "board", "state": "open"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be chosen in each filter, by id, and where what is chosen is kept.

    `owners`: their names; `sizes`: how many domains from and to, None for any more.
    """

    options: Mapping[str, Sequence[str]]
    owners: Mapping[str, str]
    sizes: Mapping[str, tuple[int, int | None]]
    state: FormState


def arrived(migrations: Sequence[Migration]) -> Filters:
    """Return the filters of the desk as it stands, filled with what a link or the session has of them."""
    owners = {person.id: person.name for person in shell.team().people}
    owners |= {m.owner: m.owner for m in migrations if m.owner and m.owner not in owners}
    tariff = shell.prices()
    tiers = tariff.shown_on(calendar.number(clock.today())).tiers if tariff else ()
    sizes = {f"{tier.first}-{tier.last or ''}": (tier.first, tier.last) for tier in tiers}
    options = {
        "view": VIEWS,
        "stage": ("", *STAGES),
        "owner": ("", MINE, *owners, NOBODY),
        "waits": ("", "us", "client"),
        "overdue": ("", *OVERDUE),
        "size": ("", *sizes),
        "state": tuple(STATES),
    }
    filters = Filters(
        options, owners, sizes, FormState("board", shell.language().code, FIELDS, partial(_read, options))
    )
    _fill(filters)
    return filters


def _read(options: Mapping[str, Sequence[str]], field: str, text: str) -> object:
    """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
    known = text in options[field] if field in options else len(text.strip()) <= LINE
    return text if known else DEFAULTS[field]


def _fill(filters: Filters) -> None:
    state = filters.state
    texts = state.arrived()
    if texts is not None:
        state.fill(DEFAULTS | texts)
        unknown = sorted(field for field, text in texts.items() if _read(filters.options, field, text) != text)
        st.session_state[session_state.UNKNOWN] = unknown
    for field, options in filters.options.items():
        # Whoever owned the last of their migrations is no option any more.
        if st.session_state.get(state.key(field)) not in options:
            st.session_state[state.key(field)] = DEFAULTS[field]


def _changed() -> None:
    """Forget what a link asked for that no filter knows."""
    st.session_state[session_state.UNKNOWN] = []


def draw(filters: Filters) -> None:
    """Draw the choice of the view, and the filters."""
    t, state = shell.language().text, filters.state
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search_field.draw(state, t("board.search"), t("board.search.example"), on_change=_changed)
        state.draw(
            st.radio,
            "view",
            t("board.view"),
            options=VIEWS,
            format_func=_labels(filters, "view").get,
            horizontal=True,
            width="content",
        )
        narrowing = [field for field in filters.options if field != "view"]
        narrowed = [field for field in narrowing if st.session_state[state.key(field)] != DEFAULTS[field]]
        label = t("board.filters_on", set=len(narrowed)) if narrowed else t("board.filters")
        # Beside each other they would fill a phone's first screen.
        with st.popover(label, icon=":material/filter_alt:", key=f"board_filters_{shell.language().code}"):
            for field in narrowing:
                state.draw(
                    st.selectbox,
                    field,
                    t(f"board.{field}"),
                    options=filters.options[field],
                    format_func=_labels(filters, field).get,
                    on_change=_changed,
                )
        with st.container(key="board_new", width="content"):
            st.page_link("pages/register.py", label=t("page.register.title"), icon=shell.PAGES["register"])


def _labels(filters: Filters, field: str) -> dict[str, str]:
    return {id: _option(filters, field, id) for id in filters.options[field]}


def _option(filters: Filters, field: str, id: str) -> str:
    """Return an option of a filter as the reader knows it."""
    t = shell.language().text
    if not id:
        return t(f"board.any.{field}")
    if field == "stage":
        return migration_words.stage(id)
    if field == "owner":
        return {MINE: t("board.mine"), NOBODY: t("board.nobody")}.get(id) or filters.owners.get(id, id)
    if field == "size":
        first, last = filters.sizes[id]
        return t("board.size.range", first=first, last=last) if last else t("board.size.from", first=first)
    return t({"waits": f"side.{id}", "overdue": f"board.overdue.{id}"}.get(field, f"board.{field}.{id}"))


def kept(filters: Filters) -> dict[str, str]:
    """Put what is chosen into the address and return it by filter; say what of it does not filter."""
    t = shell.language().text
    texts = filters.state.keep({}, ())
    if unknown := st.session_state.get(session_state.UNKNOWN):
        names = ", ".join(t(f"board.{field}") for field in unknown)
        st.caption(plain(t("board.unknown_filter", filters=names)))
    if texts["owner"] == MINE and shell.person() is None:
        st.info(plain(t("board.whose")), icon=":material/person:")
        person_choice.ask(f"board_person_{shell.language().code}")
    return texts


def wanted(filters: Filters, texts: Mapping[str, str]) -> Wanted:
    """Return what is asked for."""
    me = shell.person()
    return Wanted(
        texts["q"],
        texts["stage"],
        (me.id if me else "") if texts["owner"] == MINE else texts["owner"],
        texts["waits"],
        texts["state"],
        texts["overdue"],
        filters.sizes.get(texts["size"]),
        board.RECENT if texts["view"] == "board" else None,
    )


def none_found(filters: Filters, migrations: Sequence[Migration]) -> None:
    """Say that the filters leave nothing, and offer to lift them."""
    t = shell.language().text
    with st.container(border=True):
        st.markdown(plain(t("board.none_found", count=len(migrations))))
        st.button(
            t("board.clear"),
            key="board_clear",
            on_click=_lift,
            args=(filters, migrations),
            icon=":material/filter_alt_off:",
        )


def _lift(filters: Filters, migrations: Sequence[Migration]) -> None:
    """Show everything, over or not; what is looked for stays where it is found then."""
    state = filters.state
    text, view = st.session_state[state.key("q")], st.session_state[state.key("view")]
    there = listed(migrations, Wanted(text), shell.process(), clock.now())
    state.fill(DEFAULTS | {"view": view, "state": "all", "q": text if there else ""})
    _changed()
