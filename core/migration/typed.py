"""What people type into the forms of a migration: texts become values, or all that is wrong with them is told.

A form is a mapping from names of fields to what its widgets hold. An agreed moment is two of them, `planned_day` (a
date, None, or a text that is none) and `planned_hour` (a text); columns that an import kept are `extra.` and their
header.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.dns.names import parse_name, read_each
from core.ground.clock import WARSAW
from core.ground.dates import parse_when
from core.ground.messages import FieldError, InputError
from core.ground.secrets import refuse_secrets
from core.ground.text_limits import CELL, LINE, bounded
from core.ground.validation import one_line
from core.migration.cell_values import notes_text, one_text, parse_addresses, parse_count, parse_hosts
from core.migration.clocks import is_day
from core.migration.domains import without_www
from core.migration.migration import DOMAIN_COLUMNS, Domain, Migration
from core.migration.refusal import refusal
from core.pricing.typed_day import NoDayError, read_day

OF_MIGRATION = (
    *("client", "package", "source_host", "target_host", "owner", "deputy", "contact_name", "contact_phone"),
    *("no_phone", "nonstandard", "planned_day", "planned_hour", "old_hosting_until", "fee_applies", "waiting_on"),
)
"""What the form of a migration holds."""

OF_DOMAIN = DOMAIN_COLUMNS
"""What the form of a domain holds, besides the columns that an import kept."""

OF_NEW = ("client", "domains", "ref", *OF_MIGRATION[1:-1], "mailboxes", "websites", "note")
"""What the form of a new migration holds."""

DAYS = ("planned_day", "old_hosting_until", "registered_until")
"""The fields of all these forms that are days."""

_EXTRA = "extra."
_HOUR = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")

Form = Mapping[str, Any]


def blank(names: Iterable[str]) -> dict[str, Any]:
    """Return a form of these fields as it is before anything is typed."""
    return {name: None if name in DAYS else False if name == "fee_applies" else "" for name in names}


# -- moments


def read_moment(day: dt.date | str | None, hour: str, field: str) -> dt.datetime | None:
    """Return the moment of a day and an hour ("14:00", "9") in Warsaw as UTC; raises InputError.

    A day may be a text, as `typed_day` reads it. None for neither. A day without an hour is that day's midnight; where
    the clocks show an hour twice, the earlier.
    """
    text = one_line(bounded(hour, field, secret=True))
    refuse_secrets(field, text)
    if isinstance(day, str):
        day = _day(day, field)
    if day is None:
        if text:
            raise refusal(field, text, "error.hour_without_day")
        return None
    found = _HOUR.fullmatch(text)
    if text and not found:
        raise refusal(field, text, "error.hour")
    clock = f"{int(found[1]):02}:{found[2] or '00'}" if found else ""
    if clock == "00:00":
        raise refusal(field, text, "error.midnight")
    return parse_when(f"{day.day:02}.{day.month:02}.{day.year:04} {clock}", "", field).at


def _day(text: str, field: str) -> dt.date | None:
    text = one_line(bounded(text, field, secret=True))
    refuse_secrets(field, text)
    try:
        return read_day(text) if text else None
    except NoDayError as error:
        raise InputError(FieldError(field, text, error.message)) from None


def day_and_hour(at: dt.datetime | None) -> tuple[dt.date | None, str]:
    """Return a moment as a form shows it: its day in Warsaw, and its hour unless it is known by its day only."""
    if at is None:
        return None, ""
    return at.astimezone(WARSAW).date(), "" if is_day(at) else f"{at.astimezone(WARSAW):%H:%M}"


# -- what stands, as its form shows it


def form_of_migration(m: Migration) -> dict[str, Any]:
    """Return what the form of a migration holds when it is opened."""
    day, hour = day_and_hour(m.planned_at)
    return {name: getattr(m, name, "") for name in OF_MIGRATION} | {"planned_day": day, "planned_hour": hour}


def form_of_domain(d: Domain) -> dict[str, Any]:
    """Return what the form of a domain holds when it is opened."""
    values = {name: getattr(d, name) for name in OF_DOMAIN}
    shown = {name: value if name in DAYS else "" if value is None else str(value) for name, value in values.items()}
    return shown | {f"{_EXTRA}{header}": text for header, text in d.extra.items()}


# -- what was typed, as values


def changes(typed: Form, shown: Form) -> dict[str, Any]:
    """Return the fields that somebody changed in a form, as `moves.change` takes them; raises InputError with all.

    What was left as it was shown is not among them, so that nobody puts an old value back.
    """
    touched = {name for name in typed if typed[name] != shown[name]}
    reads = {name: _reading(name, typed) for name in typed if name in touched and name in _READ}
    reads |= {name: _reading(name, typed) for name in typed if name in touched and name in _UNTIL}
    if touched & {"planned_day", "planned_hour"}:
        reads["planned_at"] = _planned(typed)
    kept = [name for name in typed if name in touched and name.startswith(_EXTRA)]
    values = _all(reads | {name: _reading(name, typed) for name in kept})
    if kept:
        values["extra"] = {name.removeprefix(_EXTRA): values.pop(name) for name in kept}
    return values | {name: typed[name] for name in ("fee_applies", "waiting_on") if name in touched}


@dataclass(frozen=True, slots=True)
class Registration:
    """A new migration as it was typed: its fields with its ref, its domains by ASCII name, a note or none."""

    values: dict[str, Any]
    domains: dict[str, dict[str, Any]]
    note: str


def registration(typed: Form) -> Registration:
    """Return the new migration typed into its form (OF_NEW); raises InputError with every field that is wrong."""
    texts = ("ref", *(name for name in OF_NEW if name in OF_MIGRATION and name in (*_READ, *_UNTIL)))
    reads: dict[str, Callable[[], Any]] = {name: _reading(name, typed) for name in texts}
    reads["domains"] = lambda: new_domains(typed)
    reads["planned_at"] = _planned(typed)
    reads["note"] = _reading("note", typed)
    values = _all(reads)
    domains, note = values.pop("domains"), values.pop("note")
    return Registration(values | {"fee_applies": bool(typed["fee_applies"])}, domains, note)


def new_domains(typed: Form) -> dict[str, dict[str, Any]]:
    """Return the domains typed as a list (`domains`), by ASCII name; raises InputError with each that is none.

    Counts and servers are one text for all of them: the first has the counts, as in an import, each has the servers.
    """
    reads: dict[str, Callable[[], Any]] = {"domains": lambda: _names(typed["domains"])}
    reads |= {name: _reading(name, typed) for name in OF_DOMAIN if name in typed}
    values = _all(reads)
    counts = {name: values.pop(name) for name in ("mailboxes", "websites")}
    names: dict[str, str] = values.pop("domains")
    first = next(iter(names))
    return {
        name: {"display": display, **values, **(counts if name == first else {})} for name, display in names.items()
    }


def _names(text: str) -> dict[str, str]:
    text = bounded(text, "domains", CELL, secret=True)
    refuse_secrets("domains", text)
    found = read_each(text, "domains", lambda part: parse_name(part, "domains"))
    names = {name.ascii: name.display for name in map(without_www, found)}
    if not names:
        raise refusal("domains", "", "error.missing")
    return names


# -- how each text is read


def _required(text: str, field: str) -> str:
    kept = one_text(text, field)
    if not kept:
        raise refusal(field, "", "error.missing")
    return kept


def _or(blank: Any, read: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    return lambda text, field: read(text, field) if one_line(text) else blank


_READ: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("ref", "package", "source_host", "target_host", "owner", "deputy"), one_text),
    **dict.fromkeys(("contact_name", "contact_phone", "no_phone", "nonstandard"), one_text),
    "client": _required,
    **dict.fromkeys(("mailboxes", "websites"), _or(None, parse_count)),
    **dict.fromkeys(("old_ns", "new_ns"), _or("", parse_hosts)),
    **dict.fromkeys(("old_addresses", "new_addresses"), _or("", parse_addresses)),
    "note": notes_text,
}


_UNTIL = ("old_hosting_until", "registered_until")
"""Days of which no hour is ever asked."""

_LONG = frozenset(("note", "old_ns", "new_ns", "old_addresses", "new_addresses"))
"""Fields of several lines or names."""


def _reading(name: str, typed: Form) -> Callable[[], Any]:
    if name in _UNTIL:
        return lambda: _until(typed[name] or None, name)
    # A quote's package is the one that is left; a migration's is the one that it leads to.
    text, field = str(typed[name] or ""), "target" if name == "package" else name.removeprefix(_EXTRA)

    def read() -> Any:
        # Before anything else is said of it, as that repeats it.
        kept = bounded(text, field, CELL if name in _LONG else LINE, secret=True)
        refuse_secrets(field, kept, field if name.startswith(_EXTRA) else "")
        return _READ.get(name, one_text)(kept, field)

    return read


def _until(day: dt.date | str | None, field: str) -> dt.date | None:
    at = read_moment(day, "", field)
    return at.astimezone(WARSAW).date() if at else None


def _planned(typed: Form) -> Callable[[], dt.datetime | None]:
    return lambda: read_moment(typed["planned_day"], typed["planned_hour"], "planned_at")


def _all(reads: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return what each reads as; raises InputError with the mistakes of all of them."""
    values: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for name, read in reads.items():
        try:
            values[name] = read()
        except InputError as error:
            wrong += error.errors
    if wrong:
        raise InputError(*wrong)
    return values
