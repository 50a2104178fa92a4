"""A button that copies a text, and says that it did."""

import streamlit as st

_HTML = """
<div class="row">
  <button type="button"></button>
  <span role="status" aria-live="polite"></span>
</div>
<textarea readonly hidden rows="3"></textarea>
"""

_CSS = """
.row { display: flex; gap: 0.6rem; align-items: center; min-height: 2.4rem; }
button {
  font: inherit; font-size: 0.93rem; padding: 0.35rem 0.8rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px);
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
span { color: var(--st-primary-color); font-size: 0.87rem; }
textarea {
  width: 100%; box-sizing: border-box; font: inherit; font-size: 0.8rem;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: 6px;
}
"""

_JS = """
export default function (component) {
  const { data, parentElement } = component
  const button = parentElement.querySelector("button")
  const status = parentElement.querySelector("span")
  const field = parentElement.querySelector("textarea")
  // An address without its host is completed here: only the browser knows under which one it sees the desk.
  const text = data.path ? new URL(data.path, document.baseURI).href : data.text
  if (field.value !== text) { field.hidden = true; status.textContent = "" }
  field.value = text
  field.setAttribute("aria-label", data.label)
  button.textContent = data.label
  button.onclick = async () => {
    status.textContent = "…"
    // A field left by this very click is priced only now: wait for what the page makes of it, then copy that.
    const wait = (time) => new Promise((resolve) => setTimeout(resolve, time))
    await wait(600)
    const waiting = () => document.documentElement.matches("[data-unpriced-answer]")
    for (let tries = 0; tries < 300 && waiting(); tries++) await wait(100)
    try {
      await navigator.clipboard.writeText(field.value)
      status.textContent = data.done
    } catch (error) {
      // Without https the browser keeps its clipboard to itself: show the text, selected, to be copied by hand.
      field.hidden = false
      field.select()
      status.textContent = data.by_hand
    }
  }
}
"""

_component = st.components.v2.component("copy_button", html=_HTML, css=_CSS, js=_JS)


def copy_button(label: str, *, done: str, by_hand: str, key: str, text: str = "", path: str = "") -> None:
    """Draw a button that copies `text`, or the full address of `path` ("quote?package=...").

    `done` is said afterwards, `by_hand` where the browser does not let the page copy.
    """
    _component(data={"label": label, "done": done, "by_hand": by_hand, "text": text, "path": path}, key=key)
