"""An offer in words: every text of the document, in one language, as plain strings that the template only places."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import segno

from core import wording
from core.language import Language
from core.messages import Message
from core.offer.company import Company
from core.offer.nip import written
from core.offer.offer import Offer
from core.pricing.quote import LineItem, Note
from core.pricing.rules import RULES

ADJUSTMENT = "adjustment"
"""The rule of a line that somebody added by hand."""

QR_MODULE = 0.45
"""Millimetres of a QR code's smallest square: a phone still reads it from paper, however long the link is."""

# What the screen says to our own people, said to the customer.
_FOR_CUSTOMERS = {
    "note.self_move_mail": "offer.note.self_move_mail",
    "note.fee_by_hand": "offer.note.fee_by_hand",
}


def document(
    offer: Offer, names: Mapping[str, str], language: Language, *, sample_prices: bool = False
) -> dict[str, Any]:
    """Return the texts of an offer; `names` are those of the packages by id.

    Where our company's data or the prices are samples, the document says that it binds nobody.
    """
    t, quote, option = language.text, offer.quote, offer.option
    customer, contact = offer.customer, offer.contact
    role = contact.role.get(language.code, "")  # type: ignore[call-overload] # a language without a role has none
    notes = [_for_customers(note) for note in option.notes if not note.inside]
    return {
        "lang": language.code,
        "title": t("offer.title", number=offer.number),
        "heading": t("offer.heading"),
        "number": offer.number,
        "issued_on": offer.issued.isoformat(),
        "samples": t("offer.samples") if offer.company.samples or sample_prices else "",
        "company": {"name": offer.company.name, "lines": list(_company_lines(offer.company, language))},
        "dates": [
            [t("offer.issued"), language.value(offer.issued)],
            [t("offer.valid_until"), language.value(offer.valid_until)],
        ],
        "parties": [
            {
                "heading": t("offer.customer"),
                "name": customer.name,
                "lines": [*customer.address, *([t("offer.nip", nip=written(customer.nip))] if customer.nip else [])],
            },
            {
                "heading": t("offer.contact"),
                "name": contact.name,
                "lines": [line for line in (role, contact.phone, contact.email) if line],
            },
        ],
        "change": _change(offer, names, language),
        # Where there are several ways, the sentence is about all of them.
        "why": t(quote.why) if len(quote.options) == 1 else "",
        "line_head": [t("offer.line"), t("offer.basis"), t("offer.net")],
        "lines": [_line(line, language) for line in offer.lines],
        "totals": [
            [t("offer.total_net"), language.money(option.net)],
            [t("quote.vat", percent=option.vat_percent), language.money(option.vat)],
            [t("offer.total_gross"), language.money(option.gross)],
        ],
        "sources": [
            t("offer.source", rule=id, source=wording.source(RULES[id], language))
            for id in dict.fromkeys([option.rule, *(line.rule for line in offer.lines)])
            if id in RULES
        ],
        "alerts": [t(note.message) for note in notes if note.tone == "danger"],
        "next": [t("offer.next"), [t(message) for message in (*option.next, *offer.remarks)]],
        # What is assumed, but not what else could have been: that is for our own people.
        "notes": [t("offer.notes"), [_sentence(t(note.message)) for note in notes if note.tone != "danger"]],
        "origin": t("offer.origin"),
        "tariff": t("offer.tariff", version=quote.tariff_version, date=quote.price_list),
        "link_label": t("offer.link"),
        "link": offer.link,
        "qr_label": t("offer.qr"),
        "qr": qr(offer.link),
    }


def qr(link: str) -> str:
    """Return a link as a QR code in SVG, in millimetres; empty where it is longer than any code holds."""
    try:
        code = segno.make(link, error="l", micro=False)
    except segno.DataOverflowError:
        return ""
    file = io.BytesIO()
    code.save(file, kind="svg", unit="mm", scale=QR_MODULE, border=0, xmldecl=False)
    return file.getvalue().decode()


def _company_lines(company: Company, language: Language) -> Iterator[str]:
    t = language.text
    yield from company.address
    yield t("offer.nip", nip=written(company.nip))
    if company.regon:
        yield t("offer.regon", regon=company.regon)
    if company.krs:
        yield t("offer.krs", krs=company.krs)
    yield " · ".join(part for part in (company.phone, company.email, company.website) if part)


def _change(offer: Offer, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    """The change that is offered: from which package to which, when, and what was in use."""
    t, quote, request = language.text, offer.quote, offer.quote.request
    if request.package == request.target:
        heading = t("offer.same_package", package=names[request.target])
    else:
        heading = t("offer.change", package=names[request.package], target=names[request.target])
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
    if len(quote.options) > 1:
        kind = offer.option.kind
        facts.append([t("offer.option"), f"{t(f'option.{kind}')}. {t(f'option.{kind}.text')}"])
    return {"heading": heading, "facts": facts}


def basis(line: LineItem, language: Language) -> str:
    """Return what a line is charged by: a rule's id, or "manual adjustment"."""
    return language.text("offer.manual") if line.rule == ADJUSTMENT else line.rule


def _line(line: LineItem, language: Language) -> dict[str, Any]:
    return {
        "label": language.text(line.label),
        "working": language.text(line.working),
        "basis": basis(line, language),
        "by_hand": line.rule == ADJUSTMENT,
        "net": language.money(line.net),
    }


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _for_customers(note: Note) -> Note:
    id = _FOR_CUSTOMERS.get(note.message.id)
    return replace(note, message=Message(id, note.message.values, note.message.count)) if id else note
