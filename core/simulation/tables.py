"""The lists of a simulation: a header, and rows of typed cells, put into words for a reader."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ground.messages import Difference, Grosze, Message
from core.language import Language
from core.pricing import calendar
from core.pricing.portfolio import NO_PROBLEM, NO_RULE, PROBLEMS
from core.pricing.rules import DECISION_TABLE
from core.pricing.tariff import DISK_UNIT, UNITS, in_units
from core.simulation.figures import Calls, Reason, Refused
from core.simulation.simulate import HORIZONS, Simulated

_BLOCK = 50_000


@dataclass(frozen=True)
class Table:
    """A list: its columns, texts or messages, and its rows, which may be many and are gone through once.

    A cell is None, a text, a count, a date, a Decimal, or Grosze.
    """

    columns: tuple[Message | str, ...]
    rows: Iterable[Sequence[object]]

    def header(self, language: Language) -> list[str]:
        """Return the headers in a language."""
        return [language.value(column) for column in self.columns]


def columns(*names: str) -> tuple[Message, ...]:
    """Return columns by the names of their texts."""
    return tuple(Message(f"portfolio.column.{name}") for name in names)


# -- the lists


def customers(s: Simulated, delta: NDArray[np.int64], chosen: NDArray[np.intp], language: Language) -> Table:
    """Return what becomes of rows of the base, in the order they are chosen in.

    `delta` is how much more each row of the base pays than under the scenario it is compared with, grosze.
    """
    cash = (Message("portfolio.column.cash", count=months) for months in HORIZONS)
    return Table(
        (
            *columns("id", "client", "package", "target", "difference", "net"),
            *cash,
            *columns("outcome", "rule", "vat", "gross", "term_start", "valid_until"),
            *columns("domains", "mailboxes", "disk_gb"),
        ),
        _customers(s, delta, chosen, language),
    )


def _customers(
    s: Simulated, delta: NDArray[np.int64], chosen: NDArray[np.intp], language: Language
) -> Iterator[tuple[object, ...]]:
    # What a situation comes to is put together once; a million rows share a few thousand of them.
    said: dict[int, _Said] = {}
    for first in range(0, len(chosen), _BLOCK):
        rows = chosen[first : first + _BLOCK]
        base = s.base.rows(rows)
        names = zip(base.id.tolist(), base.client.tolist(), strict=True)
        uses = zip(base.domains.tolist(), base.mailboxes.tolist(), base.disk.tolist(), strict=True)
        rest = zip(s.situations.place[rows].tolist(), s.meant[rows].tolist(), delta[rows].tolist(), strict=True)
        for (id, client), (domains, mailboxes, disk), (place, meant, more) in zip(names, uses, rest, strict=True):
            key = 2 * place + meant
            if key not in said:
                said[key] = _situation(s, place, meant, language)
            packages, amounts, known = said[key]
            difference = Difference(more) if known else None
            yield id, client, *packages, difference, *amounts, domains, mailboxes, in_units(disk, DISK_UNIT)


_Said = tuple[tuple[object, ...], tuple[object, ...], bool]


def _situation(s: Simulated, place: int, meant: bool, language: Language) -> _Said:
    """Return the packages of a situation, the cells behind the difference of a row, and whether it has a price."""
    asked, priced, carried = s.asked, s.priced, bool(s.carried[place])
    net, vat = int(s.now[place]), int(s.vat[place])
    known = bool(s.renewed.problem[place] == NO_PROBLEM)
    packages = (
        s.tariff.packages[asked.package[place]].name,
        s.tariff.packages[asked.target[place] if carried else asked.package[place]].name,
    )
    amounts = (
        Grosze(net) if carried else None,
        *(Grosze(s.cash[months][place]) if known else None for months in HORIZONS),
        outcome(s, place, meant, language),
        rule_said(int(priced.rule[place]), language) if s.changing[place] else "",
        *(Grosze(amount) if carried else None for amount in (vat, net + vat)),
        calendar.date(int(asked.term_start[place])),
        calendar.date(int(asked.valid_until[place])),
    )
    return packages, amounts, known


def outcome(s: Simulated, place: int, meant: bool, language: Language) -> str:
    """Return in words what becomes of a situation."""
    t = language.text
    if code := int(s.problem[place]):
        return problem(PROBLEMS[code], language)
    if s.carried[place]:
        return t("portfolio.outcome.changes")
    if s.changing[place]:
        return t(f"portfolio.outcome.{rule_id(int(s.priced.rule[place]))}")
    return t("portfolio.outcome.same" if meant and s.scenario.target else "portfolio.outcome.goes_on")


def problem(reason: tuple[str, str], language: Language) -> str:
    """Return in words why something cannot be priced; `reason` is one of PROBLEMS."""
    field, message = reason
    if message in ("error.range", "error.one_of"):
        return language.text("portfolio.problem.range", field=language.field(field))
    return language.text(f"portfolio.problem.{message.removeprefix('error.')}")


def call_list(s: Simulated, found: Calls, language: Language) -> Table:
    """Return who should be told before a boundary: why, until when, and what changes after it."""
    names = ("id", "client", "reason", "last_day", "rise", "later", "package", "target")
    more = ("net_before", "net_after", "rule", "rule_after")
    packages = [package.name for package in s.tariff.packages]
    target = packages[s.tariff.index[s.scenario.target]] if s.scenario.target else ""
    reasons = [language.text(f"portfolio.reason.{reason.name.lower()}") for reason in Reason]
    rows = zip(
        *(values.tolist() for values in (s.base.id[found.row], s.base.client[found.row], s.base.package[found.row])),
        *(getattr(found, name).tolist() for name in ("last", "reason", "rise", "later")),
        *(getattr(found, name).tolist() for name in ("net_before", "net_after", "rule_before", "rule_after")),
        strict=True,
    )
    return Table(
        columns(*names, *more),
        (
            (
                *(id, client, reasons[reason], calendar.date(last)),
                *((None, None) if reason == Reason.LAST_CHANCE else (Difference(rise), Difference(later))),
                *(packages[package], target, Grosze(net)),
                None if reason == Reason.LAST_CHANCE else Grosze(net_after),
                *(rule_said(before, language), rule_said(after, language)),
            )
            for id, client, package, last, reason, rise, later, net, net_after, before, after in rows
        ),
    )


def refused_list(s: Simulated, found: Refused, language: Language) -> Table:
    """Return who could not change to the lower package, from when it is offered, and what has to go first."""
    packages = [package.name for package in s.tariff.packages]
    target = packages[s.tariff.index[s.scenario.target]] if s.scenario.target else ""
    rows = zip(
        *(values.tolist() for values in (s.base.id[found.row], s.base.client[found.row], s.base.package[found.row])),
        *(values.tolist() for values in (found.rule, found.possible_from, *found.excess.values())),
        strict=True,
    )
    return Table(
        columns("id", "client", *(f"excess_{name}" for name in UNITS), "possible_from", "package", "target", "rule"),
        (
            (
                *(id, client),
                *(_excess(over, unit) for over, unit in zip(excess, UNITS.values(), strict=True)),
                *(calendar.date(day), packages[package], target, rule_said(rule, language)),
            )
            for id, client, package, rule, day, *excess in rows
        ),
    )


def _excess(over: int, unit: int) -> object:
    return in_units(over, unit) if over else None


def rule_said(place: int, language: Language) -> str:
    """Return the id of a rule by its place in the table with what it is about, "" for none."""
    id = rule_id(place)
    return f"{id} · {language.text(f'rule.{id}.title')}" if id else ""


def rule_id(place: int) -> str:
    """Return the id of a rule by its place in the table, "" for none."""
    return "" if place == NO_RULE else DECISION_TABLE[place].id
