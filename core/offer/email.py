"""The e-mail that an offer goes out with: a subject and a body to be copied, in either language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.language import Language
from core.offer import account, amounts
from core.offer.document import alerts, change, payment_facts, samples
from core.offer.offer import Offer


@dataclass(frozen=True, slots=True)
class Email:
    """A message as plain text; the body's paragraphs are parted by empty lines."""

    subject: str
    body: str


def email(offer: Offer, names: Mapping[str, str], language: Language, *, sample_prices: bool = False) -> Email:
    """Return the e-mail of an offer; `names` are those of the packages by id. The offer itself goes as a file."""
    subject = language.text("offer.mail.subject", number=offer.number, change=change(offer, names, language))
    return Email(subject, "\n\n".join(_paragraphs(offer, names, language, sample_prices)))


def _paragraphs(offer: Offer, names: Mapping[str, str], language: Language, sample_prices: bool) -> Iterator[str]:
    t, request = language.text, offer.quote.request
    if example := samples(offer, language, sample_prices=sample_prices):
        yield example
    yield t("offer.mail.greeting")
    package, target = names[request.package], names[request.target]
    id = "offer.mail.same" if request.package == request.target else "offer.mail.change"
    yield t(id, package=package, target=target, number=offer.number, day=offer.quote.holds_on)
    if len(offer.ways) == 1:
        bill = offer.ways[0].bill
        yield t("offer.mail.amount", net=bill.net, gross=bill.gross)
        yield from alerts(offer.ways[0], language)
    else:
        yield "\n".join([t("offer.mail.ways", count=len(offer.ways)), *_ways(offer, language)])
    if remarks := dict.fromkeys(t(remark) for way in offer.ways for remark in way.remarks):
        yield " ".join(remarks)
    yield t("offer.mail.accept", day=offer.valid_until)
    if payment_facts(offer, language) and (payment := offer.company.payment):
        number = account.written(payment.account)
        yield t("offer.mail.payment", number=offer.number, account=number, count=payment.days)
    contact = offer.contact
    role = contact.role.get(language.code)  # type: ignore[call-overload] # a language without a role has none
    signed = (t("offer.mail.regards"), contact.name, role, contact.phone, contact.email, offer.company.name)
    yield "\n".join(line for line in signed if line)


def _ways(offer: Offer, language: Language) -> Iterator[str]:
    for place, way in enumerate(offer.ways, start=1):
        bill = way.bill
        name = amounts.name(way, language)
        priced = language.text("offer.mail.way", place=place, way=name, net=bill.net, gross=bill.gross)
        yield " ".join((priced, *alerts(way, language)))
