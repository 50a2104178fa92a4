"""The explained quote: what a change costs, why, by which clause, and what other readings would make of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from core.ground.messages import Grosze, Message
from core.pricing import calendar, odd_term
from core.pricing.alike import half_up
from core.pricing.boundaries import on_day, rule_until
from core.pricing.checks import is_priced
from core.pricing.outcome import Outcome, adjusted, counterpart, is_discount
from core.pricing.readings import Readings
from core.pricing.request import Adjustment, QuoteRequest, situation
from core.pricing.rules import OptionKind, Part, Rule, decide
from core.pricing.situation import FROM_LIST, RESOURCES, Situation
from core.pricing.tariff import NOT_SOLD, UNITS, Move, Tariff


@dataclass(frozen=True, slots=True)
class LineItem:
    """One amount of an option with how it was worked out; `rule` is the clause's id, or "adjustment"."""

    kind: str
    label: Message
    net: Grosze
    working: Message
    rule: str


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reading of an open question would make of an option.

    `delta`: its net less this one's, None where one of the two is not available; `rule`: the clause it leads to, None
    where the change cannot be priced at all.
    """

    choice: str
    delta: Grosze | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about an option. `tone` is info, warning or danger.

    A note on an open question names it (`question`, `taken`; taken is None for an assumption) and the other
    readings that would change the outcome. `inside`: for our own people, in no offer.
    """

    tone: str
    message: Message
    question: str | None = None
    taken: str | None = None
    others: tuple[OtherReading, ...] = ()
    inside: bool = False


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
    others = tuple(_other_outcomes(s))
    return Quote(
        request=request,
        rule=rule,
        why=_why(rule, s),
        options=tuple(_option(Outcome(rule, s, kind), others, request) for kind in rule.options(s.readings)),
        holds_on=request.change_on,
        rule_until=calendar.date(rule_until(rule, s)),
        tariff_version=tariff.version,
        price_list=s.in_force.price_list.valid_from,
        contract_price=contract_price(s),
        target_price=None if s.target_price == NOT_SOLD else Grosze(s.target_price),
        target_period_months=s.period,
        readings=s.readings,
    )


def contract_price(s: Situation) -> Grosze:
    """Return P0 for the running term: as contracted, or the list price at its start scaled to the term, half up."""
    return Grosze(s.contract_price)


# -- one option


def _option(outcome: Outcome, others: tuple["_Other", ...], request: QuoteRequest) -> Option:
    s, adjustment = outcome.s, request.adjustment
    lines = [_line(part, outcome) for part in outcome.parts]
    notes = [*_term_notes(outcome, request), *_warnings(outcome), *_readings(outcome, others), *_assumptions(outcome)]
    net = outcome.net
    if adjustment and not outcome.available:
        notes.append(Note("warning", Message("note.adjustment_unused")))
    if adjustment and outcome.available:
        line, limited = _adjust(adjustment, net)
        lines.append(line)
        notes.extend(limited)
        net += line.net
    return Option(
        kind=outcome.kind,
        rule=outcome.rule.id,
        available=outcome.available,
        lines=tuple(lines),
        vat_percent=s.in_force.vat.percent,
        net=Grosze(net),
        # Once, on the net total of the rate: a VAT of every line would round several times.
        vat=Grosze(half_up(net * s.in_force.vat_basis_points, 10_000)),
        notes=tuple(notes),
        blockers=tuple(_blockers(outcome)),
        next=tuple(_next(outcome)),
    )


def _line(part: Part, outcome: Outcome) -> LineItem:
    s = outcome.s
    target = s.tariff.packages[s.change.target].name
    label = Message(f"line.{part.kind}", {"package": target})
    if part.working == "working.prorated":
        numbers = {
            **part.numbers,
            "target": _price(*part.numbers["target"]),
            "current": _price(*part.numbers["current"]),
        }
        id = part.working if part.numbers["difference"] >= 0 else "working.no_credit"
        working = Message(id, {**numbers, "net": Grosze(part.net)}, count=part.numbers["term_days"])
    elif part.kind == "renewal":
        working = _period_working(part, outcome, target)
    elif part.kind == "migration":
        domains = part.numbers["domains"]
        label = Message("line.migration", {}, count=domains)
        working = _migration_working(part, s, domains)
    else:
        working = Message(part.working)
    return LineItem(part.kind, label, Grosze(part.net), working, outcome.rule.id)


def _price(price: int, numerator: int, denominator: int) -> Message:
    """A price, and the part of its period that the running term is, where that is not the whole."""
    share = Fraction(numerator, denominator)
    if share == 1:
        return Message("working.price", {"price": Grosze(price)})
    values = {"price": Grosze(price), "numerator": share.numerator, "denominator": share.denominator}
    return Message("working.scaled_price", values)


def _period_working(part: Part, outcome: Outcome, target: str) -> Message:
    s = outcome.s
    if not outcome.buys_period:
        return Message("working.nothing_due")
    values = {
        "package": target,
        "first": calendar.date(outcome.period_start),
        "last": calendar.date(outcome.renewal - 1),
        "list": _price_source(s),
    }
    return Message(part.working, values, count=s.period)


def _price_source(s: Situation) -> Message:
    if s.change.target_price_net != FROM_LIST:
        return Message("price.what_if")
    return Message("price.list", {"date": s.in_force.price_list.valid_from})


def _migration_working(part: Part, s: Situation, domains: int) -> Message:
    if not part.net:
        return Message("working.migration_not_ordered" if s.fee else "working.migration_none")
    return s.in_force.tier(domains).working


def _adjust(adjustment: Adjustment, net: int) -> tuple[LineItem, list[Note]]:
    asked, amount = adjusted(adjustment, net)
    notes = []
    if amount != asked:
        values = {"asked": Grosze(-asked), "net": Grosze(net)}
        notes.append(Note("warning", Message("note.discount_limited", values)))
        working = Message("working.discount_limited", values)
    elif adjustment.percent is not None:
        working = Message("working.percent", {"net": Grosze(net), "percent": adjustment.percent})
    else:
        working = Message("working.by_hand")
    label = Message("line.discount" if is_discount(adjustment) else "line.added", {"reason": adjustment.reason})
    return LineItem("adjustment", label, Grosze(amount), working, "adjustment"), notes


# -- why, and what else there is to know


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


def _excess(s: Situation, *, to_remove: bool = False) -> Iterator[Message]:
    """Yield what is used beyond the target's limits, each by name and amount."""
    for resource, unit in UNITS.items():
        if excess := s.excess(resource):
            used = getattr(s.change, RESOURCES[resource])
            numbers = {"excess": excess, "used": used, "limit": used - excess}
            values = {name: _quantity(number, unit) for name, number in numbers.items()}
            id = f"remove.{resource}" if to_remove else f"excess.{resource}"
            yield Message(id, values, count=excess if unit == 1 else None)


def _quantity(number: int, unit: int) -> int | Decimal:
    return number if unit == 1 else (Decimal(number) / unit).normalize() + 0


def _blockers(outcome: Outcome) -> Iterator[Message]:
    if outcome.rule.id == "R8":
        yield Message("blocked.in_term", {"date": calendar.date(outcome.s.end - outcome.s.in_force.terms.window_days)})
    elif not outcome.available:
        yield from _excess(outcome.s, to_remove=True)


def _term_notes(outcome: Outcome, request: QuoteRequest) -> Iterator[Note]:
    """Yield what is unusual about the running term."""
    s = outcome.s
    if (over := odd_term.day_over(outcome, request.adjustment)) is not None:
        yield Note("warning", over, inside=True)
    if (odd := odd_term.other_odd(s)) is not None:
        yield Note("warning", odd, inside=True)
    for message in odd_term.period_by_default(s):
        yield Note("info", message, inside=True)
    if request.service_start is not None and not s.term.is_told:
        yield Note("info", Message("note.service_start", {"date": request.service_start}), inside=True)


def _warnings(outcome: Outcome) -> Iterator[Note]:
    s, kind = outcome.s, outcome.kind
    if kind == OptionKind.ABANDON:
        yield Note("danger", Message("note.data_loss"))
    if kind == OptionKind.SELF and s.move == Move.TO_SHARED:
        yield Note("warning", Message("note.self_move_mail"))
    if s.move == Move.TO_SHARED and not s.expired:
        yield Note("info", Message("note.no_refund", {"last": calendar.date(s.end - 1)}))
    if outcome.rule.id == "R8" or s.move == Move.TO_SHARED:
        for excess in _excess(s):
            package = s.tariff.packages[s.change.target].name
            yield Note("warning", Message("note.excess", {"excess": excess, "package": package}))
    if s.change.move_ordered and any(part.kind == "migration" for part in outcome.parts):
        last = s.in_force.tiers[-1]
        if last.last is None and s.change.domains > s.in_force.fees.tiers[-1].first:
            yield Note("warning", Message("note.fee_by_hand", {"first": s.in_force.fees.tiers[-1].first}), "A3")
    later = s.tariff.price_list_on(outcome.renewal)
    if outcome.available and s.change.target_price_net == FROM_LIST and later > s.in_force.place:
        price = int(s.tariff.prices[later, s.change.target, s.period])
        date = {"date": s.tariff.price_lists[later].valid_from}
        if price == NOT_SOLD:
            yield Note("warning", Message("note.not_sold_later", date), "A14")
        elif price != s.target_price:
            yield Note("warning", Message("note.price_will_change", {**date, "price": Grosze(price)}), "A14")


@dataclass(frozen=True, slots=True)
class _Decided:
    rule: Rule
    s: Situation


@dataclass(frozen=True, slots=True)
class _Other:
    """What another reading decides; None where the change cannot be priced under it."""

    question: str
    choice: str
    decided: _Decided | None


def _other_outcomes(s: Situation) -> Iterator[_Other]:
    """Yield what every single other reading decides."""
    # What was contracted and what is bought stay; only the reading changes. (Under A15 the term has a day less and may
    # no longer be whole months, which must not make it another period's price.)
    bought = replace(s.change, target_period_months=s.period)
    for question, choice, readings in s.readings.others():
        # A list price that is scaled to a long term may be more than anybody may type in.
        change = replace(bought, price_net=s.contract_price) if question == "A15" else bought
        other = Situation(change, s.tariff, replace(s.in_force, readings=readings))
        yield _Other(question, choice, _Decided(decide(other), other) if is_priced(other) else None)


def _readings(outcome: Outcome, others: tuple[_Other, ...]) -> Iterator[Note]:
    found: dict[str, list[OtherReading]] = {}
    for other in others:
        if other.decided is None:
            found.setdefault(other.question, []).append(OtherReading(other.choice, None, None))
            continue
        compared = counterpart(other.decided.rule, other.decided.s, outcome.kind)
        if compared.fingerprint() != outcome.fingerprint():
            comparable = outcome.available and compared.available
            delta = Grosze(compared.net - outcome.net) if comparable else None
            found.setdefault(other.question, []).append(OtherReading(other.choice, delta, other.decided.rule.id))
    for question, differing in found.items():
        taken = outcome.s.in_force.reading_of(question)
        yield Note("info", Message(f"reading.{question}.{taken}"), question, taken, tuple(differing))


def _assumptions(outcome: Outcome) -> Iterator[Note]:
    """Yield the questions without an alternative that bear on the option."""
    for question, bears in ASSUMPTION_BEARS.items():
        if outcome.available and bears(outcome):
            values = {
                "grace_days": outcome.s.in_force.terms.grace_days,
                "date": outcome.s.in_force.price_list.valid_from,
            }
            yield Note("info", Message(f"assumption.{question}", values), question)


def _is_prorated(o: Outcome) -> bool:
    return any(part.working == "working.prorated" for part in o.parts)


def _own_price(o: Outcome) -> bool:
    """Whether the contract price given is not simply the list price at the start of the term."""
    s = o.s
    if s.change.price_net == FROM_LIST or not _is_prorated(o):
        return False
    if s.start_list < 0 or s.list_price == NOT_SOLD:
        return True
    listed = Situation(replace(s.change, price_net=FROM_LIST), s.tariff, s.in_force)
    return bool(contract_price(listed) != s.change.price_net)


def _always_late(o: Outcome) -> bool:
    """Whether the term is so short that even its first day was within the last month (or three)."""
    first = on_day(o.s, o.s.start, o.s.in_force)
    return (o.rule.id == "R2" and first.month_gap >= 0) or (o.rule.id == "R5" and first.quarter_gap >= 0)


def _list_changed(o: Outcome) -> bool:
    """Whether the list of another day of the term would give the target another price."""
    s = o.s
    if s.change.target_price_net != FROM_LIST or not o.parts or s.start_list < 0:
        return False
    return bool(s.tariff.prices[s.start_list, s.change.target, s.period] not in (NOT_SOLD, s.target_price))


ASSUMPTION_BEARS = {
    "A8": lambda o: _is_prorated(o) and o.s.difference < 0,
    "A9": _always_late,
    "A10": _own_price,
    "A11": _own_price,
    "A12": lambda o: o.s.expired,
    "A13": lambda o: _own_price(o) or (o.s.change.target_price_net != FROM_LIST and o.net > 0),
    "A14": _list_changed,
}
"""Where each question without an alternative bears on an option."""


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
