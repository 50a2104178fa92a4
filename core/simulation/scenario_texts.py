"""A scenario as texts, which a form types and a link carries, and how they become one.

They are keyed like `FIELDS`; a single price is one more text, `price.<package>.<months>`. Blank means: as it is in the
tariff, everybody, nobody changes, today.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.text_limits import LINE, bounded, shortened
from core.ground.validation import error_message, input_error, one_line
from core.pricing import calendar
from core.pricing.example import upgrade
from core.pricing.packages_sold import sold_packages
from core.pricing.readings import CHOICES
from core.pricing.request import read_date, read_whole
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import (
    MAX_PERIOD_MONTHS,
    MAX_PRICE,
    Amount,
    Terms,
    Tier,
    period_mistakes,
    tier_mistakes,
)
from core.simulation.changed_tariff import by_percent, list_on, new_prices
from core.simulation.scenario import Scenario

SLOTS = ("a", "b", "c", "d")
"""The places of the scenarios that stand side by side."""

TERMS = ("upgrade_months", "vps_months", "window_days", "grace_days")
"""The thresholds that a scenario may change."""

WHO = ("packages", "client", "ends_from", "ends_until")
WHAT = ("target", "change_on", "move_ordered")
PRICES = ("prices_from", "percent")

FIELDS = ("name", *WHO, *WHAT, *PRICES, *CHOICES, *TERMS, "tiers")
"""The texts of a scenario, beside those of single prices."""

LABEL = "scenario."
"""Begins the fields that mistakes name, so that they are labelled as a scenario's."""

PRICE = "price."
"""Begins the texts of single prices."""

LONGEST_NAME = 40
LONGEST_CLIENT = 100
MONTHS_AHEAD = 24
"""How far ahead the day of the change may lie."""
MIN_PERCENT, MAX_PERCENT = -100, 1000

_MOST_TEXTS = 1_000
"""Texts of one scenario: every package of a tariff for every period is fewer."""

_PERCENT = re.compile(r"([+-]?)(\d{1,6}(?:\.\d{1,6})?)")
_TRUE = ("1", "true")
_MOST_TOLD = 1_000
"""Mistakes told of one scenario."""
_amount = TypeAdapter(Amount).validate_python


def parse(texts: Mapping[str, str], tariff: Tariff, today: dt.date) -> Scenario:
    """Return the scenario written in texts; raises InputError with every one that does not read."""
    reader = _Reader(texts, tariff, today)
    scenario = reader.scenario()
    if reader.mistakes:
        raise InputError(*reader.mistakes[:_MOST_TOLD])
    return scenario


def example(tariff: Tariff, today: dt.date) -> dict[str, str]:
    """Return the texts to begin with: all who hold a package that sells change to the next higher one in 30 days."""
    day = {"change_on": str(today + dt.timedelta(days=30))}
    found = upgrade(sold_packages(today, tariff))
    return {"packages": found[0].id, "target": found[1].id, **day} if found else day


def first_day(texts: Mapping[str, str], today: dt.date) -> str:
    """Return the day from which new prices count, as text: today where none is given."""
    return texts.get("prices_from", "").strip() or str(today)


def listed(texts: Mapping[str, str], tariff: Tariff, today: dt.date) -> dict[tuple[str, int], int]:
    """Return the prices that a scenario starts from before single ones are changed: the list of its day, by percent.

    By package and months; where day or percent do not read, as if they were not given.
    """
    reader = _Reader({name: texts.get(name, "") for name in PRICES}, tariff, today)
    day, percent = reader.prices_from(), reader.percent()
    changed = by_percent(list_on(tariff, day or today).prices_net, percent)
    return {(id, months): net for id, by_period in changed.items() for months, net in by_period.items()}


def from_link(parameters: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the texts of every scenario that a link carries, by slot; what is no scenario's is left out."""
    slots: dict[str, dict[str, str]] = {}
    for slot in SLOTS:
        own = {name[2:]: text for name, text in parameters.items() if name.startswith(f"{slot}.")}
        if texts := {name: text for name, text in own.items() if name in FIELDS or name.startswith(PRICE)}:
            slots[slot] = texts
    return slots


def to_link(slots: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the query parameters that carry scenarios: every text that is not blank."""
    return {f"{slot}.{name}": text for slot, texts in slots.items() for name, text in texts.items() if text}


class _Reader:
    """Reads texts one by one and collects what does not read."""

    def __init__(self, texts: Mapping[str, str], tariff: Tariff, today: dt.date) -> None:
        self.texts = texts
        self._bounded: dict[str, str] = {}
        self.tariff = tariff
        self.today = today
        self.mistakes: list[FieldError] = []
        for field, text in islice(texts.items(), _MOST_TEXTS):
            try:
                label = "price" if field.startswith(PRICE) else "tier_from" if field == "tiers" else field
                self._bounded[field] = bounded(text, f"{LABEL}{label}")
            except InputError as error:
                self.mistakes += error.errors
        if len(texts) > _MOST_TEXTS:
            self._tell("price", Message("scenario.error.many", {"most": _MOST_TEXTS}), "")

    def scenario(self) -> Scenario:
        """Return what reads; where there are mistakes, parts of it stand in for what does not."""
        name = self._line("name", LONGEST_NAME)
        packages = tuple(id for id in map(str.strip, self._text("packages").split(",")) if self._id("packages", id))
        client = self._line("client", LONGEST_CLIENT)
        ends_from, ends_until = self._read("ends_from", read_date), self._read("ends_until", read_date)
        if ends_from and ends_until and ends_until < ends_from:
            self._tell("ends_until", Message("error.at_least", {"ge": ends_from}))
        target, change_on = self._id("target", self._text("target")), self._change_on()
        move_ordered = self._move_ordered()
        prices_from, percent, prices = self.prices_from(), self.percent(), self._prices()
        if percent is None and not prices:
            prices_from = None
        elif prices_from:
            self._check_prices(prices_from, percent, prices)
        return Scenario(
            name=name,
            target=target,
            change_on=change_on,
            move_ordered=move_ordered,
            packages=packages,
            client=client,
            ends_from=ends_from,
            ends_until=ends_until,
            prices_from=prices_from,
            percent=percent,
            prices=prices,
            readings=self._readings(),
            terms=self._terms(),
            tiers=self._tiers(),
        )

    def percent(self) -> Decimal | None:
        """Return the change of prices, None for none."""
        if not (given := self._text("percent")):
            return None
        percent = read_percent(given)
        if percent is None:
            self._tell("percent", Message("scenario.error.percent", {"first": MIN_PERCENT, "last": MAX_PERCENT}))
        return percent or None

    def prices_from(self) -> dt.date | None:
        """Return the day from which new prices count, today where none is given; None where it does not read."""
        if not self._text("prices_from"):
            return self.today
        return self._day("prices_from", calendar.date(self.tariff.first_day), calendar.LAST_DATE)

    def _change_on(self) -> dt.date:
        if not self._text("change_on"):
            return self.today
        last = calendar.date(calendar.months_later(calendar.number(self.today), MONTHS_AHEAD))
        return self._day("change_on", max(self.today, calendar.date(self.tariff.first_day)), last) or self.today

    def _day(self, field: str, first: dt.date, last: dt.date) -> dt.date | None:
        day: dt.date | None = self._read(field, read_date)
        if day and not first <= day <= last:
            self._tell(field, Message("error.range", {"first": first, "last": last}))
            return None
        return day

    def _move_ordered(self) -> bool:
        given = self._text("move_ordered").lower()
        if given and given not in (*_TRUE, "0", "false"):
            self._tell("move_ordered", Message("error.one_of", {"expected": "1, 0"}))
        return given in _TRUE

    def _prices(self) -> dict[tuple[str, int], int]:
        prices = {}
        for field, text in self._bounded.items():
            if not field.startswith(PRICE) or not text:
                continue
            package, _, months = field.removeprefix(PRICE).partition(".")
            if package not in self.tariff.index or not is_period(months):
                expected = f"{PRICE}<{', '.join(self.tariff.index)}>.<1–{MAX_PERIOD_MONTHS}>"
                self._tell("price", Message("error.one_of", {"expected": expected}), field)
                continue
            try:
                prices[package, int(months)] = _amount(text)
            except ValidationError as error:
                (mistake,) = input_error(error).errors
                self._tell("price", self._of_price(package, int(months), mistake.message), text)
        return prices

    def _of_price(self, package: str, months: int, what: Message) -> Message:
        name = self.tariff.packages[self.tariff.index[package]].name
        months_text = Message("quote.months", count=months)
        return Message("scenario.error.price", {"package": name, "months": months_text, "what": what})

    def _check_prices(self, day: dt.date, percent: Decimal | None, prices: Mapping[tuple[str, int], int]) -> None:
        """Tell what is wrong with the new list as a whole."""
        new = new_prices(list_on(self.tariff, day).prices_net, percent, prices.items())
        for mistake in period_mistakes("", new):
            package = mistake.field.removeprefix(".")
            self._tell("price", self._of_price(package, next(iter(new[package])), mistake.message), "")
        if any(net > MAX_PRICE for by_period in new.values() for net in by_period.values()):
            self._tell("percent", Message("scenario.error.too_dear", {"most": Grosze(MAX_PRICE)}))

    def _readings(self) -> dict[str, str]:
        given = {question: text for question in CHOICES if (text := self._text(question))}
        for question, reading in given.items():
            if reading not in CHOICES[question]:
                self._tell(question, Message("error.one_of", {"expected": ", ".join(CHOICES[question])}))
        return given

    def _terms(self) -> dict[str, int]:
        given = {name: value for name in TERMS if (value := self._read(name, read_whole)) is not None}
        try:
            Terms.model_validate({**dict.fromkeys(TERMS, 0), **given, "valid_from": calendar.FIRST_DATE})
        except ValidationError as error:
            for mistake in input_error(error).errors:
                self._tell(mistake.field, mistake.message)
        return given

    def _tiers(self) -> tuple[tuple[int, int], ...] | None:
        rows = [row for row in split_tiers(self._text("tiers")) if any(row)]
        if not rows:
            return None
        read: list[Tier] = []
        for first, net in rows:
            try:
                read.append(Tier.model_validate({"from": _whole(first), "net": net}))
            except ValidationError as error:
                for mistake in input_error(error).errors:
                    self._tell_tier(first if mistake.field == "from" else net, mistake)
        # A tier added below the others may lie between them.
        read.sort(key=lambda tier: tier.first)
        if len(read) == len(rows):
            for mistake in tier_mistakes("", read):
                self._tell_tier(mistake.value, mistake)
        return tuple((tier.first, tier.net) for tier in read)

    def _tell_tier(self, value: object, mistake: FieldError) -> None:
        field = "tier_from" if mistake.field.endswith("from") else "tier_net"
        self._tell(field, mistake.message, value)

    def _id(self, field: str, id: str) -> str | None:
        if id and id not in self.tariff.index:
            self._tell(field, Message("error.one_of", {"expected": ", ".join(self.tariff.index)}), id)
        return id or None

    def _line(self, field: str, longest: int) -> str:
        text = one_line(self._text(field))
        if len(text) > longest:
            self._tell(field, Message("error.too_long", {"max_length": longest}))
        return text

    def _read(self, field: str, read: Callable[[object], Any]) -> Any:
        """Return the value of a text; None where it is blank or does not read."""
        if not (text := self._text(field)):
            return None
        try:
            return read(text)
        except PydanticCustomError as error:
            self._tell(field, error_message(error))
            return None

    def _text(self, field: str) -> str:
        return self._bounded.get(field, "")

    def _tell(self, field: str, message: Message, value: object = None) -> None:
        given = self.texts.get(field, "") if value is None else value
        given = shortened(given) if isinstance(given, str) else given
        self.mistakes.append(FieldError(f"{LABEL}{field}", given, message))


def read_percent(text: str) -> Decimal | None:
    """Return a change of prices written as 5, -3,5 or +5%; None where it does not read or is beyond the bounds."""
    if len(text) > LINE:
        return None
    found = _PERCENT.fullmatch("".join(text.split()).replace("−", "-").replace(",", ".").removesuffix("%"))
    percent = Decimal("".join(found.groups())) if found else None
    if percent is None or (percent * 100) % 1 or not MIN_PERCENT <= percent <= MAX_PERCENT:
        return None
    return percent


def split_tiers(text: str) -> list[tuple[str, str]]:
    """Return the rows of tiers written as "1:95,00;2:145": from so many domains, and the fee, as they are written."""
    rows = (row.partition(":") for row in text.split(";") if row)
    return [(first.strip(), net.strip()) for first, _, net in rows]


def join_tiers(rows: list[tuple[str, str]]) -> str:
    """Return rows of tiers as one text; the inverse of `split_tiers`."""
    return ";".join(f"{first}:{net}" for first, net in rows)


def _whole(text: str) -> object:
    """Return a count where the text is one, else the text, to be refused with the others."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def is_period(months: str) -> bool:
    """Whether a text is a number of months that a package may be sold for."""
    return months.isascii() and months.isdigit() and months[0] != "0" and int(months[:4]) <= MAX_PERIOD_MONTHS
