"""A button that saves a file made from what stands on the page when it is clicked.

Streamlit's own download button hands out what was made when the page was last drawn: a name typed just before the
click is not in it. Here the click asks the page, which draws itself with everything typed, and then makes the file.
"""

import base64
from collections.abc import Callable

import streamlit as st

_HTML = '<button type="button"></button>'

_CSS = """
button {
  font: inherit; font-size: 0.93rem; padding: 0.35rem 0.8rem; cursor: pointer; min-height: 2.4rem;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px);
}
button.primary {
  color: var(--st-background-color); background: var(--st-primary-color); border-color: var(--st-primary-color);
}
button:hover, button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button:disabled { cursor: progress; opacity: 0.6; }
"""

_JS = """
const saved = new WeakMap()
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.className = data.primary ? "primary" : ""
  button.onclick = () => {
    button.disabled = true
    // Where the page has a mistake to show instead of a file, the button is gone; should it come back, it works again.
    setTimeout(() => { button.disabled = false }, 5000)
    setTriggerValue("asked", true)
  }
  if (!data.number || saved.get(parentElement) === data.number) return
  saved.set(parentElement, data.number)
  button.disabled = false
  const bytes = Uint8Array.from(atob(data.content), (letter) => letter.charCodeAt(0))
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([bytes], { type: data.mime }))
  link.download = data.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}
"""

_component = st.components.v2.component("file_button", html=_HTML, css=_CSS, js=_JS)


_ASKED = "_files_asked"


def forget() -> None:
    """Forget clicks that the page did not answer: their file must not come later, with something else in it.

    The shell calls this when a page has been drawn to its end.
    """
    st.session_state.pop(_ASKED, None)


def file_button(
    label: str, make: Callable[[], bytes], *, name: str, mime: str, key: str, primary: bool = False
) -> None:
    """Draw a button that saves what `make` returns under `name`; `make` is called only after a click."""
    number = f"_{key}_number"

    def clicked() -> None:
        st.session_state.setdefault(_ASKED, set()).add(key)

    data: dict[str, object] = {"label": label, "primary": primary}
    if key in st.session_state.get(_ASKED, ()):
        # A number for every click: drawn again with the same one, the file is not saved again.
        st.session_state[number] = st.session_state.get(number, 0) + 1
        content = base64.b64encode(make()).decode()
        data |= {"number": st.session_state[number], "content": content, "name": name, "mime": mime}
    _component(data=data, key=key, on_asked_change=clicked)
