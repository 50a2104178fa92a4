"""What there is to know about an option of a quote: the term, dangers, and what was assumed where a clause is open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.ground.messages import Grosze, Message
from core.pricing import calendar, odd_term
from core.pricing.boundaries import on_day
from core.pricing.outcome import Outcome, counterpart
from core.pricing.request import QuoteRequest
from core.pricing.rules import OptionKind, Rule, decide
from core.pricing.situation import FROM_LIST, RESOURCES, Situation
from core.pricing.tariff import NOT_SOLD, UNITS, Move, in_units
from core.pricing.unpriceable import is_priced


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


def notes(outcome: Outcome, others: tuple["Other", ...], request: QuoteRequest) -> Iterator[Note]:
    """Yield what there is to know about an option; `others` are what other readings decide."""
    yield from _term(outcome, request)
    yield from _warnings(outcome)
    yield from _readings(outcome, others)
    yield from _assumptions(outcome)


def excess_of(s: Situation, *, to_remove: bool = False) -> Iterator[Message]:
    """Yield what is used beyond the target's limits, each by name and amount."""
    for resource, unit in UNITS.items():
        if excess := s.excess(resource):
            used = getattr(s.change, RESOURCES[resource])
            numbers = {"excess": excess, "used": used, "limit": used - excess}
            values = {name: in_units(number, unit) for name, number in numbers.items()}
            id = f"remove.{resource}" if to_remove else f"excess.{resource}"
            yield Message(id, values, count=excess if unit == 1 else None)


def _term(outcome: Outcome, request: QuoteRequest) -> Iterator[Note]:
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
        for excess in excess_of(s):
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
class Other:
    """What another reading decides; None where the change cannot be priced under it."""

    question: str
    choice: str
    decided: _Decided | None


def other_outcomes(s: Situation) -> Iterator[Other]:
    """Yield what every single other reading decides."""
    # What was contracted and what is bought stay; only the reading changes. (Under A15 the term has a day less and may
    # no longer be whole months, which must not make it another period's price.)
    bought = replace(s.change, target_period_months=s.period)
    for question, choice, readings in s.readings.others():
        # A list price that is scaled to a long term may be more than anybody may type in.
        change = replace(bought, price_net=s.contract_price) if question == "A15" else bought
        other = Situation(change, s.tariff, replace(s.in_force, readings=readings))
        yield Other(question, choice, _Decided(decide(other), other) if is_priced(other) else None)


def _readings(outcome: Outcome, others: tuple[Other, ...]) -> Iterator[Note]:
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
    return bool(listed.contract_price != s.change.price_net)


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
