"""The explained quote: what a change costs, why, by which clause, and what other readings would make of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.ground.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.boundaries import on_day, rule_until
from core.pricing.line_items import LineItem, by_hand, line_item
from core.pricing.money import percent_of
from core.pricing.notes import Note, Other, excess_of, notes, other_outcomes
from core.pricing.outcome import Outcome
from core.pricing.readings import Readings
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import OptionKind, Rule, decide
from core.pricing.situation import Situation
from core.pricing.tariff import NOT_SOLD, Move, Tariff


@dataclass(frozen=True, slots=True)
class Option:
    """One way to carry the change out; without lines and amounts where it is not available."""

    kind: OptionKind
    rule: str
    available: bool
    lines: tuple[LineItem, ...]
    vat_percent: Decimal
    net: Grosze
    vat: Grosze
    notes: tuple[Note, ...]
    blockers: tuple[Message, ...]
    next: tuple[Message, ...]

    @property
    def gross(self) -> Grosze:
        """Net and VAT."""
        return Grosze(self.net + self.vat)

    def total(self, kind: str) -> Grosze:
        """The net sum of the lines of a kind: surcharge, renewal, migration or adjustment."""
        return Grosze(sum(line.net for line in self.lines if line.kind == kind))


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to a request. The amounts hold for a change on `holds_on`, the rule until `rule_until` (inclusive)."""

    request: QuoteRequest
    rule: Rule
    why: Message
    options: tuple[Option, ...]
    holds_on: dt.date
    rule_until: dt.date
    tariff_version: str
    price_list: dt.date
    contract_price: Grosze
    target_price: Grosze | None
    target_period_months: int
    readings: Readings


def quote(request: QuoteRequest, tariff: Tariff) -> Quote:
    """Return what the change costs; raises InputError where it cannot be priced."""
    s = situation(request, tariff)
    rule = decide(s)
    others = tuple(other_outcomes(s))
    return Quote(
        request=request,
        rule=rule,
        why=_why(rule, s),
        options=tuple(_option(Outcome(rule, s, kind), others, request) for kind in rule.options(s.readings)),
        holds_on=request.change_on,
        rule_until=calendar.date(rule_until(rule, s)),
        tariff_version=tariff.version,
        price_list=s.in_force.price_list.valid_from,
        contract_price=Grosze(s.contract_price),
        target_price=None if s.target_price == NOT_SOLD else Grosze(s.target_price),
        target_period_months=s.period,
        readings=s.readings,
    )


# -- one option


def _option(outcome: Outcome, others: tuple[Other, ...], request: QuoteRequest) -> Option:
    s, adjustment = outcome.s, request.adjustment
    lines = [line_item(part, outcome) for part in outcome.parts]
    told = list(notes(outcome, others, request))
    net = outcome.net
    if adjustment and not outcome.available:
        told.append(Note("warning", Message("note.adjustment_unused")))
    if adjustment and outcome.available:
        line, limited = by_hand(adjustment, net)
        lines.append(line)
        told.extend(limited)
        net += line.net
    return Option(
        kind=outcome.kind,
        rule=outcome.rule.id,
        available=outcome.available,
        lines=tuple(lines),
        vat_percent=s.in_force.vat.percent,
        net=Grosze(net),
        # Once, on the net total of the rate: a VAT of every line would round several times.
        vat=percent_of(net, s.in_force.vat.percent),
        notes=tuple(told),
        blockers=tuple(_blockers(outcome)),
        next=tuple(_next(outcome)),
    )


# -- why, and what comes after


def _why(rule: Rule, s: Situation) -> Message:
    late = s.day - s.end
    months = s.in_force.terms.vps_months if s.move == Move.TO_VPS else s.in_force.terms.upgrade_months
    values = {
        "package": s.tariff.packages[s.change.package].name,
        "target": s.tariff.packages[s.change.target].name,
        "end": calendar.date(s.end),
        "last": calendar.date(s.end - 1),
        "window": calendar.date(s.end - s.in_force.terms.window_days),
        "months": Message("quote.months", count=months),
    }
    suffix = ""
    if rule.id == "R0":
        suffix = ".expired" if s.expired else ".in_term"
    elif rule.id in ("R3", "R6", "R9", "R10"):
        suffix = ".expired" if s.expired else ".window"
    if rule.id == "R9" and not s.fits:
        suffix = ".blocked"
    if rule.id == "R1" and s.difference < 0:
        suffix = ".no_credit"
    return Message(f"why.{rule.id}{suffix}", values, count=late if s.expired else -late)


def _blockers(outcome: Outcome) -> Iterator[Message]:
    if outcome.rule.id == "R8":
        yield Message("blocked.in_term", {"date": calendar.date(outcome.s.end - outcome.s.in_force.terms.window_days)})
    elif not outcome.available:
        yield from excess_of(outcome.s, to_remove=True)


def _next(outcome: Outcome) -> Iterator[Message]:
    """Yield what happens after the change."""
    s, rule = outcome.s, outcome.rule
    package = s.tariff.packages[s.change.target].name
    if s.move == Move.DOWNGRADE and not outcome.available:
        yield from _next_for_downgrade(outcome, package)
        return
    if rule.id == "R2":
        yield Message("next.activated_once_paid", {"package": package})
    if outcome.buys_period:
        first, last = calendar.date(outcome.period_start), calendar.date(outcome.renewal - 1)
        yield Message("next.period", {"package": package, "first": first, "last": last})
    values: dict[str, object] = {"date": calendar.date(outcome.renewal), "package": package}
    if s.target_price == NOT_SOLD:
        yield Message("next.renewal_not_sold", {**values, "list": s.in_force.price_list.valid_from})
    else:
        yield Message("next.renewal", {**values, "price": Grosze(s.target_price)}, count=s.period)


def _next_for_downgrade(outcome: Outcome, package: str) -> Iterator[Message]:
    s = outcome.s
    first = max(s.end - s.in_force.terms.window_days, s.day)
    possible = on_day(s, first, s.tariff.on(first))
    if possible.target_price == NOT_SOLD:
        yield Message("next.downgrade_not_sold", {"package": package, "date": calendar.date(first)})
        return
    id = "next.downgrade_possible" if s.day < first else "next.downgrade_once_it_fits"
    values = {"date": calendar.date(first), "package": package, "price": Grosze(possible.target_price)}
    yield Message(id, values, count=possible.period)
