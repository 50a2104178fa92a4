"""The whole bill of a quote: what is added and given beside the rules is typed here, and what it all comes to.

What is typed stays in the session, under `KEPT`: it goes into no address and no link.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import streamlit as st

from core import datafiles
from core.ground import clock
from core.ground.messages import FieldError, InputError
from core.language import Language
from core.offer import wording
from core.offer.bill import OUTSIDE, Bill, BillLine, bill
from core.offer.extras import MOST_LINES, NONE, Extras, check_count, is_blank, parse_line
from core.offer.promotions import Promotions
from core.pricing.money import to_decimal
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from pages.parts.quote import example, unpriced
from pages.parts.shared.form_state import default
from pages.parts.shared.words import plain

KEPT = "_extras"
"""The session's key of what is typed: `rows` (texts by number), `promotion` (its code)."""
CODE = "promotion"
_PREFIX = "bill_"
_MOST_TOLD = 10
"""Promotions told of beside the field of the code."""

Mistakes = Mapping[str, Sequence[FieldError]]
"""By the number of a row, CODE, or "" for all of it."""


def extras(quote: Quote, tariff: Tariff) -> Extras:
    """Return what is charged and given beside the rules of a quote; raises InputError where something does not read.

    A promotion is given today, or not at all.
    """
    if not _typed():
        return NONE
    read, mistakes = _read(quote, tariff, datafiles.promotions())
    if mistakes:
        raise InputError(*(mistake for of_one in mistakes.values() for mistake in of_one))
    return read


def clear() -> None:
    """Forget what is typed: for another client it would be wrong."""
    st.session_state.pop(KEPT, None)
    _forget_fields("")


def suggest(beside: Extras) -> None:
    """Fill in what is charged and given beside the rules, as if somebody had typed it: that of an earlier quote."""
    clear()
    rows = {
        str(number): {
            "free_label": line.label,
            "free_net": str(to_decimal(line.net)),
            "free_vat": f"{line.vat_percent:f}",
            "free_yearly": "x" if line.yearly else "",
        }
        for number, line in enumerate(beside.lines, start=1)
    }
    st.session_state[KEPT] = {"rows": rows, CODE: beside.promotions[0].code if beside.promotions else ""}


def told(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw what the answer comes to with all that is beside the rules, where there is anything."""
    t = language.text
    if not _typed():
        return
    with st.container(key="quote_beside"):
        try:
            beside = extras(quote, tariff)
            bills = [(option, bill(quote, option, beside, tariff)) for option in quote.options if option.available]
        except InputError:
            st.warning(plain(t("bill.wrong")), icon=":material/edit:")
            return
        example.said(language)
        for option, found in bills:
            values = {"gross": found.gross, "net": found.net}
            said = t("bill.told", **values)
            if len(quote.options) > 1:
                said = t("bill.told_of", option=t(f"option.{option.kind}"), **values)
            st.markdown(f":material/add_shopping_cart: {plain(said)}")
        st.caption(plain(t("bill.not_in_link")))


def bar(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw in a line, for where the answer's amounts stay in sight, what they are with all that is beside the rules."""
    t = language.text
    if not _typed():
        return
    said = t("bill.bar_without")
    if len(quote.options) == 1 and quote.options[0].available:
        with contextlib.suppress(InputError):
            said = t("bill.bar", gross=bill(quote, quote.options[0], extras(quote, tariff), tariff).gross)
    with st.container(key="quote_beside_bar"):
        st.markdown(f":small[{plain(said)}]")


def draw(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw the fields of what is beside the rules, and below them the bill: now, and within a year."""
    t = language.text
    st.caption(plain(t("bill.intro")))
    try:
        promotions = datafiles.promotions()
    except InputError as error:
        st.error(t("bill.promotions_broken"), icon=":material/error:")
        for mistake in error.errors:
            st.text(language.mistake(mistake))
        return
    beside, mistakes = _read(quote, tariff, promotions)
    fields = _Fields(language)
    with st.container(key="quote_extras"):
        _draw_fields(fields, quote, beside, mistakes, promotions)
    with st.container(key="quote_bill"):
        if mistakes:
            st.caption(plain(t("bill.waits")))
        elif options := {option.kind.value: option for option in quote.options if option.available}:
            option = _chosen(options, language)
            whole(bill(quote, option, beside, tariff), quote.holds_on, beside, language)
        else:
            st.markdown(plain(t("offer.none")))
    keyboards = {key: "decimal" for key in fields.shown if "free_net" in key}
    unpriced.shown_for("bill", fields.shown, language, keyboards)


def _chosen(options: Mapping[str, Option], language: Language) -> Option:
    """Return the way whose bill is drawn, asked for where there are several."""
    if len(options) == 1:
        return next(iter(options.values()))
    key = f"{_PREFIX}{language.code}_option"
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    label = language.field("offer_option")
    return options[
        st.selectbox(label, list(options), key=key, format_func=lambda kind: language.text(f"option.{kind}"))
    ]


# -- what is typed


def _kept() -> dict[str, Any]:
    found: dict[str, Any] = st.session_state.setdefault(KEPT, {"rows": {}, CODE: ""})
    return found


def _typed() -> bool:
    kept = _kept()
    return bool(kept[CODE].strip()) or not all(is_blank(row) for row in kept["rows"].values())


def _read(quote: Quote, tariff: Tariff, promotions: Promotions) -> tuple[Extras, Mistakes]:
    """Return what reads, and what does not."""
    kept = _kept()
    mistakes: dict[str, Sequence[FieldError]] = {}
    lines, given = [], ()
    rates = _rates(quote, promotions)
    for number, row in kept["rows"].items():
        if is_blank(row):
            continue
        try:
            lines.append(parse_line({**row, "free_vat": row.get("free_vat") or f"{rates[0]:f}"}, rates))
        except InputError as error:
            mistakes[number] = error.errors
    try:
        check_count(lines)
    except InputError as error:
        mistakes[""] = error.errors
    if kept[CODE].strip():
        try:
            given = (promotions.by_code(kept[CODE], clock.today(), quote.request.target, tariff),)
        except InputError as error:
            mistakes[CODE] = error.errors
    return Extras(tuple(lines), given), mistakes


def _rates(quote: Quote, promotions: Promotions) -> tuple[Decimal, ...]:
    # The rules' own rate is what most lines have.
    return promotions.rates(quote.options[0].vat_percent)


@dataclass
class _Fields:
    """Draws fields whose texts are kept in the session, and notes what they show, by their keys."""

    language: Language
    shown: dict[str, str] = field(default_factory=dict)

    def text(self, into: dict[str, str], name: str, number: str = "", **options: Any) -> None:
        key = self._begin(name, number, into.get(name, ""))
        st.text_input(**self._common(into, name, key), **default(st.session_state[key]), **options)
        self.shown[key] = st.session_state[key]

    def choice(self, into: dict[str, str], name: str, number: str, names: Mapping[str, str], **options: Any) -> None:
        first = next(iter(names))
        key = self._key(name, number)
        if st.session_state.get(key) not in names:
            st.session_state.pop(key, None)
        self._begin(name, number, into[name] if into.get(name) in names else first)
        st.selectbox(
            options=list(names),
            format_func=names.get,
            **self._common(into, name, key),
            **default(st.session_state[key], names),
            **options,
        )
        self.shown[key] = names[st.session_state[key]]

    def switch(self, into: dict[str, str], name: str, number: str, **options: Any) -> None:
        key = self._begin(name, number, bool(into.get(name)))
        st.checkbox(**self._common(into, name, key), **default(st.session_state[key]), **options)

    def _key(self, name: str, number: str) -> str:
        return f"{_PREFIX}{self.language.code}_{name}_{number}"

    def _begin(self, name: str, number: str, value: object) -> str:
        key = self._key(name, number)
        st.session_state.setdefault(key, value)
        return key

    def _common(self, into: dict[str, str], name: str, key: str) -> dict[str, Any]:
        return {"label": self.language.field(name), "key": key, "on_change": _keep, "args": (into, name, key)}


def _keep(into: dict[str, str], name: str, key: str) -> None:
    value = st.session_state[key]
    into[name] = value if isinstance(value, str) else "x" if value else ""


def _draw_fields(fields: _Fields, quote: Quote, beside: Extras, mistakes: Mistakes, promotions: Promotions) -> None:
    """Draw the code and the rows, what is wrong with each below it."""
    language, kept = fields.language, _kept()
    t = language.text
    fields.text(kept, CODE, placeholder=t("offer.not_required"), help=_on_offer(quote, promotions, language))
    for promotion in beside.promotions:
        st.caption(f":material/check: {plain(t('bill.given', name=promotion.name, until=promotion.valid_until))}")
    if beside.samples:
        st.caption(plain(t("promotion.samples")))
    _wrong(mistakes.get(CODE, ()), language)
    rates = {f"{rate:f}": f"{language.value(rate)}%" for rate in _rates(quote, promotions)}
    for number, row in kept["rows"].items():
        with st.container(border=True):
            fields.text(row, "free_label", number)
            with st.container(horizontal=True, vertical_alignment="bottom"):
                fields.text(row, "free_net", number, width=130)
                fields.choice(row, "free_vat", number, rates, width=100)
                fields.switch(row, "free_yearly", number, width="content")
                st.button(
                    t("bill.remove"),
                    key=f"{_PREFIX}remove_{number}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=_remove,
                    args=(number,),
                )
            _wrong(mistakes.get(number, ()), language)
    st.button(
        t("bill.add"),
        key=f"{_PREFIX}add",
        icon=":material/add:",
        on_click=_add,
        disabled=len(kept["rows"]) >= MOST_LINES,
    )
    _wrong(mistakes.get("", ()), language)


def _on_offer(quote: Quote, promotions: Promotions, language: Language) -> str:
    """Return which promotions can be given today for the target."""
    t, target = language.text, quote.request.target
    held = [one for one in promotions.valid_on(clock.today()) if not one.packages or target in one.packages]
    if not held:
        return plain(t("bill.none_can_be_given"))
    said = "; ".join(f"{one.code}: {wording.off(one, language)}" for one in held[:_MOST_TOLD])
    return plain(t("bill.can_be_given", promotions=said))


def _wrong(mistakes: Sequence[FieldError], language: Language) -> None:
    for mistake in mistakes:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")


def _add() -> None:
    rows = _kept()["rows"]
    rows[str(max(map(int, rows), default=0) + 1)] = {}


def _remove(number: str) -> None:
    _kept()["rows"].pop(number, None)
    # The next row may get its number, and would have its texts.
    _forget_fields(f"_{number}")


def _forget_fields(end: str) -> None:
    for key in [str(key) for key in st.session_state]:
        if key.startswith(_PREFIX) and key.endswith(end):
            del st.session_state[key]


# -- what it comes to


def whole(found: Bill, day: dt.date, beside: Extras, language: Language) -> None:
    """Draw a bill: what is due on the day of the change, and what falls due within the year."""
    t = language.text
    st.subheader(t("bill.due_now", day=day), anchor=False)
    with st.container(border=True):
        groups = {
            "bill.rules": [line for line in found.lines if line.kind not in OUTSIDE],
            "bill.outside": [line for line in found.lines if line.kind in OUTSIDE],
        }
        for heading, lines in groups.items():
            if beside and lines:
                st.caption(plain(t(heading)))
            for line in lines:
                _line(line, language)
        _amount(t("quote.net"), found.net, language)
        for vat in found.vats:
            label = t("quote.vat", percent=vat.percent)
            if len(found.vats) > 1:
                label = t("bill.vat_of", vat=label, net=vat.net)
            _amount(plain(label), vat.vat, language)
        _amount(f"**{t('quote.gross')}**", found.gross, language, strong=True)
    _year(found, beside, language)


def _year(found: Bill, beside: Extras, language: Language) -> None:
    t = language.text
    st.subheader(t("bill.year"), anchor=False)
    with st.container(border=True):
        for due in found.year:
            _amount(plain(f"{language.value(due.day)} · {language.value(due.label)}"), due.gross, language)
        _amount(f"**{t('bill.year_gross')}**", found.year_gross, language, strong=True)
    st.caption(plain(t("bill.year_note")))
    if beside.yearly:
        st.caption(plain(t("bill.again", net=beside.yearly, day=found.next_year)))


def _line(line: BillLine, language: Language) -> None:
    _amount(f"**{plain(language.value(line.label))}**", line.net, language, strong=True)
    if line.working is not None:
        st.caption(plain(language.text(line.working)))


def _amount(label: str, amount: int | None, language: Language, *, strong: bool = False) -> None:
    text = plain(language.money(amount) if amount is not None else language.text("bill.unknown"))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small", wrap=False):
        st.markdown(label, width="stretch")
        st.markdown(f"**{text}**" if strong else text, width="content")
