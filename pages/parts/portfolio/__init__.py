"""Simulations over a whole base: scenarios, what they come to, the base itself."""

__all__ = [
    "kept_base",
    "overdue",
    "played",
    "scenario_form",
    "scenario_words",
    "subscriptions",
    "view",
]
