"""Tablica: the pipeline of migrations as a board, a table or a calendar, to be filtered, searched and moved on."""

import streamlit as st

from core.ground import clock
from core.ground.bounds import LINE
from core.migration import board, worded
from core.migration.listing import MINE, NOBODY, OVERDUE, STATES, Wanted, listed
from core.migration.stages import STAGES
from core.pricing import calendar
from pages.parts.board import calendar as calendar_view
from pages.parts.board import table
from pages.parts.board import view as board_view
from pages.parts.shared import deed, empty_desk, frame, move_dialog, sample_migrations, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
t = language.text
process, team, store = shell.process(), shell.team(), shell.store()
me, tariff = shell.person(), shell.prices()

VIEWS = {"table": table.draw, "calendar": calendar_view.draw}
FIELDS = ("view", "q", "stage", "owner", "waits", "overdue", "size", "state")
DEFAULTS = dict.fromkeys(FIELDS, "") | {"view": "board", "state": "open"}

st.title(t("page.board.title"))
mark = store.mark()
migrations = store.snapshot()

owners = {person.id: person.name for person in team.people}
owners |= {m.owner: m.owner for m in migrations if m.owner and m.owner not in owners}
tiers = tariff.shown_on(calendar.number(clock.today())).tiers if tariff else ()
sizes = {f"{tier.first}-{tier.last or ''}": (tier.first, tier.last) for tier in tiers}
OPTIONS = {
    "view": ["board", *VIEWS],
    "stage": ["", *STAGES],
    "owner": ["", MINE, *owners, NOBODY],
    "waits": ["", "us", "client"],
    "overdue": ["", *OVERDUE],
    "size": ["", *sizes],
    "state": list(STATES),
}
FILTERS = tuple(field for field in OPTIONS if field != "view")


def option(field: str, id: str) -> str:
    """Return an option of a filter as the reader knows it."""
    if not id:
        return t(f"board.any.{field}")
    if field == "stage":
        return language.value(worded.stage(id, process))
    if field == "owner":
        return {MINE: t("board.mine"), NOBODY: t("board.nobody")}.get(id) or owners.get(id, id)
    if field == "size":
        first, last = sizes[id]
        return t("board.size.range", first=first, last=last) if last else t("board.size.from", first=first)
    return t({"waits": f"side.{id}", "overdue": f"board.overdue.{id}"}.get(field, f"board.{field}.{id}"))


def read(field: str, text: str) -> object:
    """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
    known = text in OPTIONS[field] if field in OPTIONS else len(text.strip()) <= LINE
    return text if known else DEFAULTS[field]


state = FormState("board", language.code, FIELDS, read)
arrived = state.arrived()
if arrived is not None:
    state.fill(DEFAULTS | arrived)
    unknown = sorted(field for field, text in arrived.items() if read(field, text) != text)
    st.session_state["_board_unknown"] = unknown
for field, options in OPTIONS.items():
    # Whoever owned the last of their migrations is no option any more.
    if st.session_state.get(state.key(field)) not in options:
        st.session_state[state.key(field)] = DEFAULTS[field]


def changed() -> None:
    """Forget what a link asked for that no filter knows."""
    st.session_state["_board_unknown"] = []


def clear() -> None:
    """Show everything, over or not; what is looked for stays where it is found then."""
    text = st.session_state[state.key("q")]
    there = listed(migrations, Wanted(text), process, clock.now())
    view = st.session_state[state.key("view")]
    state.fill(DEFAULTS | {"view": view, "state": "all", "q": text if there else ""})
    changed()


def draw_filters() -> None:
    """Draw the choice of the view, and the filters."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state.draw(
            st.text_input,
            "q",
            t("board.search"),
            type="search",
            placeholder=t("board.search.example"),
            live=True,
            max_chars=LINE,
            on_change=changed,
            width=270,
        )
        state.draw(
            st.radio,
            "view",
            t("board.view"),
            options=OPTIONS["view"],
            format_func=lambda id: option("view", id),
            horizontal=True,
            width="content",
        )
        narrowed = [field for field in FILTERS if st.session_state[state.key(field)] != DEFAULTS[field]]
        label = t("board.filters_on", set=len(narrowed)) if narrowed else t("board.filters")
        # Beside each other they would fill a phone's first screen.
        with st.popover(label, icon=":material/filter_alt:", key=f"board_filters_{language.code}"):
            for field in FILTERS:
                state.draw(
                    st.selectbox,
                    field,
                    t(f"board.{field}"),
                    options=OPTIONS[field],
                    format_func=lambda id, field=field: option(field, id),
                    on_change=changed,
                )
        st.page_link("pages/register.py", label=t("page.register.title"), icon=shell.PAGES["register"])


def draw_none_found() -> None:
    """Say that the filters leave nothing, and offer to lift them."""
    with st.container(border=True):
        st.markdown(plain(t("board.none_found", count=len(migrations))))
        st.button(t("board.clear"), key="board_clear", on_click=clear, icon=":material/filter_alt_off:")


if samples := sum(m.sample for m in migrations):
    sample_migrations.banner(samples)
if migrations:
    draw_filters()
# The way back from a migration brings its number along.
st.query_params.pop("ref", None)
texts = state.keep({}, ())
if st.session_state.get("_board_unknown"):
    names = ", ".join(t(f"board.{field}") for field in st.session_state["_board_unknown"])
    st.caption(plain(t("board.unknown_filter", filters=names)))
if texts["owner"] == MINE and me is None:
    st.info(plain(t("board.whose")), icon=":material/person:")

owner = (me.id if me else "") if texts["owner"] == MINE else texts["owner"]
wanted = Wanted(
    texts["q"],
    texts["stage"],
    owner,
    texts["waits"],
    texts["state"],
    texts["overdue"],
    sizes.get(texts["size"]),
    board.RECENT if texts["view"] == "board" else None,
)
# The board keeps its list from one run to the next: it is worked out once.
found = board_view.found(wanted) if texts["view"] == "board" else listed(migrations, wanted, process, clock.now())
if not found:
    draw_none_found() if migrations else empty_desk.draw()
    # What others import or take up may be what is looked for.
    shell.follow(mark, lambda: False)
else:
    if tariff is None and any(item.migration.fee_applies for item in found):
        st.warning(plain(t("board.no_prices")), icon=":material/error:")
    if texts["view"] == "board":
        board_view.draw(wanted, lambda stage: state.fill(texts | {"view": "table", "stage": stage}))
    else:
        VIEWS[texts["view"]](found)
        shell.follow(mark, table.busy)
deed.draw({move_dialog.KIND: (move_dialog.title, move_dialog.draw)})
