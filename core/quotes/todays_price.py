"""What a saved quote would come to by another tariff: today's amounts beside its own."""

from core.ground.messages import Difference
from core.pricing.form import parse_form
from core.pricing.quote import quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes.drafting import amount
from core.quotes.saved import Amount, Saved


def anew(saved: Saved, tariff: Tariff) -> dict[OptionKind, Amount]:
    """Return what the ways that were offered cost by a tariff, on the same day of change and with the same extras.

    A way that is not available by it is left out. Raises InputError where the change cannot be priced by it at all, or
    a promotion does not hold.
    """
    priced = quote(parse_form(saved.texts, tariff), tariff)
    return {
        option.kind: amount(priced, option, saved.extras, tariff)
        for option in priced.options
        if option.available and option.kind in saved.offered
    }


def difference(then: Amount, now: Amount) -> Difference:
    """Return by how much more, gross, a way costs now than then."""
    return Difference(now.gross - then.gross)
