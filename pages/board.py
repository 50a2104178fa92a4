"""Tablica: the pipeline of migrations as a board, a table or a calendar, to be filtered, searched and moved on."""

import streamlit as st

from core.ground import clock
from core.migration.listing import listed
from pages.parts.board import bulk_form, calendar, filters, table, view
from pages.parts.shared import deed, empty_desk, frame, move_dialog, sample_migrations, shell
from pages.parts.shared.words import plain

frame.guard()
t = shell.language().text
process, store = shell.process(), shell.store()

st.title(t("page.board.title"))
mark = store.mark()
migrations = store.snapshot()
asked = filters.arrived(migrations)
if samples := sum(m.sample for m in migrations):
    sample_migrations.banner(samples)
if migrations:
    filters.draw(asked)
# The way back from a migration brings its number along.
st.query_params.pop("ref", None)
texts = filters.kept(asked)
wanted = filters.wanted(asked, texts)
as_board = texts["view"] == "board"
# The board keeps its list from one run to the next: it is worked out once.
found = view.found(wanted) if as_board else listed(migrations, wanted, process, clock.now())
if not found:
    filters.none_found(asked, migrations) if migrations else empty_desk.draw()
    # What others import or take up may be what is looked for.
    shell.follow(mark, lambda: False)
else:
    if shell.prices() is None and any(item.migration.fee_applies for item in found):
        st.warning(plain(t("board.no_prices")), icon=":material/error:")
    if as_board:
        view.draw(wanted, lambda stage: asked.state.fill(texts | {"view": "table", "stage": stage}))
    else:
        {"table": table.draw, "calendar": calendar.draw}[texts["view"]](found)
        shell.follow(mark, bulk_form.busy)
deed.draw(move_dialog.DIALOGS)
