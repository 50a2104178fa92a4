"""The whole bill of a quote: what is added and given beside the rules is typed here, and what it all comes to.

What is typed stays in the session, under `KEPT`: it goes into no address and no link.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from core import clock, datafiles
from core.language import Language
from core.messages import FieldError, InputError
from core.pricing.money import to_decimal
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from core.quotes.bill import OUTSIDE, Bill, BillLine, bill
from core.quotes.extras import MOST_LINES, NONE, Extras, check_count, is_blank, parse_line
from core.quotes.promotions import Promotions
from pages.parts.form_state import default
from pages.parts.words import plain

KEPT = "_extras"
"""The session's key of what is typed: `rows` (texts by number), `code`."""


def extras(quote: Quote, tariff: Tariff) -> Extras:
    """Return what is charged and given beside the rules of a quote; raises InputError where something does not read.

    A promotion is given today, or not at all.
    """
    read, mistakes = _read(quote, tariff)
    if mistakes:
        raise InputError(*(mistake for of_one in mistakes.values() for mistake in of_one))
    return read


def clear() -> None:
    """Forget what is typed: for another client it would be wrong."""
    st.session_state.pop(KEPT, None)
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]


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
    try:
        bills = [(option, bill(quote, option, extras(quote, tariff), tariff)) for option in _available(quote)]
    except InputError:
        st.warning(plain(t("bill.wrong")), icon=":material/edit:")
        return
    for option, found in bills:
        values = {"gross": found.gross, "net": found.net}
        said = t("bill.told", **values)
        if len(quote.options) > 1:
            said = f"{t(f'option.{option.kind}')}: {said}"
        st.markdown(f":material/add_shopping_cart: {plain(said)}")
    st.caption(plain(t("bill.not_in_link")))


def draw(quote: Quote, tariff: Tariff, language: Language) -> None:
    """Draw the fields of what is beside the rules, and below them the bill: now, and within a year."""
    t = language.text
    st.caption(plain(t("bill.intro")))
    read, mistakes = _fields(quote, tariff, language)
    options = {option.kind.value: option for option in _available(quote)}
    if not options:
        st.markdown(plain(t("offer.none")))
    elif mistakes:
        st.caption(plain(t("bill.waits")))
    else:
        option = next(iter(options.values()))
        if len(options) > 1:
            key = f"{_PREFIX}{language.code}_option"
            if st.session_state.get(key) not in options:
                st.session_state.pop(key, None)
            kind = st.selectbox(
                language.field("offer_option"), list(options), key=key, format_func=lambda kind: t(f"option.{kind}")
            )
            option = options[kind]
        _bill(bill(quote, option, read, tariff), quote.holds_on, read, language)


# -- what is typed

_PREFIX = "bill_"
CODE = "promotion"


def _kept() -> dict:
    found: dict = st.session_state.setdefault(KEPT, {"rows": {}, CODE: ""})
    return found


def _typed() -> bool:
    kept = _kept()
    return bool(kept[CODE].strip()) or not all(is_blank(row) for row in kept["rows"].values())


def _available(quote: Quote) -> list[Option]:
    return [option for option in quote.options if option.available]


def _promotions() -> Promotions:
    """Return the promotions; raises InputError where their file has mistakes."""
    return datafiles.promotions()


def _read(quote: Quote, tariff: Tariff) -> tuple[Extras, dict[str, tuple[FieldError, ...]]]:
    """Return what reads, and what does not by the row's number, CODE or "" for all of it."""
    kept = _kept()
    if not _typed():
        return NONE, {}
    try:
        promotions = _promotions()
    except InputError as error:
        return NONE, {"": error.errors}
    mistakes: dict[str, tuple[FieldError, ...]] = {}
    lines = []
    rates = promotions.rates(_standard(quote))
    for number, row in kept["rows"].items():
        if is_blank(row):
            continue
        try:
            lines.append(parse_line({**row, "free_vat": row.get("free_vat") or f"{rates[0]:f}"}, rates))
        except InputError as error:
            mistakes[number] = error.errors
    given = ()
    if kept[CODE].strip():
        try:
            given = (promotions.by_code(kept[CODE], clock.today(), quote.request.target, tariff),)
        except InputError as error:
            mistakes[CODE] = error.errors
    try:
        check_count(lines)
    except InputError as error:
        mistakes[""] = error.errors
    return Extras(tuple(lines), given), mistakes


def _standard(quote: Quote) -> Decimal:
    """Return the VAT rate of what the rules charge."""
    return quote.options[0].vat_percent


def _fields(quote: Quote, tariff: Tariff, language: Language) -> tuple[Extras, Mapping[str, Sequence[FieldError]]]:
    """Draw the fields, each row's mistakes below it, and return what reads and what does not."""
    t = language.text
    kept = _kept()
    try:
        promotions = _promotions()
    except InputError as error:
        st.error(t("bill.promotions_broken"), icon=":material/error:")
        for mistake in error.errors:
            st.text(language.mistake(mistake))
        return NONE, {"": error.errors}
    rates = [f"{rate:f}" for rate in promotions.rates(_standard(quote))]
    read, mistakes = _read(quote, tariff)
    _text(kept, CODE, language, placeholder=t("offer.not_required"))
    for promotion in read.promotions:
        st.caption(f":material/check: {plain(t('bill.given', name=promotion.name, until=promotion.valid_until))}")
    if promotions.samples and kept[CODE]:
        st.caption(plain(t("promotion.samples")))
    _wrong(mistakes.get(CODE, ()), language)
    for number, row in kept["rows"].items():
        with st.container(border=True):
            _row(number, row, rates, language)
            _wrong(mistakes.get(number, ()), language)
    st.button(
        t("bill.add"),
        key=f"{_PREFIX}add",
        icon=":material/add:",
        on_click=_add,
        disabled=len(kept["rows"]) >= MOST_LINES,
    )
    _wrong(mistakes.get("", ()), language)
    return read, mistakes


def _wrong(mistakes: Sequence[FieldError], language: Language) -> None:
    for mistake in mistakes:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")


def _row(number: str, row: dict[str, str], rates: list[str], language: Language) -> None:
    t = language.text
    _text(row, "free_label", language, number)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _text(row, "free_net", language, number, width=130)
        key = _key(language, "free_vat", number)
        if st.session_state.get(key) not in rates:
            st.session_state.pop(key, None)
        chosen = row.get("free_vat") if row.get("free_vat") in rates else rates[0]
        st.session_state.setdefault(key, chosen)
        st.selectbox(
            language.field("free_vat"),
            rates,
            key=key,
            format_func=lambda rate: f"{language.value(Decimal(rate))}%",
            on_change=_keep,
            args=(row, "free_vat", key),
            width=100,
            **default(st.session_state[key], rates),
        )
        key = _key(language, "free_yearly", number)
        st.session_state.setdefault(key, bool(row.get("free_yearly")))
        with st.container(width="content", height=40, vertical_alignment="center"):
            st.checkbox(
                language.field("free_yearly"),
                key=key,
                on_change=_keep,
                args=(row, "free_yearly", key),
                **default(st.session_state[key]),
            )
        st.button(
            "",
            key=f"{_PREFIX}remove_{number}",
            icon=":material/delete:",
            help=t("bill.remove"),
            on_click=_remove,
            args=(number,),
        )


def _text(into: dict[str, str], field: str, language: Language, number: str = "", **options) -> None:
    key = _key(language, field, number)
    st.session_state.setdefault(key, into.get(field, ""))
    st.text_input(
        language.field(field),
        key=key,
        on_change=_keep,
        args=(into, field, key),
        **default(st.session_state[key]),
        **options,
    )


def _key(language: Language, field: str, number: str) -> str:
    return f"{_PREFIX}{language.code}_{field}_{number}"


def _keep(into: dict[str, str], field: str, key: str) -> None:
    value = st.session_state[key]
    into[field] = value if isinstance(value, str) else "x" if value else ""


def _add() -> None:
    rows = _kept()["rows"]
    rows[str(max(map(int, rows), default=0) + 1)] = {}


def _remove(number: str) -> None:
    _kept()["rows"].pop(number, None)


# -- what it comes to


def _bill(found: Bill, day: dt.date, beside: Extras, language: Language) -> None:
    t = language.text
    st.subheader(t("bill.due_now", day=day), anchor=False)
    with st.container(border=True):
        groups = {
            "bill.rules": [line for line in found.lines if line.kind not in OUTSIDE],
            "bill.outside": [line for line in found.lines if line.kind in OUTSIDE],
        }
        for heading, lines in groups.items():
            if lines:
                if beside:
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
            label = plain(f"{language.value(due.day)} · {language.value(due.label)}")
            _amount(label, due.gross, language)
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
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(label, width="stretch")
        st.markdown(f"**{text}**" if strong else text, width="content")
