"""Links of quotes for tests: as they are copied, as they were before they said what the quote said, edited."""

from urllib.parse import urlencode

from core.pricing.comparison import compare
from core.pricing.earlier_link import earlier
from core.pricing.form import link_query
from core.pricing.quoted_result import SAID
from core.pricing.tariff import parse_tariff
from tests.conftest import EASY, Desk

ADDRESS = "http://desk.example:8501/quote?"
DEARER = ('plus = { 1 = "62.00", 12 = "730.00"', 'plus = { 1 = "62.00", 12 = "1095.00"')
"""Plus at 3.00 a day instead of 2.00."""


def link(found, **changes):
    """The link of a quote, some of its parameters changed or (None) left out."""
    values = {**link_query(found), **changes}
    return ADDRESS + urlencode({name: value for name, value in values.items() if value is not None})


def old_link(found):
    """A link as it was before it carried what the quote said."""
    return link(found, **dict.fromkeys(set(SAID) - {"tariff"}))


def edited(*changes):
    """A desk whose tariff file was edited."""
    text = EASY.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return Desk(parse_tariff(text))


def compared(desk, link, **changes):
    return compare(earlier(link, desk.tariff), desk.quote(**changes), desk.tariff)
