"""A form whose values live in the address: a reload, a bookmark and "back" bring them again.

Streamlit's own `bind="query-params"` writes the labels of a selectbox, leaves defaults out and replaces what it does
not know by the default without a word; a link made with it would show another price in another language or on another
day. So the values are kept here: all of them, as texts that the core reads.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import streamlit as st

from pages.parts.shared.address import Address

Read = Callable[[str, str], object]
"""(field, text) -> the value of the field's widget."""

Write = Callable[[str, object], str]
"""(field, value of its widget) -> the text of it."""


def default(value: object, choices: Iterable[object] | None = None) -> dict[str, object]:
    """Return a widget's value as its default, with which a browser too slow to draw it sends back no blank.

    A selectbox has `choices`, a multiselect's value is a list.
    """
    if isinstance(value, list):
        return {"default": value}
    return {"value": value} if choices is None else {"index": list(choices).index(value)}


class FormState:
    """The widgets' values of one form, in the session and in the address. `name` keeps the forms of pages apart.

    `language` is part of the widgets' keys: after a switch, the browser would otherwise send a selectbox's old label,
    which is none of its options any more. `write` makes texts of widgets' values where `as_text` would not do.
    """

    def __init__(
        self,
        name: str,
        language: str,
        fields: tuple[str, ...],
        read: Read,
        *,
        write: Write | None = None,
    ) -> None:
        self._prefix = f"{name}_{language}"
        self._fields = fields
        self._read = read
        self._write = write or (lambda _, value: as_text(value))
        self._saved: dict[str, Any] = st.session_state.setdefault(f"_{name}_saved", {})
        self._address = Address(self._saved, lambda parameter: parameter in fields)

    def key(self, field: str) -> str:
        """Return the widget key of a field."""
        return f"{self._prefix}_{field}"

    def draw(self, widget: Callable[..., object], field: str, label: str, **options: Any) -> None:
        """Draw a field's widget, a selectbox where it has options, a multiselect where its value is a list."""
        if choices := options.get("options"):
            self._saved.setdefault("choices", {})[field] = list(choices)
        self._mend(field)
        value = st.session_state[self.key(field)]
        widget(label, key=self.key(field), **default(value, options.get("options")), **options)

    def arrived(self) -> dict[str, str] | None:
        """Return the texts to fill the widgets with: those of an address just opened, else those kept meanwhile.

        None where the widgets hold the truth already; empty on a first visit.
        """
        if self.key(self._fields[0]) not in st.session_state:
            address = self._address.given()
            known = self._address.is_known(address)
            return {**self._saved.get("texts", {}), **self._saved.get("unread", {})} if known else address
        for field in self._fields:
            self._mend(field)
        return self._address.moved(typed=self.texts() != self._saved.get("texts"))

    def fill(self, texts: Mapping[str, str]) -> None:
        """Fill the widgets, before they are drawn."""
        self._saved.update(choices={}, values={})
        for field in self._fields:
            st.session_state[self.key(field)] = self._read(field, texts[field])

    def keep(self, unread: Mapping[str, str], blank: Collection[str]) -> dict[str, str]:
        """Remember the widgets' values, put them into the address, and return them as texts.

        `unread` are texts of a link that no widget could hold; they stay until somebody changes their field. `blank`
        are fields whose emptiness means something; other empty ones are left out of the address.
        """
        texts = self.texts()
        address = {name: text for name, text in {**texts, **unread}.items() if text or name in blank}
        self._address.write(address)
        self._saved.update(
            texts=texts, unread=dict(unread), values={field: self._value(field) for field in self._fields}
        )
        return texts

    @property
    def saved(self) -> dict[str, str]:
        """The texts as they were on the last run."""
        return self._saved["texts"]

    @property
    def unread(self) -> dict[str, str]:
        """The texts of a link that no widget could hold, as they were on the last run."""
        return self._saved["unread"]

    def texts(self) -> dict[str, str]:
        """Return the widgets' values as texts."""
        return {field: self._write(field, self._value(field)) for field in self._fields}

    def value(self, field: str) -> object:
        """Return what a field's widget shows."""
        return self._value(field)

    def set(self, field: str, text: str) -> None:
        """Set a field's widget as if the text had been read from a link."""
        st.session_state[self.key(field)] = self._read(field, text)

    def _mend(self, field: str) -> None:
        # Only where it must be: a value that the session sets is sent to the browser, over what is typed meanwhile.
        value = self._value(field)
        if self.key(field) not in st.session_state or st.session_state[self.key(field)] != value:
            st.session_state[self.key(field)] = value

    def _value(self, field: str) -> object:
        """Return a widget's value; what no browser sends (nothing, or none of its choices) leaves what was before."""
        before, choices = self._saved.get("values", {}).get(field), self._saved.get("choices", {}).get(field)
        value = st.session_state.get(self.key(field), before)
        if choices is None or value is None:
            return value
        if isinstance(value, list):
            return [one for one in value if one in choices]
        return value if value in choices else before if before in choices else choices[0]


def as_text(value: object) -> str:
    """Return a widget's value as text: of a list with commas, of nothing the empty one."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None or value is False else str(value)
