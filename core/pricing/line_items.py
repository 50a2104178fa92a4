"""The amounts of a quote, each with how it was worked out."""

from dataclasses import dataclass
from fractions import Fraction

from core.ground.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.notes import Note
from core.pricing.outcome import Outcome, adjusted, is_discount
from core.pricing.request import Adjustment
from core.pricing.rules import Part
from core.pricing.situation import FROM_LIST, Situation


@dataclass(frozen=True, slots=True)
class LineItem:
    """One amount of an option with how it was worked out; `rule` is the clause's id, or "adjustment"."""

    kind: str
    label: Message
    net: Grosze
    working: Message
    rule: str


def line_item(part: Part, outcome: Outcome) -> LineItem:
    """Return a charge of a rule with its working."""
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


def by_hand(adjustment: Adjustment, net: int) -> tuple[LineItem, list[Note]]:
    """Return the line of an adjustment of a net total, and what is to be known of it."""
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
