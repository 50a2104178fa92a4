"""What the page of figures is asked: the filters on top and the questions beside their figures, all in the address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from core.flow import asked, wanted
from core.flow.history import GROUPS, Item
from core.ground.messages import FieldError
from core.language import Language
from core.migration.listing import NOBODY
from core.migration.people import Team
from core.pricing.tariff import FeeTier
from pages.parts.flow import session_keys
from pages.parts.shared import day_field, mistakes
from pages.parts.shared.form_state import FormState, as_text

_DAYS = ("since", "until", "by")
_FIELDS = (*wanted.FIELDS, *asked.FIELDS)
_WIDTH = 155
"""Pixels of a filter: five beside each other on a screen, two on a phone."""


class FlowForm:
    """The form of the page; `wanted` and `asked` are what its texts say, as far as they read."""

    def __init__(
        self, tiers: Sequence[FeeTier], items: Collection[Item], team: Team, today: date, language: Language
    ) -> None:
        self._language = language
        self._sizes = wanted.sizes(tiers)
        self._owners = {person.id: person.name for person in team.people}
        self._owners |= {i.owner: i.owner for i in items if i.owner and i.owner not in self._owners}
        self._options = {
            "size": ["", *self._sizes],
            "owner": ["", *self._owners, NOBODY],
            "group": ["", *GROUPS],
        }
        self._state = FormState("flow", language.code, _FIELDS, self._read, write=_write)
        texts = self._texts()
        self.wanted, of_filters = wanted.parse(texts, tiers, self._owners)
        self.asked, of_questions = asked.parse(texts, today)
        self._errors = [_told(error) for error in of_filters]
        self._questions: dict[str, FieldError] = {error.field: _told(error) for error in of_questions}

    def _read(self, field: str, text: str) -> object:
        if field in self._options:
            return text if text in self._options[field] else ""
        return day_field.shown(asked.iso_day(text) or text) if field in _DAYS else text

    def _texts(self) -> dict[str, str]:
        """Return the texts of the form; what of an address no widget can hold stays in them until it is changed."""
        arrived = self._state.arrived()
        if arrived is not None:
            self._state.fill(dict.fromkeys(_FIELDS, "") | arrived)
            lost = {field: text for field, text in arrived.items() if not self._holds(field, text)}
            st.session_state[session_keys.UNREAD] = lost
        unread: dict[str, str] = st.session_state[session_keys.UNREAD]
        for field in self._options:
            # Whoever owned the last of their migrations is no option any more.
            text = st.session_state[self._state.key(field)]
            if not self._holds(field, text):
                unread[field], st.session_state[self._state.key(field)] = text, ""
        return {**self._state.keep(unread, ()), **unread}

    def _holds(self, field: str, text: str) -> bool:
        return not text or field in _DAYS or str(self._read(field, text)) == text

    def filters(self) -> None:
        """Draw the filters, and below them what of the address no figure understands."""
        language = self._language
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for field in wanted.FIELDS:
                if field in self._options:
                    self._draw(
                        st.selectbox,
                        field,
                        options=self._options[field],
                        format_func=lambda id, field=field: self._option(field, id),
                        width=_WIDTH,
                    )
                else:
                    self.day(field, width=_WIDTH, help=language.text("flow.period.help"))
        mistakes.draw(self._errors, language)

    def _option(self, field: str, id: str) -> str:
        t = self._language.text
        if not id:
            return t(f"flow.any.{field}")
        if field == "owner":
            return t("board.nobody") if id == NOBODY else self._owners.get(id, id)
        if field == "group":
            return t(f"flow.group.{id}")
        first, last = self._sizes[id]
        if first == last:
            return t("flow.size.exact", domains=first)
        return t("board.size.range", first=first, last=last) if last else t("board.size.from", first=first)

    def number(self, field: str, usual: object = "", **options: object) -> None:
        """Draw a question whose answer is a number, with what it is when left blank."""
        self._draw(st.text_input, field, placeholder=str(usual), **options)

    def day(self, field: str, **options: object) -> None:
        """Draw a day to be chosen."""
        self._draw(day_field.day_field, field, **options)

    def mistakes(self, *fields: str) -> None:
        """Say what is wrong with questions."""
        mistakes.draw((self._questions[field] for field in fields if field in self._questions), self._language)

    def wrong(self, *fields: str) -> bool:
        """Whether a question does not read: no answer to another one may stand below it."""
        return any(field in self._questions for field in fields)

    def asks(self, *questions: str) -> bool:
        """Whether one of these questions is asked, in words that read or not."""
        return any(st.session_state[self._state.key(field)] or field in self._questions for field in questions)

    def keep_questions(self, *questions: str) -> None:
        """Keep the values of questions in a room where they are not drawn, and say what is wrong with them."""
        for field in questions:
            key = self._state.key(field)
            st.session_state[key] = st.session_state[key]
        self.mistakes(*questions)

    @property
    def narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(wanted.to_link(self.wanted)) or bool(self._errors)

    def clear(self) -> None:
        """Leave nothing out."""
        for field in wanted.FIELDS:
            self._state.set(field, "")
            self._changed(field)

    def board_query(self) -> Mapping[str, str]:
        """Return the filters that the board knows as well, as its address has them."""
        return {field: text for field, text in wanted.to_link(self.wanted).items() if field in ("size", "owner")}

    def _draw(self, widget: object, field: str, **options: object) -> None:
        label = self._language.field(f"flow.{field}")
        self._state.draw(widget, field, label, on_change=self._changed, args=(field,), **options)

    def _changed(self, field: str) -> None:
        st.session_state[session_keys.UNREAD].pop(field, None)


def _write(field: str, value: object) -> str:
    """Return a widget's value as the address has it: of a day, 2026-11-30."""
    text = as_text(value)
    return as_text(day_field.read(text)).strip() if field in _DAYS else text


def _told(error: FieldError) -> FieldError:
    return replace(day_field.in_field(error), field=f"flow.{error.field}")
