"""A field for a day: a text that the core reads in any way a person writes one, and the browser's calendar beside it.

Streamlit's own date input takes a typed day only when it is left and makes the 28th of 30.02; a text takes effect on
Enter and on Tab, and what is no day is told.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from core.ground import clock
from core.ground.messages import FieldError, Message
from core.pricing import calendar
from core.pricing.typed_day import NoDayError, read_day
from pages.parts.shared import mistakes, shell

Day = dt.date | str | None
"""What a field holds: a day, None where it is empty, the text that is no day where it does not read."""

_HTML = """
<div>
  <button type="button" tabindex="-1">
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <rect x="2.5" y="4" width="15" height="13.5" rx="2"/><path d="M2.5 8h15M6.5 2v4M13.5 2v4"/>
    </svg>
  </button>
  <input type="date" tabindex="-1" aria-hidden="true">
</div>
"""

_CSS = """
div { position: relative; width: 2.5rem; height: 2.5rem; }
button {
  width: 100%; height: 100%; display: grid; place-items: center; padding: 0; border: none; background: none;
  color: var(--st-text-color);
}
svg { width: 1.1rem; height: 1.1rem; fill: none; stroke: currentColor; stroke-width: 1.5; }
div:hover svg { stroke: var(--st-primary-color); }
input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
@media (max-width: 640px) { div { width: 2.75rem; height: 2.75rem; } }
"""

_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const button = parentElement.querySelector("button"), input = parentElement.querySelector("input")
  button.setAttribute("aria-label", data.label)
  input.title = data.label
  input.min = data.first
  input.max = data.last
  input.value = data.day
  // A click beside the browser's own little icon opens nothing by itself.
  const open = () => { try { input.showPicker() } catch { /* where there is no such thing, a tap opens it */ } }
  button.onclick = open
  input.onclick = open
  input.onchange = () => { if (input.value && input.value !== data.day) setTriggerValue("day", input.value) }
}
"""

_NO_DAY = Message("error.iso_date")
_STYLE = Path(__file__).with_suffix(".css")

_component = st.components.v2.component("calendar_button", html=_HTML, css=_CSS, js=_JS)


def style() -> None:
    """Let the calendar of a day stand in its field, at the end."""
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")


def shown(day: Day) -> str:
    """Return a day as its field shows it."""
    return shell.language().typed_day(day) if isinstance(day, dt.date) else day or ""


def read(text: str) -> Day:
    """Return what a text of a field says."""
    try:
        return read_day(text, clock.today()) if text.strip() else None
    except NoDayError:
        return text


def in_field(mistake: FieldError) -> FieldError:
    """Return a mistake about a day of an address as whoever types into a field is told it."""
    if mistake.message.id != "error.iso_date":
        return mistake
    try:
        read_day(str(mistake.value))
    except NoDayError as error:
        return replace(mistake, message=error.message)
    return mistake


def day_field(
    label: str,
    key: str,
    value: Day,
    *,
    tell: str = "",
    on_change: Callable[..., None] | None = None,
    args: Sequence[object] = (),
    width: int | str = "stretch",
    **options: Any,
) -> Day:
    """Draw the field of a day, which may be left empty; return what it holds.

    Its text stands in the session under `key`, once it is left as the day it was understood as; `on_change` follows
    that. `tell`: the field by whose name it is told right below that the text is no day; else whoever reads it says so.
    """
    held = st.session_state.get(key, value)
    if not isinstance(held, str) or key not in st.session_state:
        st.session_state[key] = shown(held)

    def changed() -> None:
        st.session_state[key] = shown(read(st.session_state[key]))
        if on_change:
            on_change(*args)

    def picked(day: str) -> None:
        st.session_state[key] = day
        changed()

    with st.container(key=f"day_field_{key}", horizontal=True, vertical_alignment="bottom", gap="xsmall", width=width):
        st.text_input(label, value=st.session_state[key], key=key, on_change=changed, **options)
        day = read(st.session_state[key])
        calendar_button(
            shell.language().text("quote.calendar", field=label),
            day=day.isoformat() if isinstance(day, dt.date) else "",
            first=str(calendar.FIRST_DATE),
            last=str(calendar.LAST_DATE),
            # Streamlit takes no two of these for a component.
            key=f"{key}_calendar".replace("__", "_"),
            on_pick=picked,
        )
    if tell and isinstance(day, str):
        mistakes.draw([in_field(FieldError(tell, day, _NO_DAY))], shell.language())
    return day


def calendar_button(label: str, *, day: str, first: str, last: str, key: str, on_pick: Callable[[str], None]) -> None:
    """Draw a button that opens the browser's calendar at `day` ("" for none); `on_pick` gets the day picked.

    Days are written 2027-04-30, in both directions; `first` and `last` can be picked too.
    """

    def picked() -> None:
        found: Any = st.session_state[key]
        if isinstance(found.day, str):
            on_pick(found.day)

    data = {"label": label, "day": day, "first": first, "last": last}
    _component(data=data, key=key, width="content", on_day_change=picked)
