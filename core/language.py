"""Messages worded for a reader: texts from the catalogs in data/texts, amounts and dates in the reader's format."""

import datetime as dt
import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from core.ground.clock import WARSAW
from core.ground.filling import filled
from core.ground.messages import Difference, FieldError, Grosze, Message, Place, ShortDay
from core.ground.settings import ROOT
from core.pricing.money import parse_amount, to_decimal

_LONGEST_SHOWN = 60
TEXTS = ROOT / "data" / "texts"


@dataclass(frozen=True)
class Language:
    """A language of the desk.

    `date_pattern`, `short_day_pattern` and `money_pattern` are CLDR patterns, `date_input` is Streamlit's. Axes of
    charts are formatted in the browser: `separators` (decimal, thousands), what stands around an amount, d3 formats of
    months and days.
    `ordinal_ends`: what makes an ordinal number, by CLDR's categories.
    """

    code: str
    name: str
    locale: str
    date_pattern: str
    short_day_pattern: str
    money_pattern: str
    date_input: str
    separators: str
    money_prefix: str
    money_suffix: str
    axis_month: str
    axis_day: str
    ordinal_ends: Mapping[str, str] = field(hash=False)

    def text(self, message: Message | str, /, *, count: int | None = None, **values: object) -> str:
        """Return a message, or a message id with its values, in this language; `count` picks the plural form."""
        if isinstance(message, str):
            message = Message(message, values, count)
        catalog = _catalog(self.code)
        if message.count is None:
            template = catalog.gettext(message.id)
        else:
            template = catalog.ngettext(message.id, message.id, message.count)
        return filled(template, {"count": self.value(message.count), **self._worded(message.values)})

    def _worded(self, values: Mapping[str, object]) -> dict[str, str]:
        return {name: self.value(value) for name, value in values.items()}

    def value(self, value: object) -> str:
        """Return a value as the reader writes it: an amount, a number, a date, a message; anything else as its text."""
        match value:
            case Message():
                return self.text(value)
            case object(pl=str(pl), en=str(en)):
                # A text of a data file that carries both languages.
                return pl if self.code == "pl" else en
            case Difference():
                return self.difference(value)
            case Grosze():
                return self.money(value)
            case Place():
                return f"{value:d}{self.ordinal_ends[Locale.parse(self.locale).ordinal_form(int(value))]}"
            case bool() | None:
                return str(value)
            case int() | Decimal():
                return _number(value, self.locale)
            case dt.datetime():
                wall = value.astimezone(WARSAW)
                return self.text("moment.hour", day=wall.date(), hour=f"{wall:%H:%M}")
            case ShortDay():
                return _date(value.day, self.short_day_pattern, self.locale)
            case dt.date():
                return _date(value, self.date_pattern, self.locale)
        return str(value)

    def long_day(self, day: dt.date) -> str:
        """Return a day with its month in words, which nobody takes for another one: 3 grudnia 2026."""
        return _date(day, "d MMMM yyyy", self.locale)

    def money(self, grosze: int) -> str:
        """Return an amount in zl with two decimals and no-break spaces: 1 234,50 zł."""
        return _money(int(grosze), self.money_pattern, self.locale)

    def amount(self, text: str) -> str:
        """Return an amount typed or linked in any format as this reader types it (199,00); other text as it is."""
        try:
            amount = to_decimal(parse_amount(text))
        except ValueError:
            return text
        return format_decimal(amount, "0.00", locale=self.locale)

    def typed_day(self, day: dt.date) -> str:
        """Return a day as this reader types it into a field: 30.04.2027."""
        parts = {"DD": f"{day.day:02}", "MM": f"{day.month:02}", "YYYY": f"{day.year:04}"}
        return re.sub("DD|MM|YYYY", lambda part: parts[part[0]], self.date_input)

    def difference(self, grosze: int) -> str:
        """Return an amount with its sign, for what another reading would change: +50,00 zł."""
        sign = "+" if grosze > 0 else "−" if grosze < 0 else "±"
        return sign + self.money(abs(grosze))

    def mistake(self, error: FieldError) -> str:
        """Return a mistake in one sentence: the field, the value, what would be right."""
        what = self.text(error.message)
        if not error.field:
            return what
        name = self.field(error.field)
        if error.value in ("", None) or isinstance(error.value, Mapping | list):
            return f"{name}: {what}"
        given = self.value(error.value)
        if len(given) > _LONGEST_SHOWN:
            given = f"{given[:_LONGEST_SHOWN]}…"
        return f"{name} „{given}”: {what}" if self.code == "pl" else f"{name} “{given}”: {what}"

    def field(self, name: str) -> str:
        """Return a field's label; a path into a file stays as it is."""
        # Without formatting: an unknown name may be anything at all.
        label = _catalog(self.code).gettext(f"field.{name}")
        return name if label == f"field.{name}" else label


POLISH = Language(
    "pl",
    "Polski",
    "pl_PL",
    "dd.MM.yyyy",
    "EEE dd.MM",
    "#,##0.00\u00a0¤",
    "DD.MM.YYYY",
    ",\u00a0",
    "",
    "\u00a0zł",
    "%m.%Y",
    "%d.%m",
    {"other": "."},
)
ENGLISH = Language(
    "en",
    "English",
    "en_GB",
    "d MMM yyyy",
    "EEE d MMM",
    "¤\u00a0#,##0.00",
    "DD/MM/YYYY",
    ".,",
    "PLN\u00a0",
    "",
    "%b %Y",
    "%-d %b",
    {"one": "st", "two": "nd", "few": "rd", "other": "th"},
)
LANGUAGES = {language.code: language for language in (POLISH, ENGLISH)}


def best(locale: str | None) -> Language:
    """Return the language for a browser's or a terminal's locale: English for English, else Polish."""
    return LANGUAGES.get((locale or "").replace("_", "-").split("-")[0].lower(), POLISH)


# A chart asks for a thousand of them, most of which it asked for a moment ago.
@lru_cache(10_000)
def _money(grosze: int, pattern: str, locale: str) -> str:
    # Exact: a Decimal of two places leaves the formatter, which rounds half even, nothing to round.
    return format_currency(to_decimal(grosze), "PLN", pattern, locale=locale).replace("-", "−")


# A refused row says its numbers, and thousands of them are refused for the same.
@lru_cache(10_000, typed=True)
def _number(value: int | Decimal, locale: str) -> str:
    return format_decimal(value, locale=locale).replace("-", "−")


@lru_cache(10_000)
def _date(date: dt.date, pattern: str, locale: str) -> str:
    return format_date(date, pattern, locale=locale)


@cache
def _catalog(code: str) -> gettext.GNUTranslations:
    with (TEXTS / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
