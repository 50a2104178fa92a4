"""A field for a day: a text that the core reads in any way a person writes one, and the browser's calendar beside it.

Streamlit's own date input takes a typed day only when it is left and makes the 28th of 30.02; a text takes effect on
Enter and on Tab, and what is no day is told.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

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

_component = st.components.v2.component("calendar_button", html=_HTML, css=_CSS, js=_JS)


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
