"""A priced quote as people get it: in words, with what is sold beside the rules, as a document for a customer.

A quote, free lines and promotions (`extras`, `promotions`) make a `bill`; with a customer and our company they make an
`offer`; in words it is a `document`, which is printed (`pdf`) or written (`email`). The lines alone go into a file
(`lines`).
"""

__all__ = [
    "bill",
    "company",
    "customer",
    "document",
    "email",
    "extras",
    "lines",
    "nip",
    "offer",
    "pdf",
    "promotions",
    "terms",
    "typed_extras",
    "wording",
]
