"""The calculator's form: its fields, what follows from which, and which of them are still the example's.

Which text follows from which others is the core's to say (`core.pricing.form`); here they are asked for and kept.
"""

from collections.abc import Mapping

import streamlit as st

from core.ground import clock
from core.ground.messages import FieldError
from core.language import Language
from core.pricing import calendar, example, form
from core.pricing.paid_term import OTHER
from core.pricing.said import SAID
from core.pricing.sold import paid_periods, sold_periods
from core.pricing.tariff import Tariff
from core.pricing.typed_day import NoDayError, read_day
from pages.parts.quote import example as example_view
from pages.parts.quote.day_field import calendar_button
from pages.parts.shared.form_state import FormState, as_text

_UNREAD = "_quote_unread"
_SETTLED = "_quote_settled"
_OPENED = "_quote_link"
_BY_HAND = "_quote_by_hand"

_KEYBOARDS = {
    **dict.fromkeys(
        ("term_start", "valid_until", "change_on", "agreed_on", "price_net", "target_price_net"), "decimal"
    ),
    **dict.fromkeys(("domains", "mailboxes"), "numeric"),
    "disk_gb": "decimal",
}
"""What a phone offers to type with: no letters where there are none."""


class QuoteForm:
    """The form in the session and in the address, under the widget keys `quote_<language>_<field>`."""

    def __init__(self, tariff: Tariff, language: Language) -> None:
        self._tariff = tariff
        self._language = language
        self._names = {p.id: f"{p.name} · {language.text(f'group.{p.group}')}" for p in tariff.packages}
        self._state = FormState("quote", language.code, form.FIELDS, self._read, write=_write)
        self._shown: dict[str, str] = {}
        arrived = self._state.arrived()
        if arrived is not None:
            self._open(arrived)

    def _open(self, arrived: Mapping[str, str]) -> None:
        known = _OPENED in st.session_state
        came_back = known and arrived.items() <= {**self._state.saved, **self._state.unread}.items()
        given, unread = form.readable(arrived, self._tariff)
        texts = form.complete(given, self._tariff, clock.today())
        self._state.fill(texts)
        st.session_state[_UNREAD] = unread
        st.session_state[_SETTLED] = texts
        said = {name: st.query_params.pop(name) for name in SAID if name in st.query_params}
        # The form that comes back, in another language or from another page, is still that of the link that opened it.
        if said or not came_back:
            st.session_state[_OPENED] = {**arrived, **said}

    @property
    def opened_with(self) -> Mapping[str, str]:
        """The link that the form was opened with, with what it said by itself."""
        found: Mapping[str, str] = st.session_state[_OPENED]
        return found

    @property
    def unread(self) -> Mapping[str, FieldError]:
        """What a link had that no field could hold, by field, until somebody changes the field."""
        found: dict[str, FieldError] = st.session_state[_UNREAD]
        return found

    @property
    def shown(self) -> Mapping[str, str]:
        """The key of each field's widget -> the text that it shows."""
        return self._shown

    @property
    def keyboards(self) -> Mapping[str, str]:
        """The key of a field's widget -> the `inputmode` that suits it."""
        return {self._state.key(field): mode for field, mode in _KEYBOARDS.items()}

    def adopt(self, **texts: str) -> None:
        """Set fields as if somebody had typed into them."""
        for field, text in texts.items():
            self._state.set(field, text)
        self._changed(*texts)

    def follow(self) -> None:
        """Buy the target for the period that follows the running term, as where nobody has chosen one."""
        if months := form.followed_period(self._state.texts(), self._tariff):
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
            st.session_state[_SETTLED] = texts
        example_view.note(texts)
        return texts

    def draw(self) -> None:
        """Draw the fields."""
        t = self._language.text
        texts = self._state.texts()
        st.subheader(t("quote.now"), anchor=False)
        self._choice(st, "package", list(self._names), self._names)
        a, b = st.columns(2)
        self._day(a, "valid_until", help=t("quote.valid_until.help"))
        self._paid_for(b, texts)
        self._text(st, "price_net", help=t("quote.price_net.help"))

        st.subheader(t("quote.change"), anchor=False)
        self._choice(st, "target", list(self._names), self._names)
        a, b = st.columns(2)
        self._day(a, "change_on", help=t("quote.change_on.help"))
        self._period(b, texts)

        st.subheader(t("quote.resources"), anchor=False)
        # Text, not number inputs: those keep the old number, and its price, when what is typed does not fit.
        for place, field in zip(
            st.columns(3, vertical_alignment="bottom"), ("domains", "mailboxes", "disk_gb"), strict=True
        ):
            self._text(place, field)

        # Once open it stays open, so that clearing a field does not close it under somebody's hands.
        if any(texts[field] for field in ("service_start", "target_price_net", "adjust", "adjust_reason", "agreed_on")):
            st.session_state[_BY_HAND] = True
        with st.expander(t("quote.by_hand"), expanded=_BY_HAND in st.session_state):
            self._day(st, "service_start", help=t("quote.service_start.help"))
            self._text(st, "target_price_net", help=t("quote.target_price_net.help"))
            self._text(st, "adjust", placeholder="-10%", help=t("quote.adjust.help"))
            self._text(st, "adjust_reason", help=t("quote.adjust_reason.help"))
            self._day(st, "agreed_on", help=t("quote.agreed_on.help"))

    def _paid_for(self, place, texts: Mapping[str, str]) -> None:
        t = self._language.text
        chosen = texts["paid_months"]
        months = sorted({*paid_periods(texts["package"], self._tariff), *([] if chosen == OTHER else [int(chosen)])})
        names = {**{str(n): t("quote.months", count=n) for n in months}, OTHER: t("quote.paid_other")}
        self._choice(place, "paid_months", list(names), names, marked="term_start")
        if chosen == OTHER:
            self._day(place, "term_start")
        elif form.days_read(texts):
            place.caption(t("quote.paid_from", day=read_day(texts["term_start"])))

    def _period(self, place, texts: Mapping[str, str]) -> None:
        t = self._language.text
        period = int(texts["target_period_months"])
        sold: tuple[int, ...] = ()
        if form.days_read(texts):
            sold = sold_periods(texts["target"], read_day(texts["change_on"]), self._tariff)
        names = {months: t("quote.months", count=months) for months in sorted({*sold, period})}
        self._choice(place, "target_period_months", list(names), names)
        followed = form.followed_period(texts, self._tariff)
        if followed not in (None, period):
            place.caption(t("quote.period_other", months=t("quote.months", count=followed)))

    def _text(self, place, field: str, **options) -> None:
        self._draw(place.text_input, field, **options)
        self._shown[self._state.key(field)] = as_text(self._state.value(field))

    def _choice(self, place, field: str, options: list, names: Mapping, marked: str = "") -> None:
        self._draw(
            place.selectbox, field, marked=marked, options=options, format_func=lambda id: names.get(id, str(id))
        )
        self._shown[self._state.key(field)] = names[self._state.value(field)]

    def _day(self, place, field: str, **options) -> None:
        key = f"quote_day_{field}"
        with place.container(key=key, horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            self._text(st, field, **options)
            text = self._state.texts()[field]
            calendar_button(
                self._language.text("quote.calendar", field=self._language.field(field)),
                day=text if _is_day(text) else "",
                first=str(calendar.FIRST_DATE),
                last=str(calendar.LAST_DATE),
                key=f"{self._state.key(field)}_calendar",
                on_pick=lambda day: self.adopt(**{field: day}),
            )

    def _draw(self, widget, field: str, *, marked: str = "", **options) -> None:
        name = self._language.field(field)
        label = example_view.label(marked or field, name, self._state.texts(), self._language)
        self._state.draw(widget, field, label, on_change=self._changed, args=(field,), **options)

    def _read(self, field: str, text: str) -> object:
        """A text of the form as its widget's value: amounts and days as the reader writes them."""
        if field in form.AMOUNTS:
            return self._language.amount(text)
        if field in form.DAYS:
            return self._language.typed_day(read_day(text)) if _is_day(text) else text
        return form.read(field, text, self._tariff)

    def _changed(self, *fields: str) -> None:
        """Fill in what follows from fields just changed, and stop complaining about what a link had in them."""
        for field in fields:
            st.session_state[_UNREAD].pop(field, None)
            if field in form.DAYS:
                # As it is understood, for everybody to see.
                self._state.set(field, self._state.texts()[field])
        texts = self._state.texts()
        self._state.set("example", example.without(texts, fields))
        for name, text in form.refilled(texts, st.session_state[_SETTLED], self._tariff, fields).items():
            self._state.set(name, text)


def _is_day(text: str) -> bool:
    try:
        return bool(read_day(text))
    except NoDayError:
        return False


def _write(field: str, value: object) -> str:
    text = as_text(value)
    return form.day_text(text, clock.today()) if field in form.DAYS else text
