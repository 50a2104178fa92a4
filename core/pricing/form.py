"""The calculator's form as text: what a person types or a link carries, and how it becomes a request.

Form texts are keyed like the request's fields, plus `adjust` ("-10%", "25,50"), `adjust_reason`, `agreed_on` (the day
agreed for the work, which changes no price), `paid_months` (for how long the term was paid, from which its start
follows) and `example` (what nobody has typed yet). A link is the same texts as a query string: one parser reads both.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.text_limits import bounded
from core.ground.validation import error_message, input_error
from core.pricing import calendar, example
from core.pricing.money import parse_amount, to_decimal
from core.pricing.packages_sold import paid_periods, sold_periods
from core.pricing.paid_term import OTHER, paid_months, start_of
from core.pricing.quote import Quote
from core.pricing.quoted_result import written
from core.pricing.request import (
    COLUMNS,
    LONGEST_REASON,
    REQUIRED_COLUMNS,
    Adjustment,
    QuoteRequest,
    parse_request,
    read_whole,
)
from core.pricing.situation import Change, Situation
from core.pricing.tariff import NOT_SOLD, Tariff
from core.pricing.tariff_file import DEFAULT_PERIOD_MONTHS, MAX_PERIOD_MONTHS
from core.pricing.term import NO_ANCHOR
from core.pricing.typed_day import NoDayError, read_day

DAYS = ("term_start", "valid_until", "change_on", "agreed_on", "service_start")
"""The texts that are days: 2027-04-30, or as a person writes them."""

AMOUNTS = ("price_net", "target_price_net")
"""The texts that are amounts of money."""

FIELDS = (*COLUMNS, "adjust", "adjust_reason", "agreed_on", "paid_months", "example")
"""Every text of the form."""

_TERM = ("package", "term_start", "valid_until", "service_start")
_PRICED_DAYS = ("term_start", "valid_until", "change_on", "service_start")

_SIGN = {"-": -1, "−": -1, "+": 1, "": 1}


def parse_form(texts: Mapping[str, str], tariff: Tariff) -> QuoteRequest:
    """Return the request typed into the form; raises InputError with every field that does not read.

    Amounts may be written as 12,50 or 12.50, with or without zł. A contract price that is just the one the form
    filled in counts as not given, so that a term the list has no period for is still priced exactly.
    """
    # A count left blank is not a zero: with it, a migration would be free and a downgrade would fit.
    errors = [FieldError(name, "", Message("error.missing")) for name in blank(texts)]
    values: dict[str, object] = {}
    for name in COLUMNS:
        try:
            if text := bounded(texts.get(name, ""), name):
                values[name] = text
        except InputError as error:
            errors.extend(error.errors)
    for name in DAYS:
        try:
            if text := bounded(texts.get(name, ""), name):
                values[name] = read_day(text)
        except InputError as error:
            errors.extend(e for e in error.errors if name not in COLUMNS)
        except NoDayError as error:
            errors.append(FieldError(name, text, error.message))
            values.pop(name, None)
    values.pop("agreed_on", None)
    for name in AMOUNTS:
        if name in values:
            try:
                values[name] = to_decimal(parse_amount(str(values[name])))
            except ValueError:
                errors.append(FieldError(name, texts[name], Message("error.amount")))
                del values[name]
    if "disk_gb" in values:
        values["disk_gb"] = "".join(str(values["disk_gb"]).split()).replace(",", ".").removesuffix("GB")
    try:
        if adjustment := parse_adjustment(texts.get("adjust", ""), texts.get("adjust_reason", "")):
            values["adjustment"] = adjustment
    except InputError as error:
        errors.extend(error.errors)
    try:
        request = parse_request(values)
    except InputError as error:
        told = {mistake.field for mistake in errors}
        # As it was typed, not as it was made ready to be read.
        others = (replace(m, value=texts.get(m.field, m.value)) for m in error.errors if m.field not in told)
        raise InputError(*errors, *others) from None
    if errors:
        raise InputError(*errors)
    filled_in = listed_price(request.package, request.term_start, request.valid_until, tariff, request.anchor)
    if filled_in is not None and request.price_net == to_decimal(filled_in):
        return request.model_copy(update={"price_net": None})
    return request


def parse_adjustment(text: str, reason: str) -> Adjustment | None:
    """Return the adjustment written as "-10%", "−50,00 zł" or "25", or None for an empty text; raises InputError."""
    text, reason = bounded(text, "adjust"), bounded(reason, "adjust_reason", told=LONGEST_REASON)
    if not text:
        return None
    sign = text[0] if text[0] in _SIGN else ""
    percent = text.endswith("%")
    try:
        amount = to_decimal(_SIGN[sign] * parse_amount(text.removeprefix(sign).removesuffix("%").strip()))
    except ValueError:
        raise InputError(FieldError("adjust", text, Message("error.adjust"))) from None
    if not reason:
        raise InputError(FieldError("adjust_reason", reason, Message("error.reason")))
    values = {"percent": amount} if percent else {"amount_net": amount}
    try:
        return Adjustment.model_validate({**values, "reason": reason})
    except ValidationError as error:
        found = input_error(error).errors
        raise InputError(
            *(
                FieldError("adjust_reason", reason, e.message)
                if e.field == "reason"
                else FieldError("adjust", text, Message("error.adjust") if percent else e.message)
                for e in found
            )
        ) from None


def listed_price(
    package: str, term_start: date, valid_until: date, tariff: Tariff, anchor: int = NO_ANCHOR
) -> Grosze | None:
    """Return the list price of a term, valid at its start and scaled to it, half up; None where there is none.

    `anchor` is the day of the month that its months are counted from, where it is known.
    """
    start, last = calendar.number(term_start), calendar.number(valid_until)
    if package not in tariff.index or not tariff.first_day <= start <= last <= calendar.number(calendar.LAST_DATE):
        return None
    place = tariff.index[package]
    s = Situation(Change(place, place, start, last, start, anchor=anchor), tariff, tariff.on(start))
    return None if s.list_price == NOT_SOLD or s.term_days <= 0 else Grosze(s.contract_price)


def link_query(quote: Quote) -> dict[str, str]:
    """Return every value of a quote as query parameters: tomorrow the same quote; and what it said, to compare with."""
    return {name: text for name, text in texts_of(quote).items() if text} | written(quote)


def texts_of(quote: Quote) -> dict[str, str]:
    """Return the form that gives a quote: every text but the agreed day, which is no part of it."""
    request = quote.request
    values: dict[str, object] = request.model_dump(exclude={"adjustment"})
    values["price_net"] = to_decimal(quote.contract_price)
    values["target_period_months"] = quote.target_period_months
    values |= {"adjust": "", "adjust_reason": ""}
    if request.adjustment:
        percent = request.adjustment.percent
        values["adjust"] = f"{percent}%" if percent is not None else request.adjustment.amount_net
        values["adjust_reason"] = request.adjustment.reason
    return {name: "" if value is None else _text(value) for name, value in values.items()}


def _text(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def complete(given: Mapping[str, str], tariff: Tariff, today: date) -> dict[str, str]:
    """Return the whole form where some texts are given: the others from an example, price and period filled in.

    What is from the example is named in the text `example`.
    """
    texts = {**dict.fromkeys(FIELDS, ""), **example.invented(tariff, today), **given}
    texts["example"] = example.missing(given)
    if days_read(texts) and texts["paid_months"] != OTHER:
        texts["paid_months"] = _paid_months(texts, tariff)
    elif texts["paid_months"] not in map(str, paid_periods(texts["package"], tariff)):
        texts["paid_months"] = OTHER
    filled_in = {"target_period_months": str(DEFAULT_PERIOD_MONTHS), **_filled_in(texts, tariff)}
    return {**texts, **{name: text for name, text in filled_in.items() if not texts[name]}}


def refilled(
    texts: Mapping[str, str], before: Mapping[str, str], tariff: Tariff, by_hand: Collection[str] = ()
) -> dict[str, str]:
    """Return the texts that change with the others, after somebody turned the form `before` into `texts`.

    The start of the term follows its end and for how long it was paid. The contract price follows package and term
    unless it was written by hand for the same package; a what-if price goes with its target. The period follows the
    running term until somebody chooses another, and a term typed anew moves it again; it is one the target is sold
    for. `by_hand` are the fields just typed, which stay as they are. While a day does not read nothing changes, and
    `before` is the form as it stood when all did.
    """
    if not days_read(texts):
        return {}
    typed = {*by_hand, *(name for name in FIELDS if texts[name] != before[name])}
    changes = _start_or_length(texts, typed, tariff)
    texts = {**texts, **changes}
    filled_in, filled_in_before = _filled_in(texts, tariff), _filled_in(before, tariff)
    # A price typed for one package must not stay on the screen for another.
    follows = texts["package"] != before["package"] or _same_amount(
        before["price_net"], filled_in_before.get("price_net", "")
    )
    fills = not texts["price_net"].strip() or (follows and "price_net" not in typed)
    if fills and not _same_amount(texts["price_net"], filled_in["price_net"]):
        changes["price_net"] = filled_in["price_net"]
    if texts["target"] != before["target"] and texts["target_price_net"] == before["target_price_net"] != "":
        changes["target_price_net"] = ""
    # A what-if price may be for a period that is on no list, and is for no other.
    if texts["target"] == before["target"] and texts["target_price_net"]:
        return changes
    followed = before["target_period_months"] == filled_in_before.get("target_period_months")
    moves = followed or any(texts.get(name) != before.get(name) for name in _TERM)
    sold = sold_periods(texts["target"], read_day(texts["change_on"]), tariff)
    fills = (moves and "target_period_months" not in typed) or int(texts["target_period_months"]) not in sold
    if fills and texts["target_period_months"] != filled_in["target_period_months"]:
        changes["target_period_months"] = filled_in["target_period_months"]
    return changes


def _start_or_length(texts: Mapping[str, str], typed: Collection[str], tariff: Tariff) -> dict[str, str]:
    """The start of the term where its end or length was typed, and its length where its start was."""
    asked = texts["paid_months"]
    if "term_start" in typed:
        # Whoever types the start keeps the field for it, unless the whole term comes from elsewhere.
        return {} if not asked.isdigit() and "valid_until" not in typed else _length(texts, tariff)
    if not (asked.isdigit() and {"valid_until", "paid_months", "service_start"} & set(typed)):
        return {}
    start = start_of(read_day(texts["valid_until"]), int(asked), _anchor(texts))
    return {} if start is None or str(start) == texts["term_start"] else {"term_start": str(start)}


def _length(texts: Mapping[str, str], tariff: Tariff) -> dict[str, str]:
    months = _paid_months(texts, tariff)
    return {} if months == texts["paid_months"] else {"paid_months": months}


def _paid_months(texts: Mapping[str, str], tariff: Tariff) -> str:
    first, last = read_day(texts["term_start"]), read_day(texts["valid_until"])
    return paid_months(texts["package"], first, last, tariff, _anchor(texts))


def followed_period(texts: Mapping[str, str], tariff: Tariff) -> int | None:
    """Return the months of the period that follows the running term; None while a day does not read."""
    filled_in = _filled_in(texts, tariff)
    return int(filled_in["target_period_months"]) if filled_in else None


def days_read(texts: Mapping[str, str]) -> bool:
    """Whether the days that everything hangs on can be read."""
    try:
        return all(read_day(texts[name]) for name in _PRICED_DAYS if name != "service_start" or texts.get(name))
    except NoDayError:
        return False


def day_text(text: str, today: date) -> str:
    """Return a day that somebody typed as links and files have it, 2027-04-30; as it stands where it is none."""
    try:
        return str(read_day(text, today))
    except NoDayError:
        return text.strip()


def agreed_day(texts: Mapping[str, str]) -> date | None:
    """Return the day agreed for the work, None where none is; the text is one that `read` accepts."""
    return read_day(texts["agreed_on"]) if texts["agreed_on"] else None


def blank(texts: Mapping[str, str]) -> list[str]:
    """Return the fields that a quote needs and that are empty."""
    return [name for name in REQUIRED_COLUMNS if not texts.get(name, "").strip()]


def readable(given: Mapping[str, str], tariff: Tariff) -> tuple[dict[str, str], dict[str, FieldError]]:
    """Return the texts of a link that a widget can hold, and by field what is wrong with the others."""
    texts: dict[str, str] = {}
    mistakes: dict[str, FieldError] = {}
    for field, text in given.items():
        try:
            read(field, bounded(text, field), tariff)
            texts[field] = text
        except InputError as error:
            (mistakes[field],) = error.errors
    return texts, mistakes


def read(field: str, text: str, tariff: Tariff) -> object:
    """Return a form text as the value of its widget; raises InputError where the widget could not hold it."""
    bounded(text, field)
    if field in ("package", "target"):
        if text not in tariff.index:
            raise InputError(FieldError(field, text, Message("error.one_of", {"expected": ", ".join(tariff.index)})))
        return text
    if field == "target_period_months":
        try:
            months = read_whole(text)
        except PydanticCustomError as error:
            raise InputError(FieldError(field, text, error_message(error))) from None
        if not 1 <= months <= MAX_PERIOD_MONTHS:
            raise InputError(FieldError(field, text, Message("error.range", {"first": 1, "last": MAX_PERIOD_MONTHS})))
        return months
    return text


def _same_amount(one: str, other: str) -> bool:
    try:
        return parse_amount(one) == parse_amount(other)
    except ValueError:
        return one.strip() == other.strip()


def _filled_in(texts: Mapping[str, str], tariff: Tariff) -> dict[str, str]:
    """What the form writes itself: the list price of the term, and the period the target is bought for by default.

    Nothing while a day does not read.
    """
    if not days_read(texts):
        return {}
    first, last, day = (read_day(texts[name]) for name in ("term_start", "valid_until", "change_on"))
    price = listed_price(texts["package"], first, last, tariff, _anchor(texts))
    period = _default_period(texts["target"], first, last, day, _anchor(texts), tariff)
    return {"price_net": "" if price is None else str(to_decimal(price)), "target_period_months": str(period)}


def _anchor(texts: Mapping[str, str]) -> int:
    text = texts.get("service_start", "")
    return read_day(text).day if text else NO_ANCHOR


def _default_period(target: str, term_start: date, valid_until: date, day: date, anchor: int, tariff: Tariff) -> int:
    start, last, on = (calendar.number(date) for date in (term_start, valid_until, day))
    dates = sorted((term_start, valid_until, day))
    if on < tariff.first_day or not calendar.FIRST_DATE <= dates[0] <= dates[-1] <= calendar.LAST_DATE:
        return DEFAULT_PERIOD_MONTHS
    place = tariff.index[target]
    return int(Situation(Change(place, place, start, last, on, anchor=anchor), tariff, tariff.on(on)).period)
