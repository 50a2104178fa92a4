"""The calculator: the form, the answer, what else there is to it, the offer."""

__all__ = [
    "alternatives",
    "bill",
    "comparison",
    "example",
    "form",
    "lead_time",
    "odd_term",
    "offer",
    "prefill",
    "timeline",
    "unpriced",
    "view",
]
