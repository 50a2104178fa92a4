"""What a rule makes of a situation for one option, in numbers, before it is put into words."""

from collections.abc import Sequence
from functools import cached_property

from core.pricing.alike import Truth, Whole, choose, half_up
from core.pricing.calendar import continued, day_of_month
from core.pricing.money import percent_of
from core.pricing.request import Adjustment
from core.pricing.rules import OptionKind, Rule
from core.pricing.situation import Situation


def bought_from(s: Situation, new_account: Truth) -> Whole:
    """Return the first day of a period bought, for one change or for arrays; `new_account`: see `Rule`."""
    # A16: what is bought after expiry begins on the day of the change, or where the old term ended.
    on_the_day = new_account | (s.expired & (s.readings.A16 == "change_day"))
    return choose(on_the_day, s.day, s.end)


def bought_anchor(s: Situation, new_account: Truth) -> Whole:
    """Return the day of the month from which the periods after a change are counted, for one or for arrays.

    A new account begins anew, and so does a service that stood still until the day of the change.
    """
    anew = new_account | ((s.expired_gap > 0) & (s.readings.A16 == "change_day"))
    return choose(anew, day_of_month(s.day), s.term.anchor)


class Outcome:
    """A rule applied: what is charged (grosze net), and the period it buys. Days are day numbers."""

    def __init__(self, rule: Rule, s: Situation, kind: OptionKind) -> None:
        self.rule = rule
        self.kind = kind
        self.s = s = s.with_order(kind in (OptionKind.CHANGE, OptionKind.ORDERED))
        self.available = bool(rule.available(s))
        self.parts = rule.charge(s) if self.available else ()
        self.net: int = sum(part.net for part in self.parts)

    def total(self, kind: str) -> int:
        """The net sum of the parts of a kind: surcharge, renewal or migration."""
        return sum(part.net for part in self.parts if part.kind == kind)

    @property
    def period_start(self) -> int:
        """The first day of the period bought."""
        return int(bought_from(self.s, self.rule.new_account))

    @property
    def buys_period(self) -> bool:
        """Whether a period is paid for: with every renewal but that of the same package in a running term."""
        return bool(self.s.buys) and any(part.kind == "renewal" for part in self.parts)

    @property
    def renewal(self) -> int:
        """The day of the next renewal."""
        return self.after(1) if self.buys_period else int(self.s.end)

    @cached_property
    def origin(self) -> int:
        """The day from which periods of the target are counted: the first one of the period bought, else the end."""
        return self.period_start if self.buys_period else int(self.s.end)

    @cached_property
    def anchor(self) -> int:
        """The day of the month from which they are counted."""
        return int(bought_anchor(self.s, self.rule.new_account) if self.buys_period else self.s.term.anchor)

    def after(self, periods: int) -> int:
        """Return the day on which so many periods from the origin end."""
        # From the origin each time: 31 January, 28 February, 31 March.
        return int(continued(self.origin, self.s.period * periods, self.anchor))

    def fingerprint(self) -> tuple[object, ...]:
        """What must be the same for another reading to make no difference to this option."""
        late = self.buys_period and self.s.expired
        return (
            self.rule.id,
            self.available,
            # A fee of nothing is no fee.
            tuple((part.kind, part.net) for part in self.parts if part.net),
            self.period_start == self.s.day if late else None,
        )


def is_discount(adjustment: Adjustment) -> bool:
    """Whether the adjustment takes something off."""
    asked = adjustment.percent if adjustment.percent is not None else adjustment.amount_net
    return asked is not None and asked < 0


def adjusted(adjustment: Adjustment, net: int) -> tuple[int, int]:
    """Return what the adjustment asks for and what it gives, grosze: a discount never exceeds the rules' net total."""
    if adjustment.percent is not None:
        # Half up on the size of it: a discount rounds like a surcharge of the same percentage.
        asked = percent_of(net, abs(adjustment.percent)) * (-1 if adjustment.percent < 0 else 1)
    else:
        assert adjustment.amount_net is not None
        asked = int(adjustment.amount_net * 100)
    return asked, max(asked, -net)


def adjustment_on(adjustment: Adjustment, net: int, part: int) -> int:
    """Return what of an adjustment belongs to a part of the net total it was given on, grosze.

    A percentage is one of the part; an amount is shared out, rounded once with the part so that less never costs more.
    """
    given = adjusted(adjustment, net)[1]
    if adjustment.percent is not None:
        return adjusted(adjustment, part)[1]
    return int(half_up(part * (net + given), net)) - part if net else given


def counterpart_kind(kinds: Sequence[OptionKind], wanted: OptionKind) -> OptionKind:
    """Return the kind to compare with: the same, else without our migration, else the first."""
    return next((kind for kind in (wanted, OptionKind.SELF) if kind in kinds), kinds[0])


def counterpart(rule: Rule, s: Situation, kind: OptionKind) -> Outcome:
    """Return the outcome of the rule's option to compare with."""
    return Outcome(rule, s, counterpart_kind(rule.options(s.readings), kind))
