"""Offers in one line, for tests: `make(desk, {"customer_name": "Róża"}, target="pro")`."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import LANGUAGES
from core.offer.bill import Bill, bill
from core.offer.company import parse_company
from core.offer.customer import parse_customer
from core.offer.extras import NONE
from core.offer.offer import Offer, Way, latest, make_offer, offered

ISSUED = dt.date(2025, 6, 20)
CUSTOMER = {
    "customer_name": "Kwiaciarnia Róża",
    "customer_nip": "526-10-40-828",
    "customer_address": "ul. Żółta 1\nŁódź",
}
LONG = (
    "Przedsiębiorstwo Handlowo-Usługowe Źdźbło i Wspólnicy Spółka z ograniczoną odpowiedzialnością "
    "Spółka komandytowa w Łodzi"
)
HOSTILE = '#import "x" $a$ *b* <script> = @ \\ #{panic()} // `c` http://evil.example'
SAMPLE = (ROOT / "data" / "company.toml").read_text(encoding="utf-8")
TO_VPS = {"target": "vps", "change_on": "2025-12-01"}
LEAVE_VPS = {"package": "vps", "target": "plus", "change_on": "2025-12-20"}
BOTH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


def make(
    desk, customer=None, issued=ISSUED, kind=None, company=None, contact=0, extras=None, number="", ways=None, **changes
) -> Offer:
    """Return an offer of all ways of a quote, or of one kind; with its whole bill where there are extras."""
    quote = desk.quote(**changes)
    company = company or parse_company(SAMPLE)
    chosen = [option for option in quote.options if option.kind.value == kind] or offered(quote) or quote.options
    bills = [bill(quote, o, extras or NONE, desk.tariff) if o.available else Bill((), (), ()) for o in chosen]
    ways = ways or tuple(map(Way, chosen, bills))
    who = parse_customer({**CUSTOMER, **(customer or {})})
    until = latest(quote, issued, company.offer_days)
    return make_offer(quote, ways, who, company, company.contacts[contact], issued, until, number)


def read(made):
    """Return the texts of a PDF, spaces evened out, and without any (lines break), and the number of pages."""
    pages = PdfReader(io.BytesIO(made)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    return text, text.replace(" ", ""), len(pages)


def texts_of(worded):
    """Yield every text of a document that is printed."""
    for key, value in worded.items() if isinstance(worded, dict) else enumerate(worded):
        if isinstance(value, dict | list):
            yield from texts_of(value)
        elif isinstance(value, str) and key not in ("lang", "issued_on", "title", "kind"):
            yield value


def refused(function, *given, **named):
    """Return what a function refuses, by field."""
    with pytest.raises(InputError) as caught:
        function(*given, **named)
    return {error.field: error for error in caught.value.errors}
