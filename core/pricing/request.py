"""What is asked: one change of package, in the words of a form, a CSV row or a link."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE
from core.ground.validation import input_error, mistake, one_line
from core.pricing import calendar
from core.pricing.money import to_grosze
from core.pricing.situation import DEFAULT_PERIOD, FROM_LIST, Change, Situation
from core.pricing.tariff import DISK_UNIT, InForce, Tariff
from core.pricing.tariff_file import MAX_PRICE
from core.pricing.term import NO_ANCHOR
from core.pricing.unpriceable import BOUNDS, TERM_CHECKS, priced_from

LONGEST_REASON = 200
"""Letters of the reason for an adjustment."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,6})?")


def _reads(value: object, pattern: re.Pattern[str]) -> bool:
    if not isinstance(value, str) or len(text := value.strip()) > LINE:
        return False
    return text.isascii() and pattern.fullmatch(text) is not None


def read_date(value: object) -> dt.date:
    """Return a date, or one written as 2026-03-01; raises pydantic's error otherwise."""
    if type(value) is dt.date:
        return value
    if _reads(value, _ISO_DATE):
        try:
            return dt.date.fromisoformat(str(value).strip())
        except ValueError:
            pass
    raise mistake("error.iso_date")


def read_whole(value: object) -> int:
    """Return a whole number, or one written in digits; raises pydantic's error otherwise."""
    if type(value) is int:
        return value
    if _reads(value, _WHOLE):
        return int(str(value))
    raise mistake("error.whole_number")


def _number(value: object) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if _reads(value, _NUMBER):
        return Decimal(str(value).strip())
    raise mistake("error.number")


Day = Annotated[dt.date, BeforeValidator(read_date)]
Whole = Annotated[int, BeforeValidator(read_whole)]
Number = Annotated[Decimal, BeforeValidator(_number)]
# The lower bounds that a stand-in for "not given" would slip under are checked here, the others by `BOUNDS`.
Price = Annotated[Number, Field(decimal_places=2, ge=0)]
Months = Annotated[Whole, Field(ge=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Adjustment(_Model):
    """A discount (negative) or surcharge by hand: an amount in zl net, or a percentage of the rules' net total."""

    amount_net: Annotated[Number, Field(decimal_places=2)] | None = None
    percent: Annotated[Number, Field(decimal_places=2, ge=-100, le=1000)] | None = None
    reason: Annotated[str, AfterValidator(one_line), Field(max_length=LONGEST_REASON)] = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.amount_net is None) == (self.percent is None):
            raise mistake("error.amount_or_percent")
        if self.amount_net is not None and abs(self.amount_net) * 100 > MAX_PRICE:
            raise mistake("error.at_most", le=Decimal(MAX_PRICE // 100))
        if not self.reason:
            raise mistake("error.reason")
        return self


class QuoteRequest(_Model):
    """One change of package. The fields are the columns of `python -m core quote --csv`.

    Days are those of Europe/Warsaw; `valid_until` is the last paid day; prices are zl net; disk is in GB.
    `price_net` is the contract price of the whole running term (left out: the list valid at its start),
    `target_price_net` a what-if price of the target's period (left out: the list valid on the day of the change);
    `service_start` is the first day of the service, from whose day of the month its months are counted (left out: what
    the term tells).
    """

    package: Annotated[str, Field(min_length=1)]
    target: Annotated[str, Field(min_length=1)]
    term_start: Day
    valid_until: Day
    change_on: Day
    domains: Whole = 0
    mailboxes: Whole = 0
    disk_gb: Annotated[Number, Field(decimal_places=3)] = Decimal(0)
    price_net: Price | None = None
    target_price_net: Price | None = None
    target_period_months: Months | None = None
    service_start: Day | None = None
    adjustment: Adjustment | None = None

    @property
    def anchor(self) -> int:
        """The day of the month from which its months are counted, NO_ANCHOR where only the term tells."""
        return NO_ANCHOR if self.service_start is None else self.service_start.day


COLUMNS = tuple(name for name in QuoteRequest.model_fields if name != "adjustment")
"""The request's plain fields, in order."""
REQUIRED_COLUMNS = COLUMNS[: COLUMNS.index("price_net")]
"""Those a CSV row must fill."""


def parse_request(values: Mapping[str, object]) -> QuoteRequest:
    """Return the request written in `values` (text or typed); raises InputError with every field that does not read."""
    try:
        return QuoteRequest.model_validate(values)
    except ValidationError as error:
        raise input_error(error) from None


def situation(request: QuoteRequest, tariff: Tariff, in_force: InForce | None = None) -> Situation:
    """Return the request as a situation the rules can price; raises InputError where it cannot be priced.

    `in_force` stands in for what the tariff has on the day of the change (another reading, a scenario).
    """
    change = _change(request, tariff)
    wrong = [
        FieldError(bound.field, _value(request, bound.field), Message("error.range", bound.right()))
        for bound in BOUNDS
        if bound.wrong(change)
    ]
    wrong += service_mistakes(request.service_start, request.term_start)
    if not wrong and not priced_from(change, tariff):
        first = calendar.date(tariff.first_day)
        wrong.append(FieldError("change_on", request.change_on, Message("error.no_price_list", {"date": first})))
    if wrong:
        raise InputError(*wrong)
    found = Situation(change, tariff, in_force or tariff.on(change.change_on))
    for check in TERM_CHECKS:
        if check.wrong(found):
            raise InputError(
                FieldError(check.field, _value(request, check.field), Message(check.message, check.right(found)))
            )
    return found


def service_mistakes(service_start: dt.date | None, term_start: dt.date) -> list[FieldError]:
    """Return what is wrong with the first day of a service whose running term begins on another."""
    if service_start is None or calendar.FIRST_SERVICE <= service_start <= term_start:
        return []
    limits = {"first": calendar.FIRST_SERVICE, "last": term_start}
    return [FieldError("service_start", service_start, Message("error.service_start", limits))]


def _value(request: QuoteRequest, field: str) -> object:
    value = getattr(request, field)
    return "" if value is None else value


def _change(request: QuoteRequest, tariff: Tariff) -> Change:
    unknown = [
        FieldError(name, id, Message("error.one_of", {"expected": ", ".join(tariff.index)}))
        for name, id in (("package", request.package), ("target", request.target))
        if id not in tariff.index
    ]
    if unknown:
        raise InputError(*unknown)
    return Change(
        package=tariff.index[request.package],
        target=tariff.index[request.target],
        term_start=calendar.number(request.term_start),
        valid_until=calendar.number(request.valid_until),
        change_on=calendar.number(request.change_on),
        domains=request.domains,
        mailboxes=request.mailboxes,
        disk=int(request.disk_gb * DISK_UNIT),
        price_net=FROM_LIST if request.price_net is None else int(to_grosze(request.price_net)),
        target_price_net=FROM_LIST if request.target_price_net is None else int(to_grosze(request.target_price_net)),
        target_period_months=request.target_period_months or DEFAULT_PERIOD,
        anchor=request.anchor,
    )
