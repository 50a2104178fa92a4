"""Tablica: the migrations there are, the most urgent first, to be searched, filtered and opened."""

import pandas as pd
import streamlit as st

from core import clock
from core.clock import WARSAW
from core.pipeline import worded
from core.pipeline.exporting import as_csv
from core.pipeline.fee import fee_of
from core.pipeline.listing import NOBODY, STATES, Listed, Wanted, ahead, listed
from core.pipeline.stages import STAGES
from pages.parts import shell
from pages.parts.file_button import file_button
from pages.parts.form_state import FormState
from pages.parts.words import plain

shell.guard()
language = shell.language()
t = language.text
process, team, store = shell.process(), shell.team(), shell.store()
me, tariff = shell.person(), shell.prices()

MINE = "~me"
FIELDS = ("q", "stage", "owner", "waits", "state")
DEFAULTS = dict.fromkeys(FIELDS, "") | {"state": "open"}

st.title(t("page.board.title"))
migrations = store.all()

owners = {person.id: person.name for person in team.people}
owners |= {m.owner: m.owner for m in migrations if m.owner and m.owner not in owners}
OPTIONS = {
    "stage": ["", *(stage for stage in STAGES if stage != "closed")],
    "owner": ["", MINE, *owners, NOBODY],
    "waits": ["", "us", "client"],
    "state": list(STATES),
}


def option(field: str, id: str) -> str:
    """Return an option of a filter as the reader knows it."""
    if not id:
        return t(f"board.any.{field}")
    if field == "stage":
        return language.value(worded.stage(id, process))
    if field == "owner":
        return {MINE: t("board.mine"), NOBODY: t("board.nobody")}.get(id) or owners.get(id, id)
    return t(f"side.{id}" if field == "waits" else f"board.state.{id}")


def read(field: str, text: str) -> object:
    """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
    return text if field not in OPTIONS or text in OPTIONS[field] else DEFAULTS[field]


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

banner, filters, summary = st.container(), st.container(), st.container()


def changed() -> None:
    """Forget what a link asked for that no filter knows."""
    st.session_state["_board_unknown"] = []


def clear() -> None:
    """Show everything, over or not; what is looked for stays where it is found then."""
    text = st.session_state[state.key("q")]
    there = listed(migrations, Wanted(text), process, clock.now())
    state.fill(DEFAULTS | {"state": "all", "q": text if there else ""})
    changed()


with filters:
    row = st.container(horizontal=True)
    state.draw(
        row.text_input,
        "q",
        t("board.search"),
        type="search",
        placeholder=t("board.search.example"),
        live=True,
        on_change=changed,
    )
    for field, options in OPTIONS.items():
        state.draw(
            row.selectbox,
            field,
            t(f"board.{field}"),
            options=options,
            format_func=lambda id, field=field: option(field, id),
            on_change=changed,
            width=145,
        )

# The way back from a migration brings its number along.
st.query_params.pop("ref", None)
texts = state.keep({}, ())
owner = (me.id if me else "") if texts["owner"] == MINE else texts["owner"]
found = listed(
    migrations, Wanted(texts["q"], texts["stage"], owner, texts["waits"], texts["state"]), process, clock.now()
)


def domains(item: Listed) -> str:
    names = [d.display for d in item.migration.active]
    return names[0] if len(names) == 1 else t("board.domains", first=names[0], more=len(names) - 1)


def standing(item: Listed) -> str:
    """Return where a migration stands; how many of its domains are further, where they are not together."""
    m = item.migration
    title = language.value(worded.stage(m.stage, process))
    if m.cancelled is not None:
        return t("board.cancelled_at", stage=title)
    further = ahead(m)
    if further is None:
        return title
    step = language.value(worded.stage(further[0], process))
    return t("board.ahead", stage=title, step=step, reached=further[1], all=len(m.active))


_MARKS = {"late": "▲ ", "due": "● "}


def due(item: Listed) -> str:
    m = item.migration
    if m.open and m.hold is not None and (item.clock is None or item.clock.state == "paused"):
        return language.value(worded.hold(m))
    if item.clock is None:
        return ""
    return _MARKS.get(item.clock.state, "") + language.value(worded.clock(item.clock, m, process))


def table(items: list[Listed]) -> pd.DataFrame:
    today = clock.today()
    planned = [m.planned_at.astimezone(WARSAW) if (m := item.migration).planned_at else None for item in items]
    hours = [f"{at:%H:%M}" if at else "" for at in planned]
    fees = [fee_of(item.migration, tariff, today) if tariff else None for item in items]
    columns = {
        t("board.ref"): [item.migration.ref for item in items],
        t("field.client"): [item.migration.client for item in items],
        t("field.domains"): [domains(item) for item in items],
        t("field.stage"): [standing(item) for item in items],
        t("board.clock"): [due(item) for item in items],
        t("field.waiting_on"): [
            t(f"side.{item.migration.waiting_on}") if item.migration.open else "" for item in items
        ],
        t("field.owner"): [worded.person(item.migration.owner, team) for item in items],
        t("field.planned_at"): pd.to_datetime([at.date() if at else None for at in planned]),
        t("board.hour"): ["" if hour == "00:00" else hour for hour in hours],
    }
    if any(fee is not None for fee in fees):
        columns[t("board.fee")] = ["" if fee is None else language.money(fee) for fee in fees]
    if any(item.migration.sample for item in items):
        columns[t("board.sample")] = [t("board.sample.mark") if item.migration.sample else "" for item in items]
    return pd.DataFrame(columns)


def opened() -> None:
    """Remember which migration was selected: the row is one of the list as it was drawn, not of the next one."""
    rows = st.session_state[table_key]["selection"]["rows"]
    drawn = st.session_state.get("_board_drawn", [])
    if rows and rows[0] < len(drawn):
        st.session_state["_board_open"] = drawn[rows[0]]


table_key = f"board_table_{language.code}"
if ref := st.session_state.pop("_board_open", None):
    st.switch_page("pages/migration.py", query_params={"ref": ref})

samples = sum(m.sample for m in migrations)
if samples:
    with banner:
        shell.samples_banner(samples)

with summary:
    if st.session_state.get("_board_unknown"):
        names = ", ".join(t(f"board.{field}") for field in st.session_state["_board_unknown"])
        st.caption(plain(t("board.unknown_filter", filters=names)))
    if texts["owner"] == MINE and me is None:
        st.info(plain(t("board.whose")), icon=":material/person:")
    if not migrations:
        with st.container(border=True):
            st.markdown(plain(t("board.empty")))
            st.page_link("pages/imports.py", label=t("start.imports.open"), icon=shell.PAGES["imports"])
    elif not found:
        with st.container(border=True):
            st.markdown(plain(t("board.none_found", count=len(migrations))))
            st.button(t("board.clear"), key="board_clear", on_click=clear, icon=":material/filter_alt_off:")
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            late = sum(item.clock is not None and item.clock.state == "late" for item in found)
            counted = t("board.count", count=len(found), all=len(migrations), late=late)
            st.markdown(plain(counted), width="stretch")
            with st.container(width="content"):
                file_button(
                    t("board.export"),
                    lambda: as_csv([item.migration for item in found], team),
                    name=f"{t('board.file')}-{clock.today().isoformat()}.csv",
                    mime="text/csv",
                    key="board_export",
                )
        if tariff is None and any(item.migration.fee_applies for item in found):
            st.warning(plain(t("board.no_prices")), icon=":material/error:")
        drawn = table(found)
        st.session_state["_board_drawn"] = [item.migration.ref for item in found]
        st.dataframe(
            drawn,
            hide_index=True,
            key=table_key,
            on_select=opened,
            selection_mode="single-row",
            height=min(38 + 35 * len(found), 640),
            placeholder="",
            column_config={
                t("board.ref"): st.column_config.TextColumn(width=95),
                t("field.client"): st.column_config.TextColumn(width=165),
                t("field.domains"): st.column_config.TextColumn(width=165),
                t("field.stage"): st.column_config.TextColumn(width=225),
                t("board.clock"): st.column_config.TextColumn(width=200),
                t("field.waiting_on"): st.column_config.TextColumn(width=85),
                t("field.planned_at"): st.column_config.DateColumn(format=language.date_input, width="small"),
                t("board.hour"): st.column_config.TextColumn(width=70),
                t("board.fee"): st.column_config.TextColumn(alignment="right"),
            },
        )
        st.caption(plain(t("board.open_hint")))
