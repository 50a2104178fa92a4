"""What a change of package costs: pure, without I/O.

    tariff = parse_tariff(text)                     # tariff.py, tariff_file.py
    request = parse_request({"package": ...})       # request.py
    quote(request, tariff)                          # quote.py: one, explained
    price_many(changes, tariff)                     # portfolio.py: a million, rule and amounts

Both go through the one decision table of rules.py.
"""

__all__ = [
    "alike",
    "alternatives",
    "boundary_crossings",
    "calendar",
    "cash",
    "comparison",
    "day_by_day",
    "earlier_link",
    "example",
    "form",
    "horizon",
    "lead_time",
    "line_items",
    "money",
    "notes",
    "odd_term",
    "other_readings",
    "outcome",
    "packages_sold",
    "paid_term",
    "portfolio",
    "priced_once",
    "quote",
    "quoted_result",
    "readings",
    "renewed_terms",
    "request",
    "rules",
    "situation",
    "tariff",
    "tariff_file",
    "term",
    "timeline",
    "typed_day",
    "unpriceable",
]
