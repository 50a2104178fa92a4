"""The calculator's form in the session and in the address: what fills it, what follows from what, whose link it is.

Which text follows from which others is the core's to say (`core.pricing.form`); here they are asked for and kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.ground import clock
from core.ground.messages import FieldError
from core.language import Language
from core.pricing import example, form
from core.pricing.quoted_result import SAID
from core.pricing.tariff import Tariff
from core.pricing.typed_day import NoDayError, read_day
from pages.parts.quote import example as example_view
from pages.parts.quote.session_keys import OPENED, SETTLED, UNREAD
from pages.parts.shared.form_state import FormState, as_text


class QuoteForm:
    """The form in the session and in the address, under the widget keys `quote_<language>_<field>`."""

    def __init__(self, tariff: Tariff, language: Language) -> None:
        self.tariff = tariff
        self.language = language
        self._state = FormState("quote", language.code, form.FIELDS, self._read, write=_write)
        arrived = self._state.arrived()
        if arrived is not None:
            self._open(arrived)

    def _open(self, arrived: Mapping[str, str]) -> None:
        known = OPENED in st.session_state
        came_back = known and arrived.items() <= {**self._state.saved, **self._state.unread}.items()
        given, unread = form.readable(arrived, self.tariff)
        texts = form.complete(given, self.tariff, clock.today())
        self._state.fill(texts)
        st.session_state[UNREAD] = unread
        st.session_state[SETTLED] = texts
        said = {name: st.query_params.pop(name) for name in SAID if name in st.query_params}
        # The form that comes back, in another language or from another page, is still that of the link that opened it.
        if said or not came_back:
            st.session_state[OPENED] = {**arrived, **said}

    @property
    def opened_with(self) -> Mapping[str, str]:
        """The link that the form was opened with, with what it said by itself."""
        found: Mapping[str, str] = st.session_state[OPENED]
        return found

    @property
    def unread(self) -> Mapping[str, FieldError]:
        """What a link had that no field could hold, by field, until somebody changes the field."""
        found: dict[str, FieldError] = st.session_state[UNREAD]
        return found

    def texts(self) -> dict[str, str]:
        """Return the texts of the form as it stands."""
        return self._state.texts()

    def key(self, field: str) -> str:
        """Return the key of a field's widget."""
        return self._state.key(field)

    def value(self, field: str) -> object:
        """Return what a field's widget shows."""
        return self._state.value(field)

    def draw(self, widget: Callable[..., object], field: str, label: str, **options: Any) -> None:
        """Draw a field's widget; what follows from it is filled in when it changes."""
        self._state.draw(widget, field, label, on_change=self._changed, args=(field,), **options)

    def adopt(self, **texts: str) -> None:
        """Set fields as if somebody had typed into them."""
        for field, text in texts.items():
            self._state.set(field, text)
        self._changed(*texts)

    def follow(self) -> None:
        """Buy the target for the period that follows the running term, as where nobody has chosen one."""
        if months := form.followed_period(self._state.texts(), self.tariff):
            self._state.set("target_period_months", str(months))

    def confirm(self) -> None:
        """Take the values that are still the example's for the client's own."""
        self._state.set("example", "")

    def doubt(self, field: str) -> None:
        """Take a field for one that nobody has given: it is marked, and nothing is offered from it, until it is."""
        self._state.set("example", ",".join(dict.fromkeys((*example.left(self._state.texts()), field))))

    def keep(self) -> dict[str, str]:
        """Return the form's texts, and keep them in the address. Called when all has been drawn."""
        unread = {field: str(mistake.value) for field, mistake in self.unread.items()}
        texts = self._state.keep(unread, form.blank(self._state.texts()))
        if form.days_read(texts):
            st.session_state[SETTLED] = texts
        example_view.note(texts)
        return texts

    def _read(self, field: str, text: str) -> object:
        """A text of the form as its widget's value: amounts and days as the reader writes them."""
        if field in form.AMOUNTS:
            return self.language.amount(text)
        if field in form.DAYS:
            return self.language.typed_day(read_day(text)) if is_day(text) else text
        return form.read(field, text, self.tariff)

    def _changed(self, *fields: str) -> None:
        """Fill in what follows from fields just changed, and stop complaining about what a link had in them."""
        for field in fields:
            st.session_state[UNREAD].pop(field, None)
            if field in form.DAYS:
                # As it is understood, for everybody to see.
                self._state.set(field, self._state.texts()[field])
        texts = self._state.texts()
        self._state.set("example", example.without(texts, fields))
        for name, text in form.refilled(texts, st.session_state[SETTLED], self.tariff, fields).items():
            self._state.set(name, text)


def is_day(text: str) -> bool:
    """Whether a text can be read as a day."""
    try:
        return bool(read_day(text))
    except NoDayError:
        return False


def _write(field: str, value: object) -> str:
    text = as_text(value)
    return form.day_text(text, clock.today()) if field in form.DAYS else text
