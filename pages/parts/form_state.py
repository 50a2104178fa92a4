"""A form whose values live in the address: a reload, a bookmark and "back" bring them again.

Streamlit's own `bind="query-params"` writes the labels of a selectbox, leaves defaults out and replaces what it does
not know by the default without a word; a link made with it would show another price in another language or on another
day. So the values are kept here: all of them, as texts that the core reads.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

_LATE = 0.5
"""Seconds in which a browser may still send an address that the page has just replaced."""

Read = Callable[[str, str], object]
"""(field, text) -> the value of the field's widget."""


class FormState:
    """The widgets' values of one form, in the session and in the address. `name` keeps the forms of pages apart.

    `language` is part of the widgets' keys: after a switch, the browser would otherwise send a selectbox's old label,
    which is none of its options any more.
    """

    def __init__(self, name: str, language: str, fields: tuple[str, ...], read: Read) -> None:
        self._prefix = f"{name}_{language}"
        self._fields = fields
        self._read = read
        self._saved: dict[str, Any] = st.session_state.setdefault(f"_{name}_saved", {})

    def key(self, field: str) -> str:
        """Return the widget key of a field."""
        return f"{self._prefix}_{field}"

    def draw(self, widget: Callable[..., object], field: str, label: str, **options: Any) -> None:
        """Draw a field's widget, a selectbox where it has options, a multiselect where its value is a list.

        Its value is its default as well: a browser too slow to draw it before the next run of the script has nothing
        else to go by, and would send back a blank.
        """
        value = st.session_state[self.key(field)]
        choices = options.get("options")
        if isinstance(value, list):
            default: dict[str, object] = {"default": value}
        else:
            default = {"value": value} if choices is None else {"index": list(choices).index(value)}
        widget(label, key=self.key(field), **default, **options)

    def arrived(self) -> dict[str, str] | None:
        """Return the texts to fill the widgets with: those of an address just opened, else those kept meanwhile.

        None where the widgets hold the truth already; empty on a first visit.
        """
        address = {name: text for name, text in st.query_params.to_dict().items() if name in self._fields}
        if self.key(self._fields[0]) not in st.session_state:
            known = not address or address == self._saved.get("address")
            return {**self._saved.get("texts", {}), **self._saved.get("unread", {})} if known else address
        # Somebody typing is ahead of the address, which follows a moment later; "back" moves the address alone.
        typed = self.texts() != self._saved.get("texts")
        moved = address and address != self._saved.get("address")
        return address if moved and not typed and not self._just_left(address) else None

    def _just_left(self, address: Mapping[str, str]) -> bool:
        """Whether the address was replaced so lately that a click may bring it without anybody having gone back."""
        since = time.monotonic() - _LATE
        self._saved["left"] = [(at, left) for at, left in self._saved.get("left", ()) if at > since]
        return any(left == address for _, left in self._saved["left"])

    def fill(self, texts: Mapping[str, str]) -> None:
        """Fill the widgets, before they are drawn."""
        for field in self._fields:
            st.session_state[self.key(field)] = self._read(field, texts[field])

    def keep(self, unread: Mapping[str, str], blank: Collection[str]) -> dict[str, str]:
        """Remember the widgets' values, put them into the address, and return them as texts.

        `unread` are texts of a link that no widget could hold; they stay until somebody changes their field. `blank`
        are fields whose emptiness means something; other empty ones are left out of the address.
        """
        texts = self.texts()
        address = {name: text for name, text in {**texts, **unread}.items() if text or name in blank}
        for gone in set(st.query_params) & (set(self._fields) - address.keys()):
            del st.query_params[gone]
        st.query_params.update(address)
        if (before := self._saved.get("address")) not in (None, address):
            self._saved["left"] = [*self._saved.get("left", ()), (time.monotonic(), before)]
        self._saved.update(texts=texts, unread=dict(unread), address=address)
        return texts

    @property
    def saved(self) -> dict[str, str]:
        """The texts as they were on the last run."""
        return self._saved["texts"]

    def texts(self) -> dict[str, str]:
        """Return the widgets' values as texts."""
        values = {field: st.session_state.get(self.key(field)) for field in self._fields}
        return {field: _text(value) for field, value in values.items()}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None or value is False else str(value)
