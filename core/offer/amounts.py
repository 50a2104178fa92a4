"""An offer's amounts in words, as rows of a table: one way with the clause of each line, or several side by side."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from core.ground.messages import Message
from core.language import Language
from core.offer.bill import OUTSIDE, BillLine
from core.offer.offer import ADJUSTMENT, Offer, Way

NOTHING = "–"
"""Stands in the column of a way that has no such line."""

# What the screen says to our own people, said to the customer.
_FOR_CUSTOMERS = {"bill.once": Message("offer.once"), "bill.yearly": Message("offer.yearly")}


def name(way: Way, language: Language) -> str:
    """Return what a way is called to the customer."""
    return language.text(f"offer.way.{way.option.kind}")


def label(text: Message | str, language: Language) -> str:
    """Return a label: our own in the language, one that somebody typed as it was typed."""
    return text if isinstance(text, str) else language.text(text)


def basis(way: Way, line: BillLine, language: Language) -> str:
    """Return what a line is charged by: a rule's id, "manual adjustment" or "outside the rules"."""
    if line.kind in OUTSIDE:
        return language.text("offer.outside")
    return language.text("offer.manual") if line.kind == ADJUSTMENT else way.rule(line)


def working(line: BillLine, language: Language) -> str:
    """Return how an amount was worked out, "" where there is nothing to say."""
    if line.working is None:
        return ""
    return language.text(_FOR_CUSTOMERS.get(line.working.id, line.working))


def percents(ways: Sequence[Way]) -> tuple[Decimal, ...]:
    """Return the rates of VAT that the ways have, the highest first."""
    return tuple(sorted({vat.percent for way in ways for vat in way.bill.vats}, reverse=True))


def table(offer: Offer, language: Language) -> dict[str, Any]:
    """Return the head and the rows of the amounts due now; `cells` of a row are as many as `head` has after its first.

    Rows are of a kind: line, group (a heading between lines), total, or grand (the gross).
    """
    t, ways = language.text, offer.ways
    heads = [name(way, language) for way in ways] if len(ways) > 1 else [t("offer.basis"), t("offer.net")]
    lines = [*_lines(ways, language)]
    totals = [
        _total("total", t("offer.total_net"), [way.bill.net for way in ways], language),
        *(
            _total("total", t("quote.vat", percent=percent), [_vat(way, percent) for way in ways], language)
            for percent in percents(ways)
        ),
        _total("grand", t("offer.total_gross"), [way.bill.gross for way in ways], language),
    ]
    return {"head": [t("offer.line"), *heads], "rows": [*lines, *totals], "several": len(ways) > 1}


def year(offer: Offer, language: Language) -> dict[str, Any]:
    """Return what falls due within a year of the change, by days; no rows where nothing does beside what is due now."""
    t = language.text
    rows: list[list[str]] = []
    totals: list[list[str]] = []
    for way in offer.ways:
        if len(way.bill.year) <= 1:
            continue
        several = len(offer.ways) > 1
        for due in way.bill.year if not several else ():
            gross = t("offer.year_unknown") if due.gross is None else language.money(due.gross)
            rows.append([language.value(due.day), label(due.label, language), gross])
        whole = t("offer.year_unknown") if way.bill.year_gross is None else language.money(way.bill.year_gross)
        totals.append([name(way, language) if several else t("offer.year_total"), whole])
    return {
        "title": t("offer.year") if totals else "",
        "head": [t("offer.year_day"), t("offer.year_what"), t("offer.year_gross")] if rows else [],
        "rows": rows,
        "totals": totals,
    }


def _lines(ways: Sequence[Way], language: Language) -> Iterator[dict[str, Any]]:
    """Yield the rows of the lines: those of the rules, then those outside, never mixed."""
    found = [_by_key(way) for way in ways]
    outside = False
    for key in sorted(dict.fromkeys(chain(*found)), key=lambda key: key[0] in OUTSIDE):
        if key[0] in OUTSIDE and not outside:
            outside = True
            yield {"kind": "group", "label": language.text("offer.outside_group"), "working": [], "cells": []}
        yield _row(ways, [lines.get(key) for lines in found], language)


_Key = tuple[str, str, Decimal, int]


def _by_key(way: Way) -> dict[_Key, BillLine]:
    """Return the lines of a way by what they have in common with another's: kind, label, rate, and which of several."""
    seen: Counter[tuple[str, str, Decimal]] = Counter()
    found: dict[_Key, BillLine] = {}
    for line in way.bill.lines:
        same = (line.kind, repr(line.label), line.vat_percent)
        found[(*same, seen[same])] = line
        seen[same] += 1
    return found


def _row(ways: Sequence[Way], found: Sequence[BillLine | None], language: Language) -> dict[str, Any]:
    """Return the row of a line, with its amount in every way that has it."""
    having = [(way, line) for way, line in zip(ways, found, strict=True) if line is not None]
    way, first = having[0]
    workings: dict[str, list[str]] = {}
    for of, line in having:
        if text := working(line, language):
            workings.setdefault(text, []).append(name(of, language))
    told = list(workings)
    if len(told) > 1:
        told = [f"{', '.join(of)}: {text}" for text, of in workings.items()]
    if len(percents(ways)) > 1:
        rate = language.text("quote.vat", percent=first.vat_percent)
        told = [*told[:-1], " · ".join([*told[-1:], rate])]
    charged_by = basis(way, first, language)
    nets = [NOTHING if line is None else language.money(line.net) for line in found]
    several = len(ways) > 1
    by_hand = first.kind == ADJUSTMENT
    return {
        "kind": "line",
        "label": label(first.label, language),
        "working": [charged_by, *told] if several and by_hand else told,
        "by_hand": by_hand,
        "outside": first.kind in OUTSIDE,
        "cells": nets if several else [charged_by, *nets],
    }


def _vat(way: Way, percent: Decimal) -> int:
    return sum(vat.vat for vat in way.bill.vats if vat.percent == percent)


def _total(kind: str, label: str, amounts: Sequence[int], language: Language) -> dict[str, Any]:
    return {"kind": kind, "label": label, "working": [], "cells": [language.money(amount) for amount in amounts]}
