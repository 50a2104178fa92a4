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
    "calendar",
    "cash",
    "checks",
    "comparison",
    "crossing",
    "distinct",
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
    "paid_term",
    "portfolio",
    "quote",
    "readings",
    "request",
    "rules",
    "running",
    "said",
    "situation",
    "sold",
    "sweep",
    "tariff",
    "tariff_file",
    "term",
    "timeline",
    "typed_day",
]
