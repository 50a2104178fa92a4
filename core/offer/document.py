"""An offer in words: every text of the document, in one language, as plain strings that the template only places."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from core.ground.messages import Message
from core.language import Language
from core.offer import account, amounts, wording
from core.offer.company import Company
from core.offer.nip import written
from core.offer.offer import Offer, Way
from core.pricing.notes import Note
from core.pricing.rules import RULES

# What the screen says to our own people, said to the customer.
_FOR_CUSTOMERS = {
    "note.self_move_mail": "offer.note.self_move_mail",
    "note.fee_by_hand": "offer.note.fee_by_hand",
}


def document(
    offer: Offer, names: Mapping[str, str], language: Language, *, sample_prices: bool = False
) -> dict[str, Any]:
    """Return the texts of an offer; `names` are those of the packages by id.

    Where our company's data or the prices are samples, the document says that it binds nobody. Nothing in it leads to
    the desk: whoever gets it reads an amount and its clause, not what our own people see.
    """
    t, quote = language.text, offer.quote
    several = len(offer.ways) > 1
    return {
        "lang": language.code,
        "title": t("offer.title", number=offer.number),
        "heading": t("offer.heading"),
        "number": offer.number,
        "issued_on": offer.issued.isoformat(),
        "samples": samples(offer, language, sample_prices=sample_prices),
        "company": {"name": offer.company.name, "lines": list(_company_lines(offer.company, language))},
        "dates": [
            [t("offer.issued"), language.value(offer.issued)],
            [t("offer.valid_until"), language.value(offer.valid_until)],
        ],
        "parties": _parties(offer, language),
        "change": _change(offer, names, language),
        # Where there are several ways, the sentence is about all of them.
        "why": t(quote.why) if len(quote.options) == 1 else "",
        "alerts": [] if several else alerts(offer.ways[0], language),
        "ways": [
            t("offer.ways", count=len(offer.ways)) if several else "",
            [
                {
                    "name": amounts.name(way, language),
                    "text": t(f"offer.way.{way.option.kind}.text"),
                    "alerts": alerts(way, language),
                }
                for way in offer.ways
                if several
            ],
        ],
        "table": amounts.table(offer, language),
        "year": amounts.year(offer, language),
        "sources": [
            t("offer.source", rule=id, source=wording.source(RULES[id], language))
            for id in dict.fromkeys(way.option.rule for way in offer.ways)
        ],
        "next": [t("offer.next"), list(_of_ways(offer.ways, _next, language))],
        # What is assumed, but not what else could have been: that is for our own people.
        "notes": [t("offer.notes"), list(_of_ways(offer.ways, _notes, language))],
        "payment": _payment(offer, language),
        "origin": [
            t("offer.origin"),
            [
                t("offer.tariff", version=quote.tariff_version, date=quote.price_list),
                t("offer.by_number", number=offer.number),
            ],
        ],
    }


def change(offer: Offer, names: Mapping[str, str], language: Language) -> str:
    """Return the change that is offered in words: from which package to which."""
    request = offer.quote.request
    if request.package == request.target:
        return language.text("offer.same_package", package=names[request.target])
    return language.text("offer.change", package=names[request.package], target=names[request.target])


def samples(offer: Offer, language: Language, *, sample_prices: bool) -> str:
    """Return that an offer binds nobody, where our company's data, the prices or a promotion are samples."""
    invented = offer.company.samples or sample_prices or any(way.bill.samples for way in offer.ways)
    return language.text("offer.samples") if invented else ""


def payment_facts(offer: Offer, language: Language) -> list[list[str]]:
    """Return how an accepted offer is paid, each with its label; nothing where nothing is to pay or no account is."""
    payment, t = offer.company.payment, language.text
    if payment is None or not any(way.bill.gross > 0 for way in offer.ways):
        return []
    return [
        [t("offer.payment_days"), t("offer.payment_within", count=payment.days)],
        [t("offer.payment_account"), account.written(payment.account)],
        *([[t("offer.payment_bank"), payment.bank]] if payment.bank else []),
        [t("offer.payment_title"), offer.number],
    ]


def alerts(way: Way, language: Language) -> list[str]:
    """Return what a customer has to be warned of before taking a way: data that are lost."""
    return [language.text(_for_customers(note.message)) for note in _told(way) if note.tone == "danger"]


def _notes(way: Way, language: Language) -> list[str]:
    """Return what is assumed, and what else there is to know of a way."""
    found = (note.message for note in _told(way) if note.tone != "danger")
    return [_sentence(language.text(_for_customers(message))) for message in found]


def _told(way: Way) -> list[Note]:
    return [note for note in way.option.notes if not note.inside]


def _next(way: Way, language: Language) -> list[str]:
    return [language.text(message) for message in (*way.option.next, *way.remarks)]


def _of_ways(ways: Sequence[Way], say: Callable[[Way, Language], Sequence[str]], language: Language) -> Iterator[str]:
    """Yield sentences once each; one that does not hold for every way says for which it does."""
    told = [say(way, language) for way in ways]
    for sentence in dict.fromkeys(chain(*told)):
        of = [amounts.name(way, language) for way, said in zip(ways, told, strict=True) if sentence in said]
        yield sentence if len(of) == len(ways) else f"{', '.join(of)}: {sentence}"


def _company_lines(company: Company, language: Language) -> Iterator[str]:
    t = language.text
    yield from company.address
    yield t("offer.nip", nip=written(company.nip))
    if company.regon:
        yield t("offer.regon", regon=company.regon)
    if company.krs:
        yield t("offer.krs", krs=company.krs)
    yield " · ".join(part for part in (company.phone, company.email, company.website) if part)


def _parties(offer: Offer, language: Language) -> list[dict[str, Any]]:
    t, customer, contact = language.text, offer.customer, offer.contact
    role = contact.role.get(language.code, "")  # type: ignore[call-overload] # a language without a role has none
    nip = [t("offer.nip", nip=written(customer.nip))] if customer.nip else []
    return [
        {"heading": t("offer.customer"), "name": customer.name, "lines": [*customer.address, *nip]},
        {
            "heading": t("offer.contact"),
            "name": contact.name,
            "lines": [line for line in (role, contact.phone, contact.email) if line],
        },
    ]


def _change(offer: Offer, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    """The change that is offered: from which package to which, when, and what was in use."""
    t, quote, request = language.text, offer.quote, offer.quote.request
    usage = (
        t("offer.domains", count=request.domains),
        t("offer.mailboxes", count=request.mailboxes),
        t("offer.disk", disk=request.disk_gb),
    )
    facts = [
        [t("offer.change_on"), language.value(quote.holds_on)],
        [t("offer.term"), t("offer.days", first=request.term_start, last=request.valid_until)],
        [t("offer.period"), t("quote.months", count=quote.target_period_months)],
        [t("offer.usage"), ", ".join(usage)],
    ]
    if len(quote.options) > 1 and len(offer.ways) == 1:
        way = offer.ways[0]
        facts.append([t("offer.option"), f"{amounts.name(way, language)}. {t(f'offer.way.{way.option.kind}.text')}"])
    return {"heading": change(offer, names, language), "facts": facts}


def _payment(offer: Offer, language: Language) -> list[Any]:
    facts, payment = payment_facts(offer, language), offer.company.payment
    more = payment.text.get(language.code, "") if payment and facts else ""  # type: ignore[call-overload] # as a role
    return [language.text("offer.payment"), facts, more]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _for_customers(message: Message) -> Message:
    id = _FOR_CUSTOMERS.get(message.id)
    return Message(id, message.values, message.count) if id else message
