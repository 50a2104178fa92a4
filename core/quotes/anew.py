"""What a saved quote would come to by another tariff: today's amounts beside its own."""

from core.ground.messages import Difference, Grosze
from core.offer.bill import bill
from core.pricing.form import parse_form
from core.pricing.quote import quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes.saved import Amount, Saved


def anew(saved: Saved, tariff: Tariff) -> dict[OptionKind, Amount]:
    """Return what the ways that were offered cost by a tariff, on the same day of change and with the same extras.

    A way that is not available by it is left out. Raises InputError where the change cannot be priced by it at all, or
    a promotion does not hold.
    """
    priced = quote(parse_form(saved.texts, tariff), tariff)
    found = {}
    for option in priced.options:
        if option.available and option.kind in saved.offered:
            whole = bill(priced, option, saved.extras, tariff)
            vat, fee = Grosze(whole.gross - whole.net), option.total("migration")
            found[option.kind] = Amount(option.kind, whole.net, vat, whole.gross, fee)
    return found


def difference(then: Amount, now: Amount) -> Difference:
    """Return by how much more, gross, a way costs now than then."""
    return Difference(now.gross - then.gross)
