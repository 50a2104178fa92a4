"""The calculator: the form, the answer, what else there is to it, the offer."""

__all__ = [
    "alternatives",
    "bill",
    "comparison",
    "example",
    "extras",
    "form",
    "form_fields",
    "lead_time",
    "odd_term",
    "offer",
    "offer_files",
    "prefill",
    "simulated",
    "timeline",
    "unpriced",
    "view",
]
