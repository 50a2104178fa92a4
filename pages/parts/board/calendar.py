"""The agreed days of some migrations as a calendar, month by month, and as a file for another one."""

import datetime as dt
from typing import Any

import streamlit as st
from babel.dates import format_date, get_day_names

from core.ground import clock
from core.migration import agreed, worded
from core.migration.agreed import Agreed, Day
from core.migration.listing import Listed
from pages.parts.board import session_state
from pages.parts.board.month_grid import month_grid
from pages.parts.shared import migration_words, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_MONTH = "month"
"""The month on the screen, in the address; the session keeps it too."""
_NAMED = 5
"""Migrations named whose day has passed; of more, the rest is counted."""


def draw(found: list[Listed]) -> None:
    """Draw the agreed days of the migrations found, of those that are still open."""
    session_state.go()
    today = clock.today()
    asked = st.query_params.get(_MONTH, "")
    known = agreed.month_of(asked)
    month = known or (st.session_state.get(session_state.MONTH) if not asked else None) or today.replace(day=1)
    if known or not asked:
        _show(month)
    there = agreed.days((item.migration for item in found), clock.now())
    _bar(found, there, month)
    if asked and not known:
        st.caption(plain(shell.language().text("calendar.unknown_month")))
    _figures(found, there, month)
    _month(there, month, today)
    st.caption(plain(shell.language().text("calendar.legend")))


def _show(month: dt.date) -> None:
    st.session_state[session_state.MONTH] = month
    st.query_params[_MONTH] = f"{month:%Y-%m}"


def _bar(found: list[Listed], there: list[Agreed], month: dt.date) -> None:
    language = shell.language()
    t = language.text
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, icon, to in (
            ("before", "chevron_left", agreed.beside(month, -1)),
            ("today", "today", clock.today().replace(day=1)),
            ("after", "chevron_right", agreed.beside(month, 1)),
        ):
            st.button(
                t(f"calendar.{name}"), key=f"calendar_{name}", on_click=_show, args=(to,), icon=f":material/{icon}:"
            )
        st.subheader(_title(month), anchor=False, width="stretch")
        with st.container(width="content"):
            if there:
                file_button(
                    t("calendar.ics"),
                    lambda: agreed.as_ics(
                        (item.migration for item in found), shell.process(), shell.team(), language, clock.now()
                    ),
                    name=f"{t('calendar.file')}-{clock.today().isoformat()}.ics",
                    mime="text/calendar",
                    key="calendar_ics",
                )


def _title(month: dt.date) -> str:
    return format_date(month, "LLLL y", locale=shell.language().locale)


def _figures(found: list[Listed], there: list[Agreed], month: dt.date) -> None:
    t = shell.language().text
    here = sum(item.day.replace(day=1) == month for item in there)
    none = sum(item.migration.open for item in found) - len(there)
    parts = [t("calendar.count", count=here), t("calendar.none", count=none) if none else ""]
    st.markdown(plain(" · ".join(filter(None, parts))))
    late = [item for item in there if item.late]
    if late:
        _overdue(late)


def _overdue(late: list[Agreed]) -> None:
    """Draw whose day has passed, whatever month it was in, with a way to each."""
    language = shell.language()
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":material/alarm: **{plain(language.text('calendar.late', count=len(late)))}**")
        with st.container(horizontal=True):
            for m in (item.migration for item in late[:_NAMED]):
                label = plain(f"{m.ref} · {m.client} · {migration_words.at(m.planned_at)}")
                st.page_link("pages/migration.py", label=label, query_params={"ref": m.ref})
            if len(late) > _NAMED:
                st.markdown(plain(language.text("calendar.and_more", count=len(late) - _NAMED)))


def _month(there: list[Agreed], month: dt.date, today: dt.date) -> None:
    language = shell.language()
    names = get_day_names("abbreviated", "stand-alone", language.locale)
    weeks = [[_day(day, month, today) for day in week] for week in agreed.weeks(there, month)]
    key = f"calendar_month_{language.code}"

    def opened() -> None:
        session_state.open_later(st.session_state[key].open)

    month_grid([names[n] for n in range(7)], weeks, label=_title(month), key=key, on_open=opened)


def _day(day: Day, month: dt.date, today: dt.date) -> dict[str, Any]:
    language = shell.language()
    t = language.text
    kinds = {"off": bool(day.off), "outside": day.date.month != month.month, "today": day.date == today}
    notes = [t("calendar.is_today") if kinds["today"] else "", t("calendar.holiday") if day.off == "holiday" else ""]
    return {
        "number": str(day.date.day),
        "label": format_date(day.date, "EEEE, d MMMM", locale=language.locale),
        "kinds": [kind for kind, holds in kinds.items() if holds],
        "note": " · ".join(filter(None, notes)),
        "count": t("calendar.agreed", count=len(day.agreed)) if day.agreed else "",
        "items": [_item(item) for item in day.agreed],
    }


def _item(item: Agreed) -> dict[str, str]:
    language = shell.language()
    t = language.text
    m = item.migration
    states = {
        "late": t("calendar.is_late") if item.late else "",
        "held": language.value(worded.hold(m)) if m.hold is not None else "",
        "open": "" if item.accepted or item.begun else t("calendar.not_accepted"),
        "begun": migration_words.stage(m.stage) if item.begun else "",
    }
    said = {kind: text for kind, text in states.items() if text}
    hour = f"{item.hour:%H:%M}" if item.hour else ""
    domains = ", ".join(d.display for d in m.active)
    kind = next(iter(said), "")
    return {
        "ref": m.ref,
        "text": " ".join(filter(None, (_MARKS.get(kind), hour, m.client))),
        "kind": kind,
        "label": ", ".join(filter(None, (hour, m.ref, m.client, domains, *said.values()))),
    }


_MARKS = {"late": "▲", "held": "‖", "open": "?", "begun": "✓"}
"""What stands before a client whose time has passed, is on hold, has not accepted the day, or whose move has begun."""
