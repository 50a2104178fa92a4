"""The texts of the scenarios, in the session and in the address: a reload, a bookmark and "back" bring them again.

The texts are the truth and the widgets only show those of one scenario: Streamlit forgets widgets that are not drawn.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.simulation.scenario_texts import SLOTS, from_link, to_link
from pages.parts.portfolio import session_keys
from pages.parts.shared.address import Address


class ScenarioState:
    """The scenarios by slot, and which one is edited. `language` is part of the widgets' keys, as in FormState."""

    def __init__(self, language: str, example: Mapping[str, str], today: str) -> None:
        self._language = language
        self._today = today
        self._form: dict[str, Any] = st.session_state.setdefault(
            session_keys.FORM, {"drawn": 0, "typed": False, "section": "change"}
        )
        self._address = Address(self._form, lambda parameter: bool(from_link({parameter: "?"})))
        self._arrive(example)

    def _arrive(self, example: Mapping[str, str]) -> None:
        """Take over the address that somebody went to; on a first visit without one, the example."""
        first = session_keys.SCENARIOS not in st.session_state
        arrived = self._address.given() if first else self._address.moved(self._form["typed"])
        if slots := from_link(arrived or {}):
            self._fill(slots, example=False)
        elif first:
            self._fill({SLOTS[0]: dict(example)}, example=True)

    def _fill(self, slots: dict[str, dict[str, str]], example: bool) -> None:
        # Without a day, tomorrow's look at the same link would ask something else; and a blank scenario has no link.
        dated = {slot: {"change_on": self._today} | texts for slot, texts in slots.items()}
        st.session_state[session_keys.SCENARIOS] = dated
        self._form["example"] = example
        if self._form.get("edited") not in slots:
            self._form["edited"] = next(iter(slots))
        self.redraw()

    @property
    def slots(self) -> dict[str, dict[str, str]]:
        """The texts of every scenario."""
        found: dict[str, dict[str, str]] = st.session_state[session_keys.SCENARIOS]
        return found

    @property
    def edited(self) -> str:
        """The slot whose widgets are drawn."""
        return str(self._form["edited"])

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the scenario that is edited."""
        return self.slots[self.edited]

    @property
    def is_example(self) -> bool:
        """Whether nobody has touched the example yet."""
        return bool(self._form["example"])

    def key(self, field: str) -> str:
        """Return the widget key of a field of the edited scenario; another one after every `redraw`."""
        return f"scenario_{self._language}_{self.edited}{self._form['drawn']}_{field}"

    def redraw(self) -> None:
        """Let all widgets begin anew from the texts."""
        self._form["drawn"] += 1

    def set(self, **texts: str) -> None:
        """Take over what somebody typed."""
        kept = {field: text for field, text in {**self.texts, **texts}.items() if text}
        self.slots[self.edited] = kept
        self._form.update(typed=True, example=False)

    def edit(self, slot: str) -> None:
        """Draw another scenario."""
        self._form["edited"] = slot

    @property
    def section(self) -> str:
        """The section of the form that is open."""
        return str(self._form["section"])

    def open(self, section: str) -> None:
        """Draw another section of the form."""
        self._form["section"] = section

    @property
    def free(self) -> str | None:
        """The first slot without a scenario, None where all are taken."""
        return next((slot for slot in SLOTS if slot not in self.slots), None)

    def add(self) -> None:
        """Put a copy of the edited scenario beside it, and edit that."""
        slot = self.free
        assert slot is not None
        copy = {**self.texts}
        copy.pop("name", None)
        there = [s for s in SLOTS if s in self.slots or s == slot]
        st.session_state[session_keys.SCENARIOS] = {s: self.slots.get(s, copy) for s in there}
        self._form.update(typed=True, example=False, edited=slot)
        self.redraw()

    def remove(self) -> None:
        """Take the edited scenario away, and edit the one before it."""
        before = list(self.slots).index(self.edited) - 1
        del self.slots[self.edited]
        self._form.update(typed=True, example=False, edited=list(self.slots)[max(before, 0)])
        self.redraw()

    def reset(self, fields: list[str]) -> None:
        """Blank some texts."""
        self.set(**dict.fromkeys(fields, ""))
        self.redraw()

    def write(self) -> dict[str, str]:
        """Put the scenarios into the address, and return what stands there."""
        link = to_link(self.slots)
        self._address.write(link)
        self._form["typed"] = False
        return link
