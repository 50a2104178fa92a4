"""What the watch of a domain sees, in one line that leads to it: at its migration."""

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration.migration import Domain, Migration
from core.watch import showing
from core.watch.plan import plan_of_desk
from core.watch.showing import Shown, shown
from pages.parts.shared import shell, watch_reading
from pages.parts.shared.words import plain


def draw(m: Migration, d: Domain) -> None:
    """Draw what the watch of a domain of a migration sees; nothing where there is none."""
    one = _of(m, d)
    if one is None:
        return
    t = shell.language().text
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{_icon(one)} :small[{plain(said(one))}]", width="content")
        st.page_link("pages/watches.py", label=t("card.watch.open"), query_params={"id": str(one.watch.id)})


def said(one: Shown) -> str:
    """Return the phase of a watch, what is wrong or that nothing is, and until when caches last."""
    t, somebody = shell.language().text, one.well or watch_reading.somebody(clock.now())
    state = showing.standing(one, somebody=somebody)
    if one.troubles:
        state = showing.trouble(one.troubles[0], watch_reading.operators())
    parts = [t("card.watch", phase=t(f"watches.phase.{one.watch.phase}"), state=state)]
    if one.watch.phase == "expiring":
        parts.append(t(showing.bound(one.watch, clock.now())))
    return " · ".join(parts)


def _of(m: Migration, d: Domain) -> Shown | None:
    """Return the watch of a domain, one that goes on before those that have ended; None where there is none."""
    if m.id is None:
        return None
    now, watches = clock.now(), watch_reading.watches()
    found = next((one for one in watches.of_migration(m.id) if one.name == d.name), None)
    try:
        return shown(found, plan_of_desk(), now, somebody=watch_reading.somebody(now)) if found else None
    except InputError:
        # The page of watches tells what is wrong with the file.
        return None


def _icon(one: Shown) -> str:
    if one.troubles:
        return ":red[:material/error:]" if one.troubles[0].late else ":orange[:material/warning:]"
    if one.watch.phase == "ended":
        return ":material/visibility_off:"
    return ":green[:material/visibility:]" if one.well else ":orange[:material/help:]"
