"""Obserwacje: what is followed by itself, what of it needs somebody now, and one watch with all that it saw."""

import streamlit as st

from pages.parts.shared import frame, line_table, shell, watch_reading
from pages.parts.watches import beginning, listing, looking, one

frame.guard()
line_table.go()
mark = watch_reading.mark()
asked = st.query_params.get("id", "")
if asked:
    one.draw(asked)
else:
    st.title(shell.language().text("page.watches.title"))
    looking.draw()
    listing.draw()
    beginning.draw()
shell.follow(mark, lambda: False, watch_reading.mark)
