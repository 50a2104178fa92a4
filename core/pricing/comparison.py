"""A quote beside an earlier one, known from its link: what differs, and how much of the difference each cause made.

The causes are taken one at a time in a fixed order (the tariff, the readings, then the inputs group by group), each
with the change priced again, so that their differences add up to the whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.pricing import calendar
from core.pricing.earlier_link import Earlier
from core.pricing.money import percent_of, to_grosze
from core.pricing.outcome import counterpart_kind
from core.pricing.quote import Option, Quote, quote
from core.pricing.quoted_result import Result, result
from core.pricing.readings import CHOICES, Readings
from core.pricing.request import Adjustment, QuoteRequest
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff

GROUPS = {
    "subscription": ("package", "term_start", "valid_until", "service_start", "price_net"),
    "target": ("target", "target_period_months", "target_price_net"),
    "day": ("change_on",),
    "use": ("domains", "mailboxes", "disk_gb"),
    "adjustment": ("adjustment",),
}
"""Reason -> the request's fields that change together, in the order in which they are taken."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two quotes came to; `kind` and `net` (grosze) are None where the change was not available."""

    rule: str
    kind: OptionKind | None
    net: Grosze | None
    vat_percent: Decimal
    price: Grosze | None
    readings: Readings
    tariff: str | None

    @property
    def gross(self) -> Grosze | None:
        """Net and VAT, worked out as in a quote."""
        if self.net is None:
            return None
        return Grosze(self.net + percent_of(self.net, self.vat_percent))


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what it was: of a form's field or a question, typed for the reader's format; None is none."""

    name: str
    then: object
    now: object


@dataclass(frozen=True, slots=True)
class Step:
    """A cause of the difference: the net (grosze) after it, what it added, and the rule before and after.

    `reasons` are "tariff" (its file was edited), "link" (the recorded net is not what the same tariff gives),
    "readings", or keys of `GROUPS`; several where the change could not be carried out between them.
    """

    reasons: tuple[str, ...]
    net: Grosze
    delta: Grosze
    rule_before: str
    rule_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two quotes side by side.

    `recorded`: whether the link carried what the quote said; if not, `then` is the earlier change priced today, and
    what the tariff did is not known. `refused` says why the earlier change cannot be priced today, if so. The deltas of
    `steps` add up to `now.net - then.net`; there are none where one of the two is not available.
    """

    recorded: bool
    then: Side
    now: Side
    inputs: tuple[Difference, ...]
    readings: tuple[Difference, ...]
    steps: tuple[Step, ...]
    refused: tuple[FieldError, ...]

    @property
    def same(self) -> bool:
        """Whether nothing but the tariff's version differs."""
        sides_agree = replace(self.then, tariff=None) == replace(self.now, tariff=None)
        return sides_agree and not (self.inputs or self.readings or self.steps)


# -- comparing


def compare(earlier: Earlier, now: Quote, tariff: Tariff, kind: OptionKind | None = None) -> Comparison:
    """Return what differs between an earlier quote and the present one, and why.

    `kind` is the present option compared; left out, the first. Its counterpart is of the same kind, else without our
    migration, else the first. Raises InputError where the link carried no result and
    the earlier change cannot be priced today: then there is nothing to compare with.
    """
    asked, today, refused = _today(earlier, now, tariff)
    if recorded := earlier.said.result:
        then = recorded
    elif today:
        then = result(today)
    else:
        raise InputError(*refused)
    chosen = counterpart_kind([option.kind for option in now.options], kind or now.options[0].kind)
    side_then = _side(then, earlier.said.tariff, chosen)
    side_now = _side(result(now), now.tariff_version, chosen)
    wanted = now.request.model_copy(update={"target_period_months": now.target_period_months})
    causes = [
        *(_tariff_causes(earlier.said.tariff, recorded, asked, today, tariff) if recorded else ()),
        *_input_causes(asked, wanted, tariff),
    ]
    contract_price = earlier.contract_price if earlier.contract_price is not None or not today else today.contract_price
    return Comparison(
        recorded=recorded is not None,
        then=side_then,
        now=side_now,
        inputs=tuple(_differing_inputs(asked, contract_price, wanted, now.contract_price, tariff)),
        readings=tuple(_differing_readings(then.readings, now.readings)),
        steps=tuple(_steps(side_then, side_now, causes)),
        refused=refused,
    )


def _today(earlier: Earlier, now: Quote, tariff: Tariff) -> tuple[QuoteRequest, Quote | None, tuple[FieldError, ...]]:
    """Return the earlier request with everything named, its quote today, and what stands against that."""
    asked = earlier.request
    given = now.request.price_net
    if asked.price_net is None and given is not None and to_grosze(given) == earlier.contract_price:
        # The form takes a contract price equal to the listed one as not given; elsewhere it may well be given.
        asked = asked.model_copy(update={"price_net": given})
    try:
        today = quote(asked, tariff)
    except InputError as error:
        return asked, None, error.errors
    return asked.model_copy(update={"target_period_months": today.target_period_months}), today, ()


def _side(found: Result, tariff: str | None, chosen: OptionKind) -> Side:
    kind = counterpart_kind(list(found.nets), chosen) if found.nets else None
    net = None if kind is None else found.nets[kind]
    return Side(found.rule, kind, net, found.vat_percent, found.price, found.readings, tariff)


# -- why

_Cause = tuple[str, Quote | None]
"""A reason, and the change priced with it and all those before it; None where it cannot be."""


def _tariff_causes(
    version: str | None, recorded: Result, asked: QuoteRequest, today: Quote | None, tariff: Tariff
) -> Iterator[_Cause]:
    reason = "link" if version == tariff.version else "tariff"
    if recorded.readings == tariff.shown_on(calendar.number(asked.change_on)).readings:
        yield reason, today
        return
    yield reason, _priced(asked, tariff.with_readings(**asdict(recorded.readings)))
    yield "readings", today


def _input_causes(asked: QuoteRequest, wanted: QuoteRequest, tariff: Tariff) -> Iterator[_Cause]:
    for reason, fields in GROUPS.items():
        changes = {field: getattr(wanted, field) for field in fields}
        if any(getattr(asked, field) != value for field, value in changes.items()):
            # Another package held and another one wanted is another change: halfway there lies one nobody asked for.
            halfway = asked.package != wanted.package and asked.target != wanted.target
            asked = asked.model_copy(update=changes)
            yield reason, None if halfway else _priced(asked, tariff)


def _priced(request: QuoteRequest, tariff: Tariff) -> Quote | None:
    try:
        return quote(request, tariff)
    except InputError:
        return None


def _steps(then: Side, now: Side, causes: Sequence[_Cause]) -> Iterator[Step]:
    if then.net is None or now.kind is None:
        return
    net, rule = then.net, then.rule
    reasons: tuple[str, ...] = ()
    for reason, found in causes:
        reasons += (reason,)
        option = _option(found, now.kind)
        if not option:
            continue
        step = Step(reasons, option.net, Grosze(option.net - net), rule, option.rule)
        # That the tariff changed is worth a line only where it changed this quote.
        if step.delta or step.rule_after != step.rule_before or reasons not in (("tariff",), ("link",)):
            yield step
        net, rule, reasons = option.net, option.rule, ()


def _option(found: Quote | None, chosen: OptionKind) -> Option | None:
    """The option of a quote to compare with, where there is one that is available."""
    options = {option.kind: option for option in found.options if option.available} if found else {}
    return options[counterpart_kind(list(options), chosen)] if options else None


# -- what differs


def _differing_inputs(
    asked: QuoteRequest, price_then: Grosze | None, wanted: QuoteRequest, price_now: Grosze, tariff: Tariff
) -> Iterator[Difference]:
    then, now = _inputs(asked, price_then), _inputs(wanted, price_now)
    for field, before in then.items():
        if before != now[field]:
            yield Difference(field, _shown(field, before, tariff), _shown(field, now[field], tariff))


def _inputs(request: QuoteRequest, contract_price: Grosze | None) -> dict[str, object]:
    by_hand = request.adjustment
    return {
        **request.model_dump(exclude={"adjustment"}),
        "price_net": contract_price,
        "target_price_net": None if request.target_price_net is None else to_grosze(request.target_price_net),
        "adjust": by_hand and _size(by_hand),
        "adjust_reason": by_hand and by_hand.reason,
    }


def _size(by_hand: Adjustment) -> object:
    if by_hand.percent is not None:
        return Message("compare.percent", {"percent": by_hand.percent})
    return None if by_hand.amount_net is None else to_grosze(by_hand.amount_net)


def _shown(field: str, value: object, tariff: Tariff) -> object:
    if field in ("package", "target") and value in tariff.index:
        return tariff.packages[tariff.index[str(value)]].name
    if field == "target_period_months" and isinstance(value, int):
        return Message("quote.months", count=value)
    return value


def _differing_readings(then: Readings, now: Readings) -> Iterator[Difference]:
    for question in CHOICES:
        if (before := getattr(then, question)) != (after := getattr(now, question)):
            yield Difference(question, before, after)
